"""Texts with one label each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

from hezar_data.collators.text_padding import TextPaddingDataCollator
from hezar_data.configs.datasets import TextClassificationDatasetConfig
from hezar_data.datasets.rows import LabeledDataset, labels_of
from hezar_data.errors import DatasetError


class TextClassificationDataset(LabeledDataset):
    """Texts with one label each, as token ids and class ids.

    An item is ``{"token_ids": [...], "attention_mask": [...], "labels": int}``.

    Attributes:
        id2label: Label of each class id.
        label2id: Class id of each label.
        num_labels: Number of labels.

    Example:
        >>> rows = [{"text": "عالی بود", "label": "positive"}, {"text": "بد بود", "label": "negative"}]
        >>> dataset = TextClassificationDataset.from_records(rows, preprocessor=tokenizer)  # doctest: +SKIP
        >>> dataset.id2label  # doctest: +SKIP
        {0: 'negative', 1: 'positive'}
        >>> train = TextClassificationDataset.from_file("train.csv", tokenizer)  # doctest: +SKIP
    """

    columns = ("text_field", "label_field")
    texts = ("text_field",)
    config_class = TextClassificationDatasetConfig

    def __init__(self, config: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(config, *args, **kwargs)
        if isinstance(self.data, list):
            for index, row in enumerate(self.data):
                self._class_id(row[self.config.label_field], index)
        if self.tokenizer is not None:
            self.data_collator = TextPaddingDataCollator(self.tokenizer, max_length=self.config.max_length)

    @classmethod
    def from_records(  # pyright: ignore[reportIncompatibleMethodOverride]  # each names its own options
        cls,
        records: Iterable[Mapping[str, Any]],
        preprocessor: Any = None,
        *,
        text_field: str = "text",
        label_field: str = "label",
        id2label: Mapping[int, str] | None = None,
        max_length: int | None = None,
        split: str = "train",
        path: str | None = None,
        lines: Sequence[int] | None = None,
    ) -> Self:
        """Make a dataset of rows in memory.

        Args:
            records: Mappings with a text and a label.
            preprocessor: A tokenizer, a container, or a path to load them from.
            text_field: Key of the text.
            label_field: Key of the label: a name, or a class id.
            id2label: Label of each class id; default are the names in the data, sorted.
            max_length: The most tokens per text in a batch.
            split: What to call the rows.
            path: Where the rows came from, for messages.
            lines: The line of each row there, for messages.

        Raises:
            DatasetError: There are no rows, a key is missing, or a label is not in `id2label`.
        """
        return cls._of(
            records, preprocessor, split=split, lines=lines, own={"id2label": id2label},
            path=path, text_field=text_field, label_field=label_field, max_length=max_length,
        )  # fmt: skip

    def __getitems__(self, indices: Sequence[int]) -> list[dict[str, Any]]:
        rows = self._rows(indices)
        encoded = self._encoded(rows)
        return [
            {
                "token_ids": token_ids,
                "attention_mask": attention_mask,
                "labels": self._class_id(row[self.config.label_field], index),
            }
            for index, row, token_ids, attention_mask in zip(
                indices, rows, encoded["token_ids"], encoded["attention_mask"], strict=True
            )
        ]

    def _encoded(self, rows: list[Mapping[str, Any]]) -> Mapping[str, Any]:
        return self._tokenize([row[self.config.text_field] for row in rows])

    def _labels_of_the_data(self) -> dict[int, str]:
        column = self.config.label_field
        feature = getattr(self.data, "features", {}).get(column)
        names = getattr(feature, "names", None)
        if names is not None:
            return dict(enumerate(names))
        labels = self.data.unique(column) if hasattr(self.data, "unique") else [row[column] for row in self.data]
        try:
            return labels_of(set(labels), column)
        except TypeError as error:
            raise DatasetError(f"A label of {column!r} is neither a name nor a class id: {error}.") from error
