"""What datasets of rows share: where rows come from, the columns they must have, and the texts in them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from numbers import Integral
from typing import Any, ClassVar, Self

from hezar_data.datasets.cells import is_missing, label_of
from hezar_data.datasets.dataset import Dataset
from hezar_data.datasets.records import read_records
from hezar_data.errors import DatasetError
from hezar_registry import get_logger

logger = get_logger(__name__)

_CHUNK = 1000


class RowsDataset(Dataset):
    """A dataset over rows that are mappings, each with the columns that the config names.

    Attributes:
        columns: Fields of the config that name a column which every row must have.
        texts: Those of them whose cells are texts.
        config_class: The config of the dataset.
    """

    columns: ClassVar[tuple[str, ...]] = ()
    texts: ClassVar[tuple[str, ...]] = ()
    config_class: ClassVar[Any]

    def __init__(
        self,
        config: Any,
        split: str | None = "train",
        preprocessor: Any = None,
        data: Sequence[Mapping[str, Any]] | None = None,
        *,
        lines: Sequence[int] | None = None,
        **kwargs: Any,
    ) -> None:
        self._lines = lines
        super().__init__(config, split, preprocessor, data, **kwargs)
        self._check_columns()

    @classmethod
    def from_file(cls, path: str | os.PathLike[str], preprocessor: Any = None, **options: Any) -> Self:
        """Make a dataset of a file (``.csv``, ``.tsv``, ``.jsonl``, ``.conll``); options as `from_records`."""
        records, lines = read_records(path)
        return cls.from_records(records, preprocessor, path=os.fspath(path), lines=lines, **options)

    @classmethod
    def from_records(cls, records: Iterable[Mapping[str, Any]], preprocessor: Any = None, **options: Any) -> Self:
        """Make a dataset of rows in memory."""
        raise NotImplementedError

    @classmethod
    def _of(
        cls,
        records: Iterable[Mapping[str, Any]],
        preprocessor: Any,
        *,
        split: str,
        lines: Sequence[int] | None,
        own: Mapping[str, Any] | None = None,
        **fields: Any,
    ) -> Self:
        """Make a dataset of rows in memory, with these fields of its config and these keywords of its own."""
        if not isinstance(records, Iterable):
            raise DatasetError(f"Records are mappings, in a list or the like; found {type(records).__name__}.")
        config = cls.config_class(**fields)
        return cls(config, split=split, preprocessor=preprocessor, data=list(records), lines=lines, **(own or {}))

    @property
    def tokenizer(self) -> Any:
        """The tokenizer, or ``None``."""
        return self.preprocessor.tokenizer

    @cached_property
    def lengths(self) -> list[int]:
        """Tokens of each row."""
        lengths: list[int] = []
        for start in range(0, len(self), _CHUNK):
            rows = [self.data[i] for i in range(start, min(start + _CHUNK, len(self)))]
            lengths += map(len, self._encoded(rows)["token_ids"])
        return lengths

    def _encoded(self, rows: list[Mapping[str, Any]]) -> Mapping[str, Any]:
        """Return the token ids of rows, and what else the tokenizer gives."""
        raise NotImplementedError

    def _rows(self, indices: Sequence[int]) -> list[Mapping[str, Any]]:
        if self.tokenizer is None:
            raise DatasetError(f"{self} has no tokenizer. Give it one: preprocessor=...")
        return [self.data[int(index)] for index in indices]

    def _tokenize(self, texts: list[str], **options: Any) -> dict[str, Any]:
        """Tokenize texts as a model does that predicts them."""
        return self.tokenizer(self._normalize(texts), **options)

    def _normalize(self, texts: list[str]) -> list[str]:
        normalizer = self.preprocessor.text_normalizer
        return texts if normalizer is None else normalizer(texts)

    def _place(self, index: int) -> str:
        return f"Row {index + 1}" if self._lines is None else f"{self.config.path}, line {self._lines[index]}:"

    def _column(self, role: str) -> str:
        column = getattr(self.config, role)
        if column is None:
            raise DatasetError(f"The config of {type(self).__name__} does not say which column is its {role}.")
        return column

    def _check_columns(self) -> None:
        if len(self.data) == 0:
            raise DatasetError(f"{type(self).__name__} has no rows ({self.config.path or 'in memory'}).")
        for role in self.columns:
            column = self._column(role)
            for number in range(len(self.data)) if isinstance(self.data, list) else (0,):
                row = self.data[number]
                if not isinstance(row, Mapping):
                    raise DatasetError(
                        f"{self._place(number).rstrip(':')}: a mapping is wanted; found {type(row).__name__}."
                    )
                if column not in row:
                    raise DatasetError(
                        f"{self._place(number)} has no {role} {column!r}. Its columns are: {', '.join(map(str, row))}."
                    )
                if is_missing(row[column]):
                    raise DatasetError(
                        f"{self._place(number)} the {role} {column!r} is empty: {row[column]!r}. Fill it, or leave the row out."
                    )
                if role in self.texts and not isinstance(row[column], str):
                    raise DatasetError(
                        f"{self._place(number)} the {role} {column!r} is no text: {row[column]!r:.60} "
                        f"({type(row[column]).__name__})."
                    )


class LabeledDataset(RowsDataset):
    """A dataset whose rows have labels out of a set.

    Attributes:
        id2label: Label of each class id.
        label2id: Class id of each label.
        num_labels: Number of labels.
    """

    def __init__(self, *args: Any, id2label: Mapping[int, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if id2label is not None and not isinstance(id2label, Mapping):
            raise DatasetError(
                f"id2label says the label of each class id, such as {{0: 'bad'}}; found {id2label!r:.100}."
            )
        # Class ids in the data, of the labels by which they are known there, and those that a model has for them.
        self._own_labels = dict(id2label) if id2label is not None else self._labels_of_the_data()
        self._renumbered: dict[int, int] = {}
        self._set_labels(self._own_labels)

    def _labels_of_the_data(self) -> dict[int, str]:
        raise NotImplementedError

    def match_labels(self, id2label: Mapping[int, str]) -> None:
        """Number the labels as a model does, by their names.

        Args:
            id2label: Label of each class id of the model.

        Raises:
            DatasetError: The data have a label that the model does not have.
        """
        if dict(id2label) == self.id2label:
            return
        own = self._own_labels
        if is_unnamed(id2label) or is_unnamed(own):
            if len(own) > len(id2label):
                raise DatasetError(f"{self} has {len(own)} labels; the model has {len(id2label)}.")
            return
        numbers = {label: class_id for class_id, label in id2label.items()}
        unknown = [label for label in own.values() if label not in numbers]
        if unknown:
            raise DatasetError(
                f"{self} has labels that the model does not have: {', '.join(unknown)}. The model's are "
                f"{', '.join(id2label.values())}. Build it with id2label=dataset.id2label, or rename them in the data."
            )
        logger.info("The labels of %s are numbered as those of the model: %s.", self, ", ".join(id2label.values()))
        self._renumbered = {old: numbers[label] for old, label in own.items()}
        self._set_labels(id2label)

    def _set_labels(self, id2label: Mapping[int, str]) -> None:
        self.id2label = dict(id2label)
        self.label2id = {label: class_id for class_id, label in self.id2label.items()}
        self.num_labels = len(self.id2label)
        for name in ("id2label", "label2id", "num_labels"):
            # Published attributes of the config; no fields of it, so they are not saved.
            object.__setattr__(self.config, name, getattr(self, name))

    def _class_id(self, label: Any, index: int) -> int:
        label = label_of(label)
        class_id = self.label2id.get(str(label)) if not isinstance(label, Integral) else None
        if class_id is None and (isinstance(label, Integral) or (isinstance(label, str) and label.isdecimal())):
            class_id = self._renumbered.get(int(label), int(label))
        if class_id is None or class_id not in self.id2label:
            known = ", ".join(map(str, self.label2id))
            raise DatasetError(f"{self._place(int(index))} has the label {label!r}; known are: {known}.")
        return class_id


def labels_of(found: set[Any], column: str) -> dict[int, str]:
    """Return the label of each class id, for the labels that occur in a column.

    Class ids keep their number, also those in files of text; names are sorted.

    Raises:
        DatasetError: A class id is negative.
    """
    found = {label_of(label) for label in found}
    if all(isinstance(label, Integral) for label in found):
        if min(found) < 0:
            raise DatasetError(f"Class ids count from 0; {column!r} has {min(found)}.")
        return {class_id: str(class_id) for class_id in range(max(found) + 1)}
    # "10" after "2", so that ids in a file of text stay the ids they are.
    numbers = all(str(label).isdecimal() for label in found)
    return dict(enumerate(sorted(map(str, found), key=(lambda name: (int(name), name)) if numbers else None)))


def is_unnamed(id2label: Mapping[int, str]) -> bool:
    """Whether labels are but their numbers, as ``{0: "0"}`` or ``{0: "LABEL_0"}``."""
    return all(str(label) in (str(class_id), f"LABEL_{class_id}") for class_id, label in id2label.items())
