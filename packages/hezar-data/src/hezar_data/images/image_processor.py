"""`ImageProcessor`: from images to the pixel values that vision models take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from hezar_data.configs.images import ImageProcessorConfig
from hezar_data.images.batching import pack, prepare, to_batch
from hezar_data.images.decoded_image import DecodedImage
from hezar_data.images.sources import ImageSource
from hezar_data.images.steps import Steps
from hezar_data.preprocessors.base import Preprocessor
from hezar_data.tensors import check_return_tensors


class ImageProcessor(Preprocessor):
    """Turns images into pixel values, by the steps of the published format; one that is not set is left out.

    In this order: reading (upright, RGB without alpha), `gray_scale`, `mirror`, `size`, `rescale`, and normalising
    with `mean` and `std`. Images are decoded and resized in threads, and written into one batch. No step needs
    torch, and no input is changed.

    Example:
        >>> processor = ImageProcessor(size=[224, 224], rescale=1 / 255, mean=[0.5], std=[0.5])
        >>> image = np.zeros((480, 640, 3), dtype=np.uint8)
        >>> processor(image, return_tensors="numpy")["pixel_values"].shape
        (1, 3, 224, 224)
    """

    role = "image_processor"
    config_class = ImageProcessorConfig
    upload_message = "Hezar: Upload image processor files"

    def __call__(
        self,
        images: ImageSource | Iterable[ImageSource],
        device: Any = None,
        mean: float | Sequence[float] | None = None,
        std: float | Sequence[float] | None = None,
        rescale: float | None = None,
        size: Sequence[int] | None = None,
        resample: int | None = None,
        mirror: bool | None = None,
        gray_scale: bool | None = None,
        return_tensors: str | None = "torch",
    ) -> dict[str, Any]:
        """Process one image or many.

        Of the options, ``None`` takes the config's value and ``False`` leaves the step out.

        Args:
            images: An image or images: paths, http(s) addresses, encoded bytes, binary files, Pillow images,
                arrays or tensors with channels first or last, mixed as you like; or one array of four dimensions.
                What is encoded becomes RGB. A gray image or array stays gray unless mean and std have three values,
                or others of the batch have colour.
            device: Where a torch tensor goes.
            mean: Mean to subtract: one number, or one per channel.
            std: Standard deviation to divide by: one number, or one per channel.
            rescale: Factor of all values, before normalising.
            size: Width and height in pixels.
            resample: Pillow's code of the filter for `size`.
            mirror: Flip left and right.
            gray_scale: Reduce to one channel.
            return_tensors: ``"torch"``, ``"numpy"`` (also ``None``) or ``"list"``.

        Returns:
            ``{"pixel_values": …}``, float32 ``(images, channels, height, width)``. As a list, an image that was
            given alone has no batch level.

        Raises:
            InputError: An input is not an image, or broken (the message says which one), an option does not fit, or
                the images differ in size and `size` is not set.
            MissingExtraError: Pillow, or torch if requested, is not installed.
        """
        steps = Steps.resolve(
            self.config,
            mean=mean,
            std=std,
            rescale=rescale,
            size=size,
            resample=resample,
            mirror=mirror,
            gray_scale=gray_scale,
        )
        kind = check_return_tensors("numpy" if return_tensors is None else return_tensors)

        def fit(image: DecodedImage) -> DecodedImage:
            return image.resized(steps.size, steps.resample) if steps.size else image

        images, single = prepare(images, steps, fit)
        return {"pixel_values": pack(to_batch(images, steps), kind, device, single)}

    def process(self, image: ImageSource, **options: Any) -> np.ndarray:
        """Return the pixel values of one image: image in, array out.

        Args:
            image: The image.
            **options: Those of a call.

        Returns:
            float32 ``(channels, height, width)``.

        Raises:
            InputError: It is not an image, or broken, or an option does not fit.
        """
        return self([image], return_tensors="numpy", **options)["pixel_values"][0]
