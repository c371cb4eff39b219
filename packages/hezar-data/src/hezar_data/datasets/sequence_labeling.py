"""Lists of words with a tag each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, Self

from hezar_data.collators.sequence_labeling import SequenceLabelingDataCollator
from hezar_data.configs.datasets import SequenceLabelingDatasetConfig
from hezar_data.datasets.rows import LabeledDataset, labels_of
from hezar_data.errors import DatasetError
from hezar_registry import get_logger

logger = get_logger(__name__)


class SequenceLabelingDataset(LabeledDataset):
    """Lists of words with a tag each, as token ids and the class id of each token.

    An item is ``{"token_ids": [...], "attention_mask": [...], "word_ids": [...], "labels": [...]}``. Tokens that belong to no word
    have the label ``config.ignore_index``; so have all tokens of a word but its first, unless ``config.label_all_tokens``. Words
    are normalized one by one if there is a normalizer, so that none of them moves the tag of another.

    Attributes:
        id2label: Tag of each class id.
        label2id: Class id of each tag.
        num_labels: Number of tags.

    Example:
        >>> rows = [{"tokens": ["علی", "در", "تهران"], "tags": ["B-PER", "O", "B-LOC"]}]
        >>> dataset = SequenceLabelingDataset.from_records(rows, preprocessor=tokenizer)  # doctest: +SKIP
        >>> dataset.id2label  # doctest: +SKIP
        {0: 'B-LOC', 1: 'B-PER', 2: 'O'}
    """

    columns = ("tokens_field", "tags_field")
    config_class = SequenceLabelingDatasetConfig

    def __init__(self, config: Any, *args: Any, **kwargs: Any) -> None:
        self._has_warned = False
        super().__init__(config, *args, **kwargs)
        if isinstance(self.data, list):
            for index, row in enumerate(self.data):
                self._class_ids(row, index)
        if self.tokenizer is not None:
            self.data_collator = SequenceLabelingDataCollator(
                self.tokenizer, label_pad_token_id=self.config.ignore_index, max_length=self.config.max_length
            )

    @classmethod
    def from_records(  # pyright: ignore[reportIncompatibleMethodOverride]  # each names its own options
        cls,
        records: Iterable[Mapping[str, Any]],
        preprocessor: Any = None,
        *,
        tokens_field: str = "tokens",
        tags_field: str = "tags",
        id2label: Mapping[int, str] | None = None,
        max_length: int | None = None,
        label_all_tokens: bool = True,
        is_iob_schema: bool = False,
        split: str = "train",
        path: str | None = None,
        lines: Sequence[int] | None = None,
    ) -> Self:
        """Make a dataset of rows in memory.

        Args:
            records: Mappings with a list of words and a list of tags of the same length.
            preprocessor: A tokenizer, a container, or a path to load them from.
            tokens_field: Key of the words.
            tags_field: Key of the tags: names, or class ids.
            id2label: Tag of each class id; default are the names in the data, sorted.
            max_length: The most tokens per row in a batch.
            label_all_tokens: Whether all tokens of a word get its tag, or the first only.
            is_iob_schema: Tags are those of entities, such as ``B-PER``.
            split: What to call the rows.
            path: Where the rows came from, for messages.
            lines: The line of each row there, for messages.

        Raises:
            DatasetError: There are no rows, a key is missing, words and tags differ in number, or a tag is not in `id2label`.
        """
        return cls._of(
            records, preprocessor, split=split, lines=lines, own={"id2label": id2label}, path=path,
            tokens_field=tokens_field, tags_field=tags_field, max_length=max_length,
            label_all_tokens=label_all_tokens, is_iob_schema=is_iob_schema,
        )  # fmt: skip

    def __getitems__(self, indices: Sequence[int]) -> list[dict[str, Any]]:
        rows = self._rows(indices)
        encoded = self._encoded(rows)
        columns = (encoded["token_ids"], encoded["attention_mask"], encoded["word_ids"])
        return [
            {
                "token_ids": token_ids,
                "attention_mask": attention_mask,
                "word_ids": word_ids,
                "labels": self._labels(word_ids, self._class_ids(row, index), index),
            }
            for index, row, token_ids, attention_mask, word_ids in zip(indices, rows, *columns, strict=True)
        ]

    def _encoded(self, rows: list[Mapping[str, Any]]) -> Mapping[str, Any]:
        words = [self._words(row) for row in rows]
        flat = iter(self._normalize(list(chain.from_iterable(words))))
        return self.tokenizer(
            [[next(flat) for _ in row] for row in words],
            is_split_into_words=True, return_word_ids=True, truncation=self.config.max_length is not None,
            max_length=self.config.max_length,
        )  # fmt: skip

    def _labels(self, word_ids: Sequence[int | None], tags: list[int], index: int) -> list[int]:
        """Return the class id of each token."""
        labels: list[int] = []
        previous = None
        for word in word_ids:
            counts = word is not None and (self.config.label_all_tokens or word != previous)
            labels.append(tags[word] if counts and word is not None else self.config.ignore_index)
            previous = word
        self._say_what_is_lost(len(tags) - len({word for word in word_ids if word is not None}), index)
        return labels

    def _say_what_is_lost(self, lost: int, index: int) -> None:
        if lost and not self._has_warned:
            self._has_warned = True
            logger.warning(
                "%s %d of its words have no tokens and their tags do not count: they are beyond max_length=%s, or nothing but "
                "characters that the tokenizer leaves out. Other rows of this dataset may be the same; this is said once.",
                self._place(int(index)), lost, self.config.max_length,
            )  # fmt: skip

    def _words(self, row: Mapping[str, Any]) -> list[str]:
        return list(row[self._column("tokens_field")])

    def _class_ids(self, row: Mapping[str, Any], index: int) -> list[int]:
        tags, words = row[self._column("tags_field")], row[self._column("tokens_field")]
        for what, values in ((self.config.tokens_field, words), (self.config.tags_field, tags)):
            if isinstance(values, (str, Mapping)) or not isinstance(values, Iterable):
                raise DatasetError(f"{self._place(int(index))} {what!r} is a list; found {values!r:.60}.")
        if len(words) != len(tags):
            raise DatasetError(
                f"{self._place(int(index))} has {len(words)} words and {len(tags)} tags; each word needs one."
            )
        for word in words:
            if not isinstance(word, str):
                raise DatasetError(f"{self._place(int(index))} has the word {word!r:.60}, which is no text.")
        return [self._class_id(tag, index) for tag in tags]

    def _labels_of_the_data(self) -> dict[int, str]:
        column = self._column("tags_field")
        feature = getattr(self.data, "features", {}).get(column)
        names = getattr(getattr(feature, "feature", None), "names", None)
        if names is not None:
            return dict(enumerate(names))
        found: set[Any] = set()
        for index in range(len(self.data)):
            tags = self.data[index][column]
            try:
                found.update([tags] if isinstance(tags, str) else tags)
            except TypeError as error:
                raise DatasetError(
                    f"{self._place(index)} a tag of {column!r} is neither a name nor a class id: {error}."
                ) from error
        if not found:
            raise DatasetError(f"{type(self).__name__} has no tags: all its rows are empty.")
        return labels_of(found, column)

    def _check_columns(self) -> None:
        names = getattr(self.data, "column_names", None)
        if names is not None and len(names) == 2:  # published configs need not name them: words come first
            for role, name in zip(self.columns, names, strict=True):
                if getattr(self.config, role) is None:
                    setattr(self.config, role, name)
        super()._check_columns()
