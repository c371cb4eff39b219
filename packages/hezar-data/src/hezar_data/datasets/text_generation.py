"""Running text in blocks, from which a model learns to go on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Self

import numpy as np

from hezar_data.collators.sequence_labeling import SequenceLabelingDataCollator
from hezar_data.configs.datasets import TextGenerationDatasetConfig
from hezar_data.datasets.rows import RowsDataset
from hezar_data.errors import DatasetError

_CHUNK = 1000


class TextGenerationDataset(RowsDataset):
    """The tokens of all texts, one after the other with an end token between them, cut into blocks of one length.

    An item is ``{"token_ids": [...], "attention_mask": [...], "labels": [...]}``; the labels are the tokens themselves. All texts are
    tokenized at first use, and kept as four bytes a token; the last block may be shorter.

    Example:
        >>> corpus = TextGenerationDataset.from_file("corpus.txt", tokenizer, block_length=128)  # doctest: +SKIP
        >>> len(corpus)  # blocks  # doctest: +SKIP
    """

    columns = ("text_field",)
    texts = columns
    config_class = TextGenerationDatasetConfig

    def __init__(self, config: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(config, *args, **kwargs)
        if self.tokenizer is not None:
            self.data_collator = SequenceLabelingDataCollator(self.tokenizer)

    @classmethod
    def from_records(  # pyright: ignore[reportIncompatibleMethodOverride]  # each names its own options
        cls,
        records: Iterable[Mapping[str, Any]],
        preprocessor: Any = None,
        *,
        text_field: str = "text",
        block_length: int = 512,
        split: str = "train",
        path: str | None = None,
        lines: Sequence[int] | None = None,
    ) -> Self:
        """Make a dataset of rows in memory.

        Args:
            records: Mappings with a text.
            preprocessor: A tokenizer, a container, or a path to load them from.
            text_field: Key of the text.
            block_length: Tokens per block.
            split: What to call the rows.
            path: Where the rows came from, for messages.
            lines: The line of each row there, for messages.

        Raises:
            DatasetError: There are no rows, or a key is missing.
        """
        return cls._of(
            records, preprocessor, split=split, lines=lines, path=path, text_field=text_field, block_length=block_length,
        )  # fmt: skip

    def __len__(self) -> int:
        if self.tokenizer is None:
            return super().__len__()
        length = self.config.block_length
        return max(1, (len(self._tokens) + length - 1) // length)

    @cached_property
    def lengths(self) -> list[int]:  # pyright: ignore[reportIncompatibleVariableOverride]  # of blocks, not of rows
        """Tokens of each block."""
        length = self.config.block_length
        return [min(length, len(self._tokens) - start) for start in range(0, len(self) * length, length)]

    def __getitems__(self, indices: Sequence[int]) -> list[dict[str, Any]]:
        if self.tokenizer is None:
            self._rows(indices)  # says so
        length = self.config.block_length
        blocks = [self._tokens[int(index) * length : (int(index) + 1) * length].tolist() for index in indices]
        return [{"token_ids": ids, "attention_mask": [1] * len(ids), "labels": list(ids)} for ids in blocks]

    @cached_property
    def _tokens(self) -> np.ndarray:
        """All tokens, int32."""
        end = self.tokenizer.eos_token_id
        parts: list[np.ndarray] = []
        rows = super().__len__()  # the rows that max_size leaves
        for start in range(0, rows, _CHUNK):
            for ids in self._encoded(self._rows(range(start, min(start + _CHUNK, rows))))["token_ids"]:
                closed = ids if end is None or (ids and ids[-1] == end) else [*ids, end]
                parts.append(np.array(closed, np.int32))
        tokens = np.concatenate(parts)
        if not len(tokens):
            raise DatasetError(f"{type(self).__name__} has no tokens: the tokenizer makes none of its texts.")
        return tokens

    def _encoded(self, rows: list[Mapping[str, Any]]) -> Mapping[str, Any]:
        return self._tokenize([row[self.config.text_field] for row in rows])
