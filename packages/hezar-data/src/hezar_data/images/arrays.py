"""How arrays are read as images: which axis is colour, and what the values stand for."""

from __future__ import annotations

import numpy as np

from hezar_config.enums import ChannelsAxisSide
from hezar_registry import InputError

_FIRST, _LAST = ChannelsAxisSide.FIRST, ChannelsAxisSide.LAST
# A pixel or two of height are rarer than colour in the last axis, and two channels (gray and alpha) rarer than both.
_LIKELIEST = ((_FIRST, (3,)), (_LAST, (3, 4)), (_FIRST, (1,)), (_LAST, (1,)), (_FIRST, (4, 2)), (_LAST, (2,)))


def channels_last(array: np.ndarray) -> np.ndarray:
    """Return a view ``(height, width, channels)``; with 2 or 4 channels, the last is alpha.

    Args:
        array: ``(height, width)``, or with 1 (gray), 2 (gray, alpha), 3 (RGB) or 4 (RGBA) channels first or last.
            Where both axes could be colour, the first is if it has 3, else the last if it has 3 or 4.

    Raises:
        InputError: The shape is none of these, or the image has no pixels.
    """
    if array.ndim == 2:
        array = array[..., None]
    elif array.ndim == 3:
        sides = (side for side, counts in _LIKELIEST if array.shape[0 if side == _FIRST else -1] in counts)
        side = next(sides, None)
        if side is None:
            raise InputError(f"neither the first nor the last axis of its shape {array.shape} is 1 to 4 channels")
        array = np.moveaxis(array, 0, -1) if side == _FIRST else array
    else:
        raise InputError(
            f"its shape is {array.shape}; an image is (height, width), (height, width, channels) or "
            "(channels, height, width)"
        )
    if array.size == 0:
        raise InputError(f"it has no pixels (shape {array.shape})")
    return array


def as_levels(array: np.ndarray) -> np.ndarray:
    """Return the values as uint8 levels, or as float32 where they are not whole numbers from 0 to 255.

    Whole numbers from 0 to 255 are the same image in every type but two: booleans are black and white, and of
    16-bit levels (uint16) the upper byte counts, as with 16-bit files.

    Raises:
        InputError: The values are not numbers, not finite, or integers beyond these ranges.
    """
    if array.dtype == np.uint8:
        return array
    kind = array.dtype.kind
    if kind == "b":
        return array * np.uint8(255)
    if kind == "u" and array.dtype.itemsize == 2:
        return (array >> 8).astype(np.uint8)
    if kind not in "iuf":
        raise InputError(f"its values have the type {array.dtype}; levels are integers, floats or booleans")
    low, high = array.min(), array.max()
    if not (np.isfinite(low) and np.isfinite(high)):
        raise InputError("it holds NaN or infinite values")
    if low >= 0 and high <= 255:
        levels = array.astype(np.uint8)
        if kind != "f" or np.array_equal(levels, array):
            return levels
    if kind != "f" or max(-low, high) > np.finfo(np.float32).max:
        raise InputError(f"its values go from {low} to {high}; levels go from 0 to 255, 16-bit ones are uint16")
    return array.astype(np.float32)
