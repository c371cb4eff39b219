"""From a list of tokenized texts, and of what shall be written from them, to a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hezar_data.tensors import check_return_tensors


class TextGenerationDataCollator:
    """Pads texts to one length, and labels to another, both with the padding token, which the losses of T5 leave out.

    Args:
        tokenizer: Its padding token and side are used.
        padding: ``"longest"`` or ``"max_length"``; ``None`` is ``"max_length"`` where a length is given.
        padding_side: Published; the tokenizer's own setting counts.
        max_length: Length of the texts; with ``"longest"`` the length to truncate to.
        labels_max_length: Length of the labels, likewise.
        return_tensors: ``"torch"``, ``"numpy"`` or ``"list"``.
    """

    def __init__(
        self,
        tokenizer: Any,
        padding: str | None = "longest",
        padding_side: str = "right",
        max_length: int | None = None,
        labels_max_length: int | None = None,
        return_tensors: str = "torch",
    ) -> None:
        self.tokenizer = tokenizer
        self.padding = padding
        self.padding_side = padding_side
        self.max_length = max_length
        self.labels_max_length = labels_max_length
        self.return_tensors = check_return_tensors(return_tensors)

    def __call__(self, items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Return the batch of `items`: (rows, length) per key, all int64."""
        texts = [{key: value for key, value in item.items() if key != "labels"} for item in items]
        batch = self._padded(texts, self.max_length)
        if all("labels" in item for item in items):
            batch |= self._padded([{"labels": item["labels"]} for item in items], self.labels_max_length)
        return batch

    def _padded(self, rows: Sequence[Mapping[str, Any]], max_length: int | None) -> dict[str, Any]:
        # Without a length there is none to pad to, whatever the texts are padded to.
        padding = "longest" if max_length is None else self.padding
        return self.tokenizer.pad_encoded_batch(
            rows, padding=padding, max_length=max_length, return_tensors=self.return_tensors
        )
