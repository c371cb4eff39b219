"""Padding and truncation that stay set, for `encode` and for programs written for Hezar 1.0.0."""

from __future__ import annotations

from typing import Any

from tokenizers import Tokenizer as RustTokenizer

from hezar_data import padding as pad
from hezar_data.rust import refusals_as
from hezar_data.tokenizers import truncation as trunc
from hezar_data.tokenizers.vocabulary import Vocabulary
from hezar_registry import InputError
from hezar_registry.checks import whole_number


class PipelineSettings(Vocabulary):
    """Settings of the pipeline itself. `encode` follows them; a call of the tokenizer decides anew and clears them."""

    @property
    def padding(self) -> dict[str, Any] | None:
        """How `encode` pads, or ``None``."""
        return self._tokenizer.padding

    @property
    def truncation(self) -> dict[str, Any] | None:
        """How `encode` truncates, or ``None``."""
        return self._tokenizer.truncation

    def enable_padding(
        self,
        direction: str = "right",
        pad_to_multiple_of: int | None = None,
        pad_id: int | None = None,
        pad_type_id: int = 0,
        pad_token: str | None = None,
        length: int | None = None,
    ) -> None:
        """Let `encode` pad.

        Args:
            direction: ``"right"`` or ``"left"``.
            pad_to_multiple_of: Pad up to a multiple of this.
            pad_id: Id of the padding; default is that of `pad_token`.
            pad_type_id: Type id of the padding.
            pad_token: Token of the padding; default is the config's.
            length: Length to pad to; default is the longest of the batch.

        Raises:
            InputError: A value is not allowed.
        """
        token = self.pad_token if pad_token is None else pad_token
        known = None if token is None else self.token_to_id(token)
        try:
            pad.checked_width(max(length or 0, pad_to_multiple_of or 0))
            self._tokenizer.enable_padding(
                direction=direction,
                pad_to_multiple_of=pad_to_multiple_of,
                pad_id=pad_id if pad_id is not None else known or 0,
                pad_type_id=pad_type_id,
                pad_token=token or "",
                length=length,
            )
        except (ValueError, TypeError, OverflowError) as error:
            raise InputError(f"Padding cannot be set so: {error}") from error

    def no_padding(self) -> None:
        """Let `encode` pad no more."""
        self._tokenizer.no_padding()

    def enable_truncation(
        self, max_length: int, stride: int = 0, strategy: str = "longest_first", direction: str = "right"
    ) -> None:
        """Let `encode` truncate.

        Args:
            max_length: The most tokens of a row, special ones included.
            stride: Tokens by which neighbouring windows of a text overlap.
            strategy: ``"longest_first"``, ``"only_first"`` or ``"only_second"``.
            direction: ``"right"`` or ``"left"``.

        Raises:
            InputError: A value is not allowed.
        """
        with refusals_as(InputError, "Truncation cannot be set so"):
            self._tokenizer.enable_truncation(max_length, stride=stride, strategy=strategy, direction=direction)

    def no_truncation(self) -> None:
        """Let `encode` truncate no more."""
        self._tokenizer.no_truncation()

    def set_truncation_and_padding(
        self,
        padding: bool | str | None = None,
        truncation: bool | str | None = None,
        padding_side: str | None = None,
        truncation_side: str | None = None,
        max_length: int | None = None,
        stride: int | None = None,
        pad_to_multiple_of: int | None = None,
    ) -> None:
        """Set both as a call understands its arguments; what is not given comes from the config.

        Raises:
            InputError: A value is not allowed.
        """
        cut = trunc.resolve(
            truncation,
            max_length,
            truncation_side or self.config.truncation_side,
            self.config.stride if stride is None else stride,
        )
        mode = pad.resolve(padding)
        self._clear_settings()
        if cut is not None:
            self.enable_truncation(cut.max_length, cut.stride, cut.strategy, cut.side)
        if mode != "no_padding":
            self.enable_padding(
                direction=padding_side or self.config.padding_side or "right",
                pad_to_multiple_of=self._multiple(pad_to_multiple_of) or None,
                pad_type_id=self.config.pad_token_type_id,
                length=max_length if mode == "max_length" else None,
            )

    def _multiple(self, requested: int | None) -> int:
        if requested is not None:
            return whole_number("pad_to_multiple_of", requested, at_least=0)
        configured = self.config.pad_to_multiple_of  # "deprecated" in old files
        return configured if isinstance(configured, int) else 0

    def _clear_settings(self) -> None:
        """Go back to no padding and no truncation; what is off is not touched, so calls may run side by side."""
        if self._tokenizer.padding is not None:
            self._tokenizer.no_padding()
        if self._tokenizer.truncation is not None:
            self._tokenizer.no_truncation()

    def _without_settings(self) -> RustTokenizer:
        """Return the pipeline as it is saved."""
        if self._tokenizer.padding is None and self._tokenizer.truncation is None:
            return self._tokenizer
        bare = RustTokenizer.from_str(self._tokenizer.to_str())
        bare.no_padding()
        bare.no_truncation()
        return bare
