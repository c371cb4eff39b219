"""What all models that read text have in common: from texts to token ids and back to batches."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hezar_models.model import Model
from hezar_models.prediction import Encoded, pad_rows
from hezar_registry import HezarError, InputError, get_logger

logger = get_logger(__name__)


class TextModel(Model):
    """A model whose input is text, tokenized by its own tokenizer.

    Attributes:
        normalize_text: Whether a text normalizer of the repo is applied before the tokenizer.
        tokenizer_options: What the task asks of the tokenizer besides token ids.
    """

    normalize_text = True
    tokenizer_options: dict[str, Any] = {}  # noqa: RUF012 - never changed in place
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

    def preprocess(self, inputs: str | list[str], **options: Any) -> dict[str, Any]:
        """Turn texts into one batch: ``token_ids`` and ``attention_mask``, (batch, length), and what the task adds.

        Args:
            inputs: A text or texts.
            **options: Keywords of `encode`.
        """
        return self.collate(self.encode(list(self.as_list(inputs)), **options))

    @classmethod
    def as_list(cls, inputs: Any) -> Iterable[Any]:
        return [inputs] if isinstance(inputs, str) else super().as_list(inputs)

    def encode(self, inputs: list[Any]) -> list[Encoded]:
        """Normalise and tokenize texts, cut to what the model can read; one mapping per text."""
        self.check_texts(inputs)
        return self.tokenize(self.normalize(inputs)) if inputs else []

    def check_texts(self, inputs: list[Any]) -> None:
        """Raise an `InputError` unless all inputs are texts."""
        for i, text in enumerate(inputs):
            if not isinstance(text, str):
                raise InputError(
                    f"{type(self).__name__} reads text; input {i} is {type(text).__name__} ({str(text)[:40]!r}). "
                    "Give a string or a list of strings."
                )

    def normalize(self, texts: list[str]) -> list[str]:
        """Apply the text normalizer of the repo, if it has one and the model uses it."""
        normalizer = self.preprocessor.text_normalizer
        return normalizer(texts) if self.normalize_text and normalizer is not None else texts

    def tokenize(self, texts: list[str]) -> list[Encoded]:
        """Return token ids, and what `tokenizer_options` ask for, of each text."""
        options = {"return_attention_mask": False, **self.tokenizer_options}
        columns = self.tokenizer(texts, **options)
        too_long = [i for i, row in enumerate(columns["token_ids"]) if len(row) > self.max_input_length]
        if too_long:
            self.report_truncation(len(too_long))
            cut = self.tokenizer(
                [texts[i] for i in too_long], truncation=True, max_length=self.max_input_length, **options
            )
            for key, rows in cut.items():
                for i, row in zip(too_long, rows, strict=True):
                    columns[key][i] = row
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

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
        """Pad token ids to one length; other columns go along as lists, a value per row."""
        # A text without any token still has an answer: that of one padding token.
        rows = [item["token_ids"] or [self.config.pad_token_id] for item in encoded]
        token_ids = pad_rows(rows, self.config.pad_token_id)
        if token_ids.numel() and int(token_ids.max()) >= self.config.vocab_size:
            raise InputError(
                f"The tokenizer gives token id {int(token_ids.max())}, but the model knows only "
                f"{self.config.vocab_size} tokens: tokenizer and model do not belong together."
            )
        others = {key: [item[key] for item in encoded] for key in (encoded[0] if encoded else ()) if key != "token_ids"}
        return {
            "token_ids": token_ids,
            "attention_mask": pad_rows([[1] * len(row) for row in rows], 0),
            **others,
        }
