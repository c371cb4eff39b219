"""Padding the rows of a tokenizer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hezar_data import padding as pad
from hezar_data.tensors import as_tensors, check_return_tensors
from hezar_data.tokenizers.vocabulary import Vocabulary
from hezar_registry import InputError
from hezar_registry.checks import whole_number

LIST_COLUMNS = ("offsets_mapping", "tokens", "word_ids")
"""Columns that stay lists whatever `return_tensors` says."""


class RowPadding(Vocabulary):
    """Padding, with the padding token and the side that a tokenizer's config names."""

    def pad_encoded_batch(
        self,
        inputs: Mapping[str, Sequence[Any]] | Sequence[Mapping[str, Any]],
        padding: bool | str | None = None,
        max_length: int | None = None,
        truncation: bool = True,
        return_tensors: str | None = None,
        include_keys: Sequence[str] | None = None,
        exclude_keys: Sequence[str] | None = None,
        padding_side: str | None = None,
    ) -> dict[str, Any]:
        """Pad encoded rows to one length.

        Args:
            inputs: A mapping of lists of rows, or a list of mappings, one per row.
            padding: ``"longest"`` or ``"max_length"``; default is ``"max_length"`` when a length is given.
            max_length: Length to pad to; ``"longest"`` truncates to it.
            truncation: Truncate rows that are longer than the length.
            return_tensors: ``"list"``, ``"numpy"`` or ``"torch"``.
            include_keys: Only these keys are padded.
            exclude_keys: These keys stay as they are, lists too.
            padding_side: ``"right"`` or ``"left"``; default is the tokenizer's own.

        Returns:
            A mapping of columns. ``attention_mask`` is padded with 0, every other key with the padding token.

        Raises:
            InputError: There are no rows, a column does not hold rows, or an option makes no sense.
        """
        kind = check_return_tensors(return_tensors)
        max_length = None if max_length is None else whole_number("max_length", max_length, at_least=0)
        result = _columns(inputs)
        numbers = [key for key in result if key not in LIST_COLUMNS and key not in (exclude_keys or ())]
        columns = {key: _rows(result[key], key) for key in numbers if include_keys is None or key in include_keys}
        if not result or not all(columns.values()):
            raise InputError("There are no rows to pad: the batch is empty.")
        for key in numbers:
            if key not in columns:
                result[key] = pad.stacked(result[key], key, kind)
                continue
            width = pad.padded_width(max(map(len, columns[key])), padding, max_length, truncation)
            fill = 0 if key == "attention_mask" else self._pad_value("token_ids")
            result[key] = self._padded_to([row[:width] for row in columns[key]], width, fill, kind, None, padding_side)
        return result

    def _padded(self, rows: list[Any], key: str, width: int | None, kind: str, device: Any) -> Any:
        """Return a column of a call, its rows padded to `width`; ``None`` pads nothing."""
        if key in LIST_COLUMNS:
            kind = "list"
        if width is None:
            return rows if kind == "list" else as_tensors(pad.to_array(rows, None, 0, None), kind, device)
        return self._padded_to(rows, width, self._pad_value(key), kind, device)

    def _padded_to(
        self, rows: list[Any], width: int, fill: Any, kind: str, device: Any, side: str | None = None
    ) -> Any:
        side = side or self.config.padding_side
        if kind == "list":
            return pad.pad_rows(rows, width, fill, side)
        # Rows that are longer than the width are kept whole.
        return as_tensors(pad.to_array(rows, max(width, *map(len, rows)), fill, side), kind, device)

    def _pad_value(self, key: str) -> Any:
        """Return what the rows of a column are padded with."""
        if key == "token_ids":
            return self._needed_pad_id()
        return {
            "token_type_ids": self.config.pad_token_type_id,
            "attention_mask": 0,
            "special_tokens_mask": 1,
            "offsets_mapping": (0, 0),
            "tokens": self.pad_token,
            "word_ids": None,
        }[key]

    def _needed_pad_id(self) -> int:
        if self.pad_token_id is None:
            raise InputError(
                f"Padding needs a padding token; the pad_token {self.config.pad_token!r} of this tokenizer is not in "
                "its vocabulary. Give one that is: Tokenizer.load(..., pad_token=...)."
            )
        return self.pad_token_id


def _columns(inputs: Any) -> dict[str, Any]:
    """Return a batch, by columns or by rows, as a new mapping of columns."""
    if isinstance(inputs, Mapping):
        return dict(inputs)
    try:
        rows = list(inputs)
        return {key: [row[key] for row in rows] for key in (rows[0] if rows else ())}
    except (TypeError, KeyError, IndexError) as error:
        raise InputError(
            "Rows to pad are a mapping of lists, or a list of mappings that all have the same keys; "
            f"found {type(inputs).__name__} ({error!r})."
        ) from error


def _rows(column: Any, key: str) -> list[list[int]]:
    """Return the rows of a column, which may be arrays or tensors, as lists."""
    try:
        return [row.tolist() if hasattr(row, "tolist") else list(row) for row in column]
    except TypeError as error:
        raise InputError(
            f"{key!r} is not a list of rows ({error}), so it cannot be padded; leave it out with exclude_keys=[{key!r}]."
        ) from error
