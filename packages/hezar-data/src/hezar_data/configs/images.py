"""Configs of image processors: ``preprocessor/image_processor_config.yaml``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from hezar_config import PreprocessorConfig
from hezar_config.ranges import Finite, Range, Size
from hezar_hub import IMAGE_PROCESSOR_CONFIG_FILE


@dataclass
class ImageProcessorConfig(PreprocessorConfig):
    """Config of the steps from an image to pixel values; a step whose value is not set is left out.

    Attributes:
        mean: Mean to subtract, per channel.
        std: Standard deviation to divide by, per channel.
        rescale: Factor of all values, such as ``1 / 255``.
        resample: Pillow's code of the filter for `size`: 0 nearest, 1 Lanczos, 2 bilinear, 3 bicubic.
        size: Width and height in pixels.
        mirror: Flip left and right.
        gray_scale: Reduce to one channel.
    """

    name = "image_processor"
    filename: ClassVar[str] = IMAGE_PROCESSOR_CONFIG_FILE

    mean: list[Finite] | None = None
    std: list[Finite] | None = None
    rescale: Finite | None = None
    resample: Annotated[int, Range(least=0, most=5)] | None = None
    size: list[Size] | None = None
    mirror: bool = False
    gray_scale: bool = False


@dataclass
class CraftImageProcessorConfig(ImageProcessorConfig):
    """Config of the image processor of the CRAFT text detector; mean and std are for values from 0 to 255.

    Attributes:
        square_size: Longest side of the resized image, in pixels.
        mag_ratio: How much an image may be magnified.
    """

    name = "craft_image_processor"

    mean: list[Finite] | None = field(default_factory=lambda: [123.675, 116.28, 103.53])
    std: list[Finite] | None = field(default_factory=lambda: [58.395, 57.12, 57.375])
    square_size: Annotated[int, Range(least=1, most=2**13)] = 2560
    mag_ratio: Annotated[float, Range(above=0, most=100)] = 1.0
