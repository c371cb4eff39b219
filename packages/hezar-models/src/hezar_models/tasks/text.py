"""What all models that read text have in common: from texts to token ids and back to batches."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from torch import Tensor

from hezar_models.model import Model
from hezar_models.prediction import Encoded, pad_rows
from hezar_registry import HezarError, InputError, get_logger

logger = get_logger(__name__)


class TextModel(Model):
    """A model whose input is text, tokenized by its own tokenizer.

    Attributes:
        normalize_text: Whether a text normalizer of the repo is applied before the tokenizer.
    """

    normalize_text = True
    sequence_outputs = frozenset({"last_hidden_state", "hidden_states"})

    @property
    def tokenizer(self) -> Any:
        """The tokenizer of the model.

        Raises:
            HezarError: The model has none.
        """
        tokenizer = self.preprocessor.tokenizer
        if tokenizer is None:
            raise HezarError(
                f"This {type(self).__name__} has no tokenizer, so it cannot read text. Give it one: "
                'model.preprocessor = Preprocessor.load("path or Hub id"), or call predict(..., preprocess=False).'
            )
        return tokenizer

    @property
    def max_input_length(self) -> int:
        """Longest input in tokens, special ones included."""
        return self.config.max_position_embeddings

    def preprocess(self, inputs: str | list[str]) -> dict[str, Tensor]:
        """Turn texts into the padded tensors of one batch: ``token_ids`` and ``attention_mask``, (batch, length)."""
        return self.collate(self.encode(list(self.as_list(inputs))))

    @classmethod
    def as_list(cls, inputs: Any) -> Iterable[Any]:
        return [inputs] if isinstance(inputs, str) else super().as_list(inputs)

    def encode(self, inputs: list[Any]) -> list[Encoded]:
        for i, text in enumerate(inputs):
            if not isinstance(text, str):
                raise InputError(
                    f"{type(self).__name__} reads text; input {i} is {type(text).__name__} ({str(text)[:40]!r}). "
                    "Give a string or a list of strings."
                )
        if not inputs:
            return []
        if self.normalize_text and self.preprocessor.text_normalizer is not None:
            inputs = self.preprocessor.text_normalizer(inputs)
        rows = self.tokenizer(inputs, return_attention_mask=False)["token_ids"]
        too_long = [i for i, row in enumerate(rows) if len(row) > self.max_input_length]
        if too_long:
            self.report_truncation(len(too_long))
            cut = self.tokenizer(
                [inputs[i] for i in too_long],
                truncation=True,
                max_length=self.max_input_length,
                return_attention_mask=False,
            )["token_ids"]
            for i, row in zip(too_long, cut, strict=True):
                rows[i] = row
        return [{"token_ids": row} for row in rows]

    def report_truncation(self, count: int) -> None:
        """Warn that inputs were cut; a task that reads long texts whole overrides this."""
        logger.warning(
            "%d input(s) are longer than the %d tokens %s can read; only their beginning was used.",
            count,
            self.max_input_length,
            type(self).__name__,
        )

    def length_of(self, encoded: Encoded) -> int:
        return len(encoded["token_ids"])

    def collate(self, encoded: list[Encoded]) -> dict[str, Any]:
        rows = [item["token_ids"] for item in encoded]
        token_ids = pad_rows(rows, self.config.pad_token_id)
        if token_ids.numel() and int(token_ids.max()) >= self.config.vocab_size:
            raise InputError(
                f"The tokenizer gives token id {int(token_ids.max())}, but the model knows only "
                f"{self.config.vocab_size} tokens: tokenizer and model do not belong together."
            )
        return {
            "token_ids": token_ids,
            "attention_mask": pad_rows([[1] * len(row) for row in rows], 0),
        }
