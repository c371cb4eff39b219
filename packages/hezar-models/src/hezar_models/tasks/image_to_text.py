"""Image to text: from an image to the text on it, or to what it shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from hezar_models.generation.rows import Finished
from hezar_models.outputs import Image2TextOutput
from hezar_models.prediction.examples import Example
from hezar_models.tasks.checks import check_tensor
from hezar_models.tasks.generative import GenerativeModel
from hezar_models.tasks.vision import VisionModel


class ImageToTextModel(GenerativeModel, VisionModel):
    """A model that generates a text from an image."""

    computes_rows = True
    batch_inputs = frozenset({"pixel_values"})
    output_class = Image2TextOutput

    def generate(
        self, pixel_values: Tensor, generation_config: Mapping[str, Any] | None = None, **options: Any
    ) -> Tensor:
        """Generate from the pixel values of images.

        Args:
            pixel_values: Float (batch, channels, height, width).
            generation_config: Options in place of those that the model's config holds.
            **options: Fields of `hezar_models.generation.config.GenerationConfig`; they win over both.

        Returns:
            int64 (batch · num_return_sequences, longest row): the decoder's start token and what follows, filled up with
            the padding token.

        Raises:
            InputError: An option, or a combination of options, is none that can be; or the images have another size than
                the model reads.
            UnknownKeywordError: There is no such option.
            LogitsError: The model computes NaN or infinite numbers.
        """
        return self.generate_ids({"pixel_values": pixel_values}, generation_config=generation_config, **options)

    def generate_rows(
        self, inputs: Mapping[str, Any], *, return_scores: bool = False, **options: Any
    ) -> list[list[Finished]]:
        pixel_values: Any = inputs.get("pixel_values")
        check_tensor("pixel_values", pixel_values)
        return super().generate_rows(inputs, return_scores=return_scores, **options) if len(pixel_values) else []

    def cost_of_rows(self, example: Example, new: int, rows: int) -> int:
        # All rows look at one image, which is encoded once.
        return example.cost + new * rows
