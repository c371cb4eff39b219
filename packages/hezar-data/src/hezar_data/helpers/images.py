"""Single steps on one image, for code that needs no processor: load, convert, resize, mirror, gray, normalise, save.

Arrays are ``(height, width)``, or have their channels first or last. Nothing changes what it is given.
"""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from hezar_config.enums import ChannelsAxisSide, ImageType
from hezar_data.images.arrays import as_levels
from hezar_data.images.decoded_image import read_image
from hezar_data.images.sources import ImageSource, as_array, describe, is_pillow, pillow
from hezar_data.tensors import as_tensors
from hezar_registry import InputError, suggest


def load_image(path: ImageSource, return_type: str | ImageType = ImageType.PILLOW) -> Any:
    """Read an image as RGB, upright and without alpha.

    Args:
        path: A path, an http(s) address, encoded bytes or a binary file.
        return_type: ``"pillow"``, ``"numpy"`` or ``"torch"``; both arrays are ``(height, width, 3)``, uint8.

    Raises:
        InputError: It is not an image, or broken.
    """
    image = read_image(path).rgb()
    if image.is_float:
        raise InputError(f"The image ({describe(path)}) holds floats, which have no 8-bit RGB form.")
    return convert_image_type(image.planes[0], return_type)


def convert_image_type(image: Any, target_type: str | ImageType = ImageType.NUMPY) -> Any:
    """Convert between Pillow images, numpy arrays and torch tensors.

    Args:
        image: A Pillow image, or an array or tensor of two or three dimensions.
        target_type: ``"numpy"``, ``"pillow"`` or ``"torch"``. A Pillow image of mode L becomes ``(1, height, width)``,
            any other ``(height, width, channels)``; arrays keep their layout. Of an array with one channel Pillow
            makes an image of mode L.

    Raises:
        InputError: The array is not an image, or `target_type` is unknown.
    """
    target = _one_of(ImageType, target_type, "target_type")
    if is_pillow(image):
        image = image.convert({"P": "RGB", "1": "L"}[image.mode]) if image.mode in ("P", "1") else image
        if target == ImageType.PILLOW:
            return image
        array = np.array(image)
        array = array[None] if array.ndim == 2 else array
    else:
        array = as_array(image)
        if array.ndim not in (2, 3):
            raise InputError(f"An image has two or three dimensions; found the shape {array.shape}.")
    if target == ImageType.TORCH:
        return as_tensors(array if is_pillow(image) else array.copy(), "torch")
    return array if target == ImageType.NUMPY else _to_pillow(array)


def resize_image(
    image: Any,
    size: tuple[int, int],
    resample: int | None = None,
    reducing_gap: float | None = None,
    return_type: str | ImageType = ImageType.NUMPY,
) -> Any:
    """Resize to ``(width, height)`` with Pillow; levels stay uint8.

    Args:
        image: An 8-bit image; channels come out last.
        size: Width and height in pixels.
        resample: Pillow's code of the filter; default is bicubic.
        reducing_gap: Pillow's shortcut for strong reductions.
        return_type: ``"numpy"``, ``"pillow"`` or ``"torch"``.

    Raises:
        InputError: `size` is not a pair of positive sides, or the image cannot be converted.
    """
    if np.size(size) != 2 or min(size) < 1:
        raise InputError(f"size is (width, height) in pixels; found {size!r:.100}.")
    resized = convert_image_type(image, "pillow").resize(tuple(size), resample, reducing_gap=reducing_gap)
    return convert_image_type(resized, return_type)


def mirror_image(image: Any, return_type: str | ImageType = ImageType.NUMPY) -> Any:
    """Flip left and right; channels come out last, or as ``(1, height, width)`` if there is one."""
    flipped = convert_image_type(image, "pillow").transpose(pillow().Transpose.FLIP_LEFT_RIGHT)
    return convert_image_type(flipped, return_type)


def gray_scale_image(image: Any, return_type: str | ImageType = ImageType.NUMPY) -> Any:
    """Reduce to gray: ``(1, height, width)``, or a Pillow image of mode L."""
    return convert_image_type(convert_image_type(image, "pillow").convert("L"), return_type)


def rescale_image(image: Any, scale: float) -> np.ndarray:
    """Multiply all values by `scale`."""
    return convert_image_type(image) * scale


