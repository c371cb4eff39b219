"""Texts with the text that a model shall write from them: summaries, translations, answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

from hezar_data.collators.text_generation import TextGenerationDataCollator
from hezar_data.configs.datasets import TextSummarizationDatasetConfig
from hezar_data.datasets.rows import RowsDataset


class TextSummarizationDataset(RowsDataset):
    """Texts with their summaries, both as token ids.

    An item is ``{"token_ids": [...], "attention_mask": [...], "labels": [...]}``; labels are the ids of the summary. With
    ``config.prefix`` every text begins with it. Where the config has lengths, rows are cut or padded to them.

    Example:
        >>> rows = [{"text": "هوا امروز آفتابی و گرم بود", "summary": "هوا گرم بود"}]
        >>> dataset = TextSummarizationDataset.from_records(rows, preprocessor=tokenizer)  # doctest: +SKIP
    """

    columns = ("text_field", "summary_field")
    texts = columns
    config_class = TextSummarizationDatasetConfig

    def __init__(self, config: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(config, *args, **kwargs)
        if self.tokenizer is not None:
            self.data_collator = TextGenerationDataCollator(
                self.tokenizer,
                padding="longest" if self.config.max_length is None else "max_length",
                max_length=self.config.max_length,
                labels_max_length=self.config.labels_max_length,
            )

    @classmethod
    def from_records(  # pyright: ignore[reportIncompatibleMethodOverride]  # each names its own options
        cls,
        records: Iterable[Mapping[str, Any]],
        preprocessor: Any = None,
        *,
        text_field: str = "text",
        summary_field: str = "summary",
        prefix: str | None = None,
        max_length: int | None = None,
        labels_max_length: int | None = None,
        split: str = "train",
        path: str | None = None,
        lines: Sequence[int] | None = None,
    ) -> Self:
        """Make a dataset of rows in memory.

        Args:
            records: Mappings with a text and its summary.
            preprocessor: A tokenizer, a container, or a path to load them from.
            text_field: Key of the text.
            summary_field: Key of the summary.
            prefix: Put before every text.
            max_length: The most tokens per text.
            labels_max_length: The most tokens per summary.
            split: What to call the rows.
            path: Where the rows came from, for messages.
            lines: The line of each row there, for messages.

        Raises:
            DatasetError: There are no rows, or a key is missing.
        """
        return cls._of(
            records, preprocessor, split=split, lines=lines, path=path, text_field=text_field,
            summary_field=summary_field, prefix=prefix, max_length=max_length, labels_max_length=labels_max_length,
        )  # fmt: skip

    def __getitems__(self, indices: Sequence[int]) -> list[dict[str, Any]]:
        rows = self._rows(indices)
        encoded = self._encoded(rows)
        summaries = [row[self.config.summary_field] for row in rows]
        labels = self._tokenize(summaries, **_lengths(self.config.labels_max_length))["token_ids"]
        columns = (encoded["token_ids"], encoded["attention_mask"], labels)
        return [
            {"token_ids": token_ids, "attention_mask": attention_mask, "labels": summary}
            for token_ids, attention_mask, summary in zip(*columns, strict=True)
        ]

    def _encoded(self, rows: list[Mapping[str, Any]]) -> Mapping[str, Any]:
        prefix = self.config.prefix or ""
        texts = [f"{prefix}{text}" for text in self._normalize([row[self.config.text_field] for row in rows])]
        return self.tokenizer(texts, **_lengths(self.config.max_length))


def _lengths(max_length: int | None) -> dict[str, Any]:
    return {} if max_length is None else {"padding": "max_length", "truncation": True, "max_length": max_length}
