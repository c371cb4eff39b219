"""From a list of images with a label per character to a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hezar_data import padding as pad
from hezar_data.collators.stacking import stacked
from hezar_data.tensors import as_tensors, check_return_tensors


class CharLevelOCRDataCollator:
    """Stacks images, and pads labels to the longest row.

    Args:
        pad_token_id: The label of padding: CTC's blank.
        return_tensors: ``"torch"`` or ``"numpy"``.
    """

    def __init__(self, pad_token_id: int = 0, return_tensors: str = "torch") -> None:
        self.pad_token_id = pad_token_id
        self.return_tensors = check_return_tensors(return_tensors)

    def __call__(self, items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Return the batch: ``pixel_values`` float32 (rows, channels, height, width), ``labels`` int64 (rows, length).

        Raises:
            InputError: The images differ in size.
        """
        labels = [list(item["labels"]) for item in items]
        width = max(map(len, labels))
        padded = pad.to_array(labels, width, self.pad_token_id, "right")
        return {
            "pixel_values": stacked(items, "pixel_values", self.return_tensors),
            "labels": as_tensors(padded, self.return_tensors),
        }
