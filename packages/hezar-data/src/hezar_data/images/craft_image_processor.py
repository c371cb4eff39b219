"""`CraftImageProcessor`: from images to the input of the CRAFT text detector."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from hezar_data.configs.images import CraftImageProcessorConfig
from hezar_data.images.batching import pack, prepare, to_batch
from hezar_data.images.decoded_image import DecodedImage
from hezar_data.images.image_processor import ImageProcessor
from hezar_data.images.sources import ImageSource
from hezar_data.images.steps import Steps
from hezar_data.tensors import check_return_tensors
from hezar_registry import InputError

STRIDE = 32
"""The sides of what the network takes are multiples of this many pixels."""


class CraftImageProcessor(ImageProcessor):
    """Turns images into the input of CRAFT (Baek et al. 2019, "Character Region Awareness for Text Detection").

    An image keeps its proportions: its longer side becomes ``min(mag_ratio * longer, size)`` pixels. It is put into
    the upper left corner of a black canvas whose sides are multiples of 32, then normalised. Smaller canvases of a
    batch are padded to the largest.

    Example:
        >>> processor = CraftImageProcessor(square_size=1280)
        >>> page = np.full((1754, 1240, 3), 255, dtype=np.uint8)
        >>> inputs = processor(page, return_tensors="numpy")
        >>> inputs["pixel_values"].shape, round(inputs["ratio_values"][0], 2)
        ((1, 3, 1280, 928), 0.73)
    """

    config_class = CraftImageProcessorConfig

    def __call__(
        self,
        images: ImageSource | Iterable[ImageSource],
        device: Any = None,
        mean: float | Sequence[float] | None = None,
        std: float | Sequence[float] | None = None,
        rescale: float | None = None,
        size: int | Sequence[int] | None = None,
        resample: int | None = None,
        mirror: bool | None = None,
        gray_scale: bool | None = None,
        return_tensors: str | None = "torch",
        mag_ratio: float | None = None,
    ) -> dict[str, Any]:
        """Process one image or many; see `ImageProcessor` for what is not said here.

        Args:
            images: An image or images.
            device: Where a torch tensor goes.
            mean: Mean to subtract, of values from 0 to 255.
            std: Standard deviation to divide by, of values from 0 to 255.
            rescale: Factor of all values, before normalising.
            size: Longest side of a resized image, in pixels; default is the config's ``square_size``.
            resample: Pillow's code of the filter.
            mirror: Flip left and right.
            gray_scale: Reduce to one channel; mean and std then need one value.
            return_tensors: ``"torch"``, ``"numpy"`` (also ``None``) or ``"list"``.
            mag_ratio: How much an image may be magnified.

        Returns:
            ``pixel_values``, float32 ``(images, channels, height, width)``, also of one image, and
            ``ratio_values``, a list of floats: by how much each image was resized.

        Raises:
            InputError: An input is not an image, or broken, or an option does not fit.
            MissingExtraError: Pillow, or torch if requested, is not installed.
        """
        steps = Steps.resolve(
            self.config,
            mean=mean,
            std=std,
            rescale=rescale,
            size=False,
            resample=resample,
            mirror=mirror,
            gray_scale=gray_scale,
        )
        kind = check_return_tensors("numpy" if return_tensors is None else return_tensors)
        longest = _positive("size", self.config.square_size if size is None else size)
        magnify = _positive("mag_ratio", self.config.mag_ratio if mag_ratio is None else mag_ratio)

        def fit(image: DecodedImage) -> tuple[DecodedImage, float]:
            longer = max(image.size)
            ratio = min(magnify * longer, longest) / longer
            width, height = (max(1, int(side * ratio)) for side in image.size)
            return image.resized((width, height), steps.resample), ratio

        fitted, _ = prepare(images, steps, fit)
        images = [image for image, _ in fitted]
        width, height = (
            math.ceil(max((image.size[axis] for image in images), default=0) / STRIDE) * STRIDE for axis in (0, 1)
        )
        batch = to_batch([image.on_canvas((width, height)) for image in images], steps)
        # One image is a batch of one, as lists too: `ratio_values` has an entry per image.
        return {"pixel_values": pack(batch, kind, device, single=False), "ratio_values": [ratio for _, ratio in fitted]}


def _positive(name: str, value: Any) -> float:
    """Return a number above zero; of a size given as (width, height), the larger one."""
    try:
        number = float(max(value) if isinstance(value, Iterable) else value)
    except (TypeError, ValueError):
        number = math.nan
    if not 0 < number < math.inf:
        raise InputError(f"{name} is a number above 0; found {value!r:.100}.")
    return number
