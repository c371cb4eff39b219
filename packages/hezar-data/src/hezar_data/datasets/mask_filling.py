"""Texts of which a model learns to fill in what is masked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

from hezar_data.collators.mask_filling import MaskFillingDataCollator
from hezar_data.configs.datasets import MaskFillingDatasetConfig
from hezar_data.datasets.rows import RowsDataset


class MaskFillingDataset(RowsDataset):
    """Texts whose words are masked anew in every batch.

    An item is ``{"token_ids": [...], "attention_mask": [...], "word_ids": [...]}``; `MaskFillingDataCollator` masks. Rows are cut to
    ``config.max_length`` tokens.

    Example:
        >>> corpus = MaskFillingDataset.from_file("corpus.txt", tokenizer)  # a text a line  # doctest: +SKIP
        >>> Trainer(model, config, train_dataset=corpus).train()  # doctest: +SKIP
    """

    columns = ("text_field",)
    texts = columns
    config_class = MaskFillingDatasetConfig

    def __init__(self, config: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(config, *args, **kwargs)
        if self.tokenizer is not None:
            self.data_collator = MaskFillingDataCollator(
                self.tokenizer,
                mask_probability=self.config.mask_probability,
                whole_words=self.config.whole_words,
                seed=self.config.seed,
            )

    @classmethod
    def from_records(  # pyright: ignore[reportIncompatibleMethodOverride]  # each names its own options
        cls,
        records: Iterable[Mapping[str, Any]],
        preprocessor: Any = None,
        *,
        text_field: str = "text",
        max_length: int = 512,
        mask_probability: float = 0.15,
        whole_words: bool = True,
        seed: int | None = None,
        split: str = "train",
        path: str | None = None,
        lines: Sequence[int] | None = None,
    ) -> Self:
        """Make a dataset of rows in memory.

        Args:
            records: Mappings with a text.
            preprocessor: A tokenizer, a container, or a path to load them from.
            text_field: Key of the text.
            max_length: The most tokens per text; the rest is not read.
            mask_probability: The share of words, or tokens, that are to be filled in.
            whole_words: Mask all tokens of a word, or tokens one by one.
            seed: Mask the same words of a row every time, as an evaluation needs; default is anew each time.
            split: What to call the rows.
            path: Where the rows came from, for messages.
            lines: The line of each row there, for messages.

        Raises:
            DatasetError: There are no rows, or a key is missing.
        """
        return cls._of(
            records, preprocessor, split=split, lines=lines, path=path, text_field=text_field, max_length=max_length,
            mask_probability=mask_probability, whole_words=whole_words, seed=seed,
        )  # fmt: skip

    def __getitems__(self, indices: Sequence[int]) -> list[dict[str, Any]]:
        encoded = self._encoded(self._rows(indices))
        names = ("token_ids", "attention_mask", "word_ids")
        return [
            dict(zip(names, values, strict=True)) for values in zip(*(encoded[name] for name in names), strict=True)
        ]

    def _encoded(self, rows: list[Mapping[str, Any]]) -> Mapping[str, Any]:
        texts = [row[self.config.text_field] for row in rows]
        return self._tokenize(texts, truncation=True, max_length=self.config.max_length, return_word_ids=True)
