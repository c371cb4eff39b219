"""Texts with one label each."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Self

from hezar_data.collators.text_padding import TextPaddingDataCollator
from hezar_data.configs.datasets import TextClassificationDatasetConfig
from hezar_data.datasets.dataset import Dataset
from hezar_data.datasets.records import read_records
from hezar_data.errors import DatasetError

_CHUNK = 1000


class TextClassificationDataset(Dataset):
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
    """

    def __init__(
        self,
        config: Any,
        split: str | None = "train",
        preprocessor: Any = None,
        data: Sequence[Mapping[str, Any]] | None = None,
        *,
        id2label: Mapping[int, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(config, split, preprocessor, data, **kwargs)
        self._check_columns()
        self.id2label = dict(id2label) if id2label is not None else self._labels_of_the_data()
        self.label2id = {label: class_id for class_id, label in self.id2label.items()}
        self.num_labels = len(self.id2label)
        if self.tokenizer is not None:
            self.data_collator = TextPaddingDataCollator(self.tokenizer, max_length=self.config.max_length)

    @classmethod
    def from_records(
        cls,
        records: Iterable[Mapping[str, Any]],
        preprocessor: Any = None,
        *,
        text_field: str = "text",
        label_field: str = "label",
        id2label: Mapping[int, str] | None = None,
        max_length: int | None = None,
        split: str = "train",
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

        Raises:
            DatasetError: There are no rows, a key is missing, or a label is not in `id2label`.
        """
        config = TextClassificationDatasetConfig(text_field=text_field, label_field=label_field, max_length=max_length)
        return cls(config, split=split, preprocessor=preprocessor, data=list(records), id2label=id2label)

    @classmethod
    def from_file(cls, path: str | os.PathLike[str], preprocessor: Any = None, **options: Any) -> Self:
        """Make a dataset of a ``.csv``, ``.tsv`` or ``.jsonl`` file; options as `from_records`.

        Example:
            >>> train = TextClassificationDataset.from_file("train.csv", tokenizer)  # doctest: +SKIP
        """
        dataset = cls.from_records(read_records(path), preprocessor, **options)
        dataset.config.update(path=os.fspath(path))
        return dataset

    @property
    def tokenizer(self) -> Any:
        """The tokenizer, or ``None``."""
        return self.preprocessor.tokenizer

    def __getitems__(self, indices: Sequence[int]) -> list[dict[str, Any]]:
        if self.tokenizer is None:
            raise DatasetError(f"{self} has no tokenizer. Give it one: preprocessor=...")
        rows = [self.data[int(index)] for index in indices]
        encoded = self._encode([row[self.config.text_field] for row in rows])
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

    @cached_property
    def lengths(self) -> list[int]:
        """Tokens of each row."""
        texts = [self.data[i][self.config.text_field] for i in range(len(self))]
        rows: list[list[int]] = []
        for start in range(0, len(texts), _CHUNK):
            rows += self._encode(texts[start : start + _CHUNK])["token_ids"]
        return [len(row) for row in rows]

    def _encode(self, texts: list[str]) -> dict[str, Any]:
        if self.preprocessor.text_normalizer is not None:
            texts = self.preprocessor.text_normalizer(texts)
        return self.tokenizer(texts)

    def _check_columns(self) -> None:
        if len(self.data) == 0:
            raise DatasetError(f"{type(self).__name__} has no rows ({self.config.path or 'in memory'}).")
        for role in ("text_field", "label_field"):
            column = getattr(self.config, role)
            if column is None:
                raise DatasetError(f"The config of {type(self).__name__} does not say which column is its {role}.")
            for number in range(len(self.data)) if isinstance(self.data, list) else (0,):
                if self.data[number].get(column) is None:
                    raise DatasetError(
                        f"Row {number + 1} has no {role} {column!r}. Its columns are: {', '.join(map(str, self.data[number]))}."
                    )

    def _labels_of_the_data(self) -> dict[int, str]:
        feature = getattr(self.data, "features", {}).get(self.config.label_field)
        names = getattr(feature, "names", None)
        if names is None:
            found = {row[self.config.label_field] for row in self.data}
            if all(isinstance(label, int) for label in found):
                return {class_id: str(class_id) for class_id in range(max(found) + 1)}
            names = sorted(map(str, found))
        return dict(enumerate(names))

    def _class_id(self, label: Any, index: int) -> int:
        class_id = label if isinstance(label, int) else self.label2id.get(str(label))
        if class_id not in self.id2label:
            raise DatasetError(
                f"Row {int(index) + 1} of {self} has the label {label!r}; known are: {', '.join(self.label2id)}."
            )
        return class_id
