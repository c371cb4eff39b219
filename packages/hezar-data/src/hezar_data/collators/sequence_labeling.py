"""From a list of tokenized texts with a label per token to a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hezar_data import padding as pad
from hezar_data.tensors import as_tensors, check_return_tensors


class SequenceLabelingDataCollator:
    """Pads rows and their labels to one length; ``word_ids`` are left out.

    Args:
        tokenizer: Its padding token is used.
        padding: ``"longest"`` or ``"max_length"``.
        padding_side: ``"right"`` or ``"left"``.
        label_pad_token_id: Label of padding, which no loss counts.
        max_length: Length to pad to; with ``"longest"`` the length to truncate to.
        return_tensors: ``"torch"``, ``"numpy"`` or ``"list"``.
    """

    def __init__(
        self,
        tokenizer: Any,
        padding: str = "longest",
        padding_side: str = "right",
        label_pad_token_id: int = -100,
        max_length: int | None = None,
        return_tensors: str = "torch",
    ) -> None:
        self.tokenizer = tokenizer
        self.padding = padding
        self.padding_side = padding_side
        self.label_pad_token_id = label_pad_token_id
        self.max_length = max_length
        self.return_tensors = check_return_tensors(return_tensors)

    def __call__(self, items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Return the batch of `items`: (rows, length) per key, all int64."""
        left_out = {"word_ids", "labels"}
        batch = self.tokenizer.pad_encoded_batch(
            [{key: value for key, value in item.items() if key not in left_out} for item in items],
            padding=self.padding,
            max_length=self.max_length,
            padding_side=self.padding_side,
            return_tensors=self.return_tensors,
        )
        if all("labels" in item for item in items):
            width = len(batch["token_ids"][0])
            labels = [list(item["labels"])[:width] for item in items]
            batch["labels"] = (
                pad.pad_rows(labels, width, self.label_pad_token_id, self.padding_side)
                if self.return_tensors == "list"
                else as_tensors(
                    pad.to_array(labels, width, self.label_pad_token_id, self.padding_side), self.return_tensors
                )
            )
        return batch
