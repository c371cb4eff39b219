"""From a list of tokenized texts to a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hezar_data.tensors import as_tensors, check_return_tensors


class TextPaddingDataCollator:
    """Pads everything but ``labels`` to one length.

    Args:
        tokenizer: Its padding token, side and type id are used.
        padding: ``"longest"`` or ``"max_length"``.
        padding_side: Published; the tokenizer's own setting counts.
        max_length: Length to pad to; with ``"longest"`` the length to truncate to.
        return_tensors: ``"torch"``, ``"numpy"`` or ``"list"``.
    """

    def __init__(
        self,
        tokenizer: Any,
        padding: str = "longest",
        padding_side: str = "right",
        max_length: int | None = None,
        return_tensors: str = "torch",
    ) -> None:
        self.tokenizer = tokenizer
        self.padding = padding
        self.padding_side = padding_side
        self.max_length = max_length
        self.return_tensors = check_return_tensors(return_tensors)

    def __call__(self, items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Return the batch of `items`: (rows, length) per key, and ``labels`` (rows,), all int64."""
        batch = self.tokenizer.pad_encoded_batch(
            items,
            padding=self.padding,
            max_length=self.max_length,
            exclude_keys=["labels"],
            return_tensors=self.return_tensors,
        )
        if "labels" in batch and self.return_tensors != "list":
            import numpy as np

            batch["labels"] = as_tensors(np.asarray(batch["labels"], dtype=np.int64), self.return_tensors)
        return batch