def normalize_image(
    image: Any,
    mean: float | Iterable[float],
    std: float | Iterable[float],
    channel_axis: str | ChannelsAxisSide = ChannelsAxisSide.FIRST,
) -> np.ndarray:
    """Subtract the mean and divide by the standard deviation of each channel.

    Args:
        image: An image.
        mean: One number, or one per channel.
        std: One number, or one per channel.
        channel_axis: Where the channels of the result are: ``"first"`` or ``"last"``.

    Returns:
        Floats of the image's type; float32 for integers.

    Raises:
        InputError: The numbers are neither one nor as many as there are channels.
    """
    array = transpose_channels_axis_side(image, channel_axis)
    dtype = array.dtype if array.dtype.kind == "f" else np.dtype(np.float32)
    axis = 0 if ChannelsAxisSide(channel_axis) == ChannelsAxisSide.FIRST else -1
    shape = [1] * array.ndim
    shape[axis] = -1

    def per_channel(name: str, values: float | Iterable[float]) -> np.ndarray:
        numbers = np.array(list(values) if isinstance(values, Iterable) else [values], dtype=np.float64)
        if len(numbers) not in (1, array.shape[axis]):
            raise InputError(f"{name} has {len(numbers)} values for {array.shape[axis]} channels.")
        return numbers.reshape(shape)

    return ((array - per_channel("mean", mean)) / per_channel("std", std)).astype(dtype)


def find_channels_axis_side(image: Any, num_channels: int | None = None) -> ChannelsAxisSide:
    """Tell where the channels of an array are.

    Args:
        image: An array or tensor.
        num_channels: How many channels there are; default is 1, 2 or 3.

    Returns:
        ``FIRST`` if the first axis is as long as that, else ``LAST``.
    """
    first = np.shape(image)[0]
    is_first = first == num_channels if num_channels else first in (1, 2, 3)
    return ChannelsAxisSide.FIRST if is_first else ChannelsAxisSide.LAST


def transpose_channels_axis_side(
    image: Any,
    axis_side: str | ChannelsAxisSide,
    num_channels: int | None = None,
    src_axis_side: str | ChannelsAxisSide | None = None,
) -> np.ndarray:
    """Move the channels of an image to the first or last axis; a view, if the image is an array.

    Args:
        image: An image of three dimensions.
        axis_side: Where they shall be: ``"first"`` or ``"last"``.
        num_channels: How many there are; see `find_channels_axis_side`.
        src_axis_side: Where they are; default is what `find_channels_axis_side` finds.

    Raises:
        InputError: The image has no axis of channels.
    """
    array = convert_image_type(image)
    if array.ndim != 3:
        raise InputError(f"The image has the shape {array.shape}, and so no axis of channels.")
    wanted = _one_of(ChannelsAxisSide, axis_side, "axis_side")
    found = (
        find_channels_axis_side(array, num_channels)
        if src_axis_side is None
        else _one_of(ChannelsAxisSide, src_axis_side, "src_axis_side")
    )
    if found == wanted:
        return array
    return np.moveaxis(array, -1, 0) if wanted == ChannelsAxisSide.FIRST else np.moveaxis(array, 0, -1)


def show_image(image: Any, title: str = "Image") -> None:
    """Show an image in the system's viewer."""
    convert_image_type(image, "pillow").show(title)


def save_image(image: Any, path: str | os.PathLike[str]) -> None:
    """Write an image, in the format of the suffix; parent folders are made, and an old file is replaced at once.

    Raises:
        InputError: The suffix names no format, or one that cannot hold the image.
    """
    path = Path(path)
    encoded = io.BytesIO()
    try:
        converted = convert_image_type(image, "pillow")
        converted.save(encoded, pillow().registered_extensions()[path.suffix.lower()])
    except KeyError as error:
        raise InputError(f"{path} cannot be written: {path.suffix!r} is not an image format.") from error
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be written: {error}.") from error
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".saving-") as folder:
        staged = Path(folder, path.name)
        staged.write_bytes(encoded.getvalue())
        staged.replace(path)


def _to_pillow(array: np.ndarray) -> Any:
    levels = as_levels(array)
    if levels.dtype != np.uint8:
        raise InputError(
            f"Values from {array.min():.4g} to {array.max():.4g} are not 8-bit levels; "
            "rescale and round them to whole numbers from 0 to 255."
        )
    if levels.ndim == 3:
        levels = np.moveaxis(levels, 0, -1) if find_channels_axis_side(levels) == ChannelsAxisSide.FIRST else levels
        levels = levels[..., 0] if levels.shape[-1] == 1 else levels
    try:
        return pillow().fromarray(np.ascontiguousarray(levels))
    except TypeError as error:
        raise InputError(f"An array of shape {array.shape} is not an image: {error}.") from error


def _one_of(enum: Any, value: Any, name: str) -> Any:
    try:
        return enum(value)
    except ValueError as error:
        known = [member.value for member in enum]
        raise InputError(
            f"Unknown {name} {value!r}.{suggest(str(value), known)} One of: {', '.join(known)}."
        ) from error
