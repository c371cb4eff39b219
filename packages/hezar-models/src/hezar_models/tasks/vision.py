"""What all models that read images have in common: from images to pixel values and batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

from hezar_data.images.sources import as_list
from hezar_models.model import Model
from hezar_models.prediction.examples import Example
from hezar_registry import HezarError, InputError


class VisionModel(Model):
    """A model whose input is images, turned into pixel values by its own image processor."""

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
                f"This {type(self).__name__} has no image processor, so it cannot read images. Give it one: "
                'model.preprocessor = Preprocessor.load("path or Hub id"), or call predict(..., preprocess=False).'
            )
        return processor

    def preprocess(self, inputs: Any) -> dict[str, Any]:
        """Turn images into one batch: ``pixel_values``, float32 (batch, channels, height, width)."""
        return self.collate(self.encode(list(self.as_list(inputs))))

    @classmethod
    def as_list(cls, inputs: Any) -> Iterable[Any]:
        return inputs if isinstance(inputs, Iterator) and not hasattr(inputs, "read") else as_list(inputs)[0]

    def encode(self, inputs: list[Any]) -> list[Example]:
        if not inputs:
            return []
        images = self.image_processor(inputs, return_tensors="torch")["pixel_values"]
        return [
            Example({"pixel_values": image}, cost=self.cost_of(image), shape_key=tuple(image.shape)) for image in images
        ]

    def cost_of(self, image: Tensor) -> int:
        """Return the number of patches of 16x16 pixels, a measure of what an image costs."""
        height, width = image.shape[-2:]
        return max(height * width // 256, 1)

    def collate(self, examples: Sequence[Example]) -> dict[str, Any]:
        images = [example.inputs["pixel_values"] for example in examples]
        if len({image.shape for image in images}) > 1:
            raise InputError("The images of one batch have different sizes. Resize them, or call predict with each.")
        return {"pixel_values": torch.stack(images)}
