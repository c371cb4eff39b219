"""What all models that read pictures have in common: from pictures to pixel values and batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import torch

from hezar_data.images.sources import as_list
from hezar_models.model import Model
from hezar_models.prediction import Encoded
from hezar_registry import HezarError, InputError


class VisionModel(Model):
    """A model whose input is pictures, turned into pixel values by its own image processor."""

    window = 64  # pixel values are large: 38 MB at 224x224

    @property
    def image_processor(self) -> Any:
        """The image processor of the model.

        Raises:
            HezarError: The model has none.
        """
        processor = self.preprocessor.image_processor
        if processor is None:
            raise HezarError(
                f"This {type(self).__name__} has no image processor, so it cannot read pictures. Give it one: "
                'model.preprocessor = Preprocessor.load("path or Hub id"), or call predict(..., preprocess=False).'
            )
        return processor

    def preprocess(self, inputs: Any) -> dict[str, Any]:
        """Turn pictures into one batch: ``pixel_values``, float32 (batch, channels, height, width)."""
        return self.collate(self.encode(list(self.as_list(inputs))))

    @classmethod
    def as_list(cls, inputs: Any) -> Iterable[Any]:
        return inputs if isinstance(inputs, Iterator) and not hasattr(inputs, "read") else as_list(inputs)[0]

    def encode(self, inputs: list[Any]) -> list[Encoded]:
        if not inputs:
            return []
        return [
            {"pixel_values": image} for image in self.image_processor(inputs, return_tensors="torch")["pixel_values"]
        ]

    def length_of(self, encoded: Encoded) -> int:
        """Return the number of patches of 16x16 pixels, a measure of what a picture costs."""
        height, width = encoded["pixel_values"].shape[-2:]
        return max(height * width // 256, 1)

    def collate(self, encoded: list[Encoded]) -> dict[str, Any]:
        images = [item["pixel_values"] for item in encoded]
        if len({image.shape for image in images}) > 1:
            raise InputError("The pictures of one batch have different sizes. Resize them, or give batch_size=1.")
        return {"pixel_values": torch.stack(images)}
