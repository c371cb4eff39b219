"""From a list of images with captions to a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hezar_data.collators.stacking import stacked
from hezar_data.tensors import check_return_tensors


class ImageCaptioningDataCollator:
    """Stacks images, and pads all else with the padding token, the mask too, as published.

    Args:
        tokenizer: Its padding token and side are used.
        padding: ``"longest"`` or ``"max_length"``.
        padding_side: Published; the tokenizer's own setting counts.
        max_length: Length to pad to; with ``"longest"`` the length to truncate to.
        return_tensors: ``"torch"`` or ``"numpy"``.
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
        """Return the batch: ``pixel_values`` float32 (rows, channels, height, width), all else int64 (rows, length).

        Raises:
            InputError: The images differ in size.
        """
        batch: dict[str, Any] = {"pixel_values": stacked(items, "pixel_values", self.return_tensors)}
        names = [name for name in items[0] if name != "pixel_values"]
        for name in names:
            # One by one: each is padded with the padding token, whatever it is.
            rows = [{"labels": item[name]} for item in items]
            padded = self.tokenizer.pad_encoded_batch(
                rows, padding=self.padding, max_length=self.max_length, return_tensors=self.return_tensors
            )
            batch[name] = padded["labels"]
        return batch
