"""`DecodedImage`: one image between what the caller gave and the pixel values a model takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from hezar_data.images.arrays import as_levels, channels_last
from hezar_data.images.sources import ImageSource, as_array, describe, is_array, is_pillow, open_image, pillow
from hezar_registry import InputError, MissingExtraError

if TYPE_CHECKING:
    from PIL import Image

ORIENTATION_TAG = 0x0112
LUMA = (0.299, 0.587, 0.114)
"""Weights of red, green and blue in gray (ITU-R BT.601), as in Pillow."""


@dataclass(frozen=True)
class DecodedImage:
    """An upright gray or RGB image on white where it was transparent. Every step gives a new one; what it was made of stays as it is.

    Attributes:
        planes: One 8-bit Pillow image of mode L or RGB; or, for values that are not 8-bit levels, one or three Pillow
            images of mode F. Pillow resizes both, but has no multi-channel float mode.
    """

    planes: tuple[Image.Image, ...]

    @classmethod
    def of(cls, source: ImageSource) -> Self:
        """Read an image of any kind. One that was encoded (a file, bytes, an address) is always RGB.

        Raises:
            InputError: It is not an image.
            Exception: Whatever Pillow's decoders raise on a broken file.
        """
        if is_array(source):
            return cls.from_array(as_array(source))
        if is_pillow(source):
            return cls.from_pillow(source)
        return cls.from_pillow(open_image(source)).rgb()

    @classmethod
    def from_array(cls, array: np.ndarray) -> Self:
        """Read an array; see `channels_last` and `as_levels`."""
        array = channels_last(array)
        if array.shape[-1] in (2, 4):
            if array.dtype == np.uint8:
                return cls.from_pillow(pillow().fromarray(np.ascontiguousarray(array)))
            array = array[..., :-1]  # what white is among other numbers is not known
        levels = as_levels(array)
        bands = [np.ascontiguousarray(levels[..., i]) for i in range(levels.shape[-1])]
        if levels.dtype == np.uint8 and len(bands) == 3:
            return cls((pillow().fromarray(np.ascontiguousarray(levels)),))
        return cls(tuple(pillow().fromarray(band) for band in bands))

    @classmethod
    def from_pillow(cls, image: Image.Image) -> Self:
        """Read a Pillow image of any mode, turned as its EXIF orientation says."""
        image.load()
        image = _upright(image)
        if image.mode == "I" and image.format == "PNG":  # how older versions of Pillow open 16-bit files
            return cls.from_array(np.asarray(image).astype(np.uint16))
        if image.mode.startswith(("I", "F")):
            return cls.from_array(np.asarray(image))
        if "A" in image.mode.upper() or "transparency" in image.info:
            image = _on_white(image)
        if image.mode == "1":
            image = image.convert("L")
        return cls((image if image.mode in ("L", "RGB") else image.convert("RGB"),))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.planes[0].size

    @property
    def channels(self) -> int:
        """1 for gray, 3 for RGB."""
        return 3 if len(self.planes) == 3 or self.planes[0].mode == "RGB" else 1

    @property
    def is_float(self) -> bool:
        """Whether the values are floats, not 8-bit levels."""
        return self.planes[0].mode == "F"

    @property
    def is_unit(self) -> bool:
        """Whether the values are floats from 0 to 1."""
        return self.is_float and all(np.min(band) >= 0 and np.max(band) <= 1 for band in map(np.asarray, self.planes))

    def bands(self) -> tuple[Image.Image, ...]:
        """Return one single-channel image per channel."""
        return self.planes[0].split() if self.planes[0].mode == "RGB" else self.planes

    def gray(self) -> Self:
        """Reduce to one channel."""
        if self.channels == 1:
            return self
        if not self.is_float:
            return type(self)((self.planes[0].convert("L"),))
        weighted = sum(np.float32(weight) * np.asarray(plane) for weight, plane in zip(LUMA, self.planes, strict=True))
        return type(self)((pillow().fromarray(weighted),))

    def rgb(self) -> Self:
        """Repeat the one channel of a gray image."""
        if self.channels == 3:
            return self
        return type(self)(self.planes * 3 if self.is_float else (self.planes[0].convert("RGB"),))

    def mirrored(self) -> Self:
        """Flip left and right."""
        return type(self)(tuple(plane.transpose(pillow().Transpose.FLIP_LEFT_RIGHT) for plane in self.planes))

    def resized(self, size: tuple[int, int], resample: int | None = None) -> Self:
        """Resize to width and height with a filter of Pillow; the default is bicubic."""
        if size == self.size:
            return self
        return type(self)(tuple(plane.resize(size, resample) for plane in self.planes))

    def on_canvas(self, size: tuple[int, int]) -> Self:
        """Put the image into the upper left corner of a larger one that is zero elsewhere."""
        if size == self.size:
            return self
        canvases = tuple(pillow().new(plane.mode, size) for plane in self.planes)
        for canvas, plane in zip(canvases, self.planes, strict=True):
            canvas.paste(plane, (0, 0))
        return type(self)(canvases)

    def write_to(self, pixels: np.ndarray, scale: np.ndarray, shift: np.ndarray) -> None:
        """Write ``scale * value + shift`` into `pixels`.

        Args:
            pixels: float32 ``(channels, height, width)``.
            scale: float32 ``(channels,)``.
            shift: float32 ``(channels,)``.
        """
        for i, band in enumerate(self.bands()):
            np.multiply(np.asarray(band), scale[i], out=pixels[i], dtype=np.float32)
            pixels[i] += shift[i]


def read_image(source: ImageSource, name: str = "The image") -> DecodedImage:
    """Read an image of any kind; `name` is what messages call it.

    Raises:
        InputError: It is not an image, or broken.
        MissingExtraError: Pillow is not installed.
    """
    try:
        return DecodedImage.of(source)
    except (MissingExtraError, MemoryError):
        raise
    except Exception as error:  # decoders raise nearly every kind on broken files
        reason = str(error).rstrip(".") or type(error).__name__
        cause = None if isinstance(error, InputError) else error  # what we say ourselves is in the message
        raise InputError(f"{name} ({describe(source)}) cannot be read: {reason}.") from cause


def _on_white(image: Image.Image) -> Image.Image:
    """Return an image as a person sees it on paper; what is stored below a transparent pixel is often black."""
    gray = image.mode in ("LA", "La", "L", "1")
    if image.mode in ("La", "RGBa"):
        image = image.convert(image.mode.upper())
    paper = pillow().new("RGBA", image.size, "white")
    return pillow().alpha_composite(paper, image.convert("RGBA")).convert("L" if gray else "RGB")


def _upright(image: Image.Image) -> Image.Image:
    if image.format == "TIFF":  # Pillow turns these when it loads them
        return image
    try:
        orientation = image.getexif().get(ORIENTATION_TAG)
    except Exception:  # a broken EXIF block says nothing about the pixels
        return image
    turn = pillow().Transpose
    methods = {
        2: turn.FLIP_LEFT_RIGHT,
        3: turn.ROTATE_180,
        4: turn.FLIP_TOP_BOTTOM,
        5: turn.TRANSPOSE,
        6: turn.ROTATE_270,
        7: turn.TRANSVERSE,
        8: turn.ROTATE_90,
    }
    return image.transpose(methods[orientation]) if orientation in methods else image
