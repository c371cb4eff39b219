"""Texts with one label each."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from numbers import Integral
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
        lines: Sequence[int] | None = None,
        **kwargs: Any,
    ) -> None:
        self._lines = lines
        super().__init__(config, split, preprocessor, data, **kwargs)
        self._check_columns()
        if id2label is not None and not isinstance(id2label, Mapping):
            raise DatasetError(
                f"id2label says the label of each class id, such as {{0: 'bad'}}; found {id2label!r:.100}."
            )
        self.id2label = dict(id2label) if id2label is not None else self._labels_of_the_data()
        self.label2id = {label: class_id for class_id, label in self.id2label.items()}
        self.num_labels = len(self.id2label)
        for name in ("id2label", "label2id", "num_labels"):
            setattr(self.config, name, getattr(self, name))  # attributes only: they are not saved
        if isinstance(self.data, list):
            for index, row in enumerate(self.data):
                self._class_id(row[self.config.label_field], index)
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
        config = TextClassificationDatasetConfig(
            path=path, text_field=text_field, label_field=label_field, max_length=max_length
        )
        if not isinstance(records, Iterable):
            raise DatasetError(f"Records are mappings, in a list or the like; found {type(records).__name__}.")
        rows = list(records)
        return cls(config, split=split, preprocessor=preprocessor, data=rows, id2label=id2label, lines=lines)

    @classmethod
    def from_file(cls, path: str | os.PathLike[str], preprocessor: Any = None, **options: Any) -> Self:
        """Make a dataset of a ``.csv``, ``.tsv`` or ``.jsonl`` file; options as `from_records`.

        Example:
            >>> train = TextClassificationDataset.from_file("train.csv", tokenizer)  # doctest: +SKIP
        """
        records, lines = read_records(path)
        return cls.from_records(records, preprocessor, path=os.fspath(path), lines=lines, **options)

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
                row = self.data[number]
                if not isinstance(row, Mapping):
                    raise DatasetError(
                        f"{self._place(number).rstrip(':')}: a mapping is wanted; found {type(row).__name__}."
                    )
                if row.get(column) is None:
                    raise DatasetError(
                        f"{self._place(number)} has no {role} {column!r}. Its columns are: {', '.join(map(str, row))}."
                    )

    def _labels_of_the_data(self) -> dict[int, str]:
        feature = getattr(self.data, "features", {}).get(self.config.label_field)
        names = getattr(feature, "names", None)
        if names is None:
            column = self.config.label_field
            labels = self.data.unique(column) if hasattr(self.data, "unique") else [r[column] for r in self.data]
            try:
                found = set(labels)
            except TypeError as error:
                raise DatasetError(f"A label of {column!r} is neither a name nor a class id: {error}.") from error
            if all(isinstance(label, Integral) for label in found):
                if min(found) < 0:
                    raise DatasetError(f"Class ids count from 0; {column!r} has {min(found)}.")
                return {class_id: str(class_id) for class_id in range(max(found) + 1)}
            # "10" after "2", so that ids in a file of text stay the ids they are.
            numbers = all(str(label).isdecimal() for label in found)
            names = sorted(map(str, found), key=(lambda name: (int(name), name)) if numbers else None)
        return dict(enumerate(names))

    def _place(self, index: int) -> str:
        return f"Row {index + 1}" if self._lines is None else f"{self.config.path}, line {self._lines[index]}:"

    def _class_id(self, label: Any, index: int) -> int:
        class_id = int(label) if isinstance(label, Integral) else self.label2id.get(str(label))
        if class_id is None and isinstance(label, str) and label.isdecimal():
            class_id = int(label)
        if class_id is None or class_id not in self.id2label:
            known = ", ".join(map(str, self.label2id))
            raise DatasetError(f"{self._place(int(index))} has the label {label!r}; known are: {known}.")
        return class_id
