"""The options of an image processor, checked: those of the config, and of a call that wins over it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from hezar_data.configs.images import ImageProcessorConfig
from hezar_data.images.sources import pillow
from hezar_registry import InputError


@dataclass(frozen=True)
class Steps:
    """What is done to each image, in the order of the fields that are set.

    Attributes:
        gray_scale: Reduce to one channel.
        mirror: Flip left and right.
        size: Width and height to resize to.
        resample: Pillow's code of the filter; ``None`` is bicubic.
        rescale: Factor of all values.
        mean: Subtracted per channel, if `std` is set too.
        std: Divides per channel, if `mean` is set too.
    """

    gray_scale: bool
    mirror: bool
    size: tuple[int, int] | None
    resample: int | None
    rescale: float | None
    mean: tuple[float, ...] | None
    std: tuple[float, ...] | None

    @classmethod
    def resolve(cls, config: ImageProcessorConfig, **call: Any) -> Self:
        """Merge and check: ``None`` in a call takes the value of `config`; ``False`` leaves a step out.

        Raises:
            InputError: A value does not fit its step.
        """
        options = {name: getattr(config, name) if value is None else value for name, value in call.items()}
        mean, std = (_numbers(name, options[name]) if _is_set(options[name]) else None for name in ("mean", "std"))
        if std and 0 in std:
            raise InputError(f"std divides, so it cannot be 0; found {options['std']!r}.")
        return cls(
            gray_scale=bool(options["gray_scale"]),
            mirror=bool(options["mirror"]),
            size=_size(options["size"]) if _is_set(options["size"]) else None,
            resample=_resample(options["resample"]),
            rescale=_numbers("rescale", options["rescale"])[0] if options["rescale"] else None,
            mean=mean if std else None,
            std=std if mean else None,
        )

    def channels(self, any_rgb: bool) -> int:
        """Return how many channels the images of a batch get: one, or three where one has colour.

        Gray images become RGB for a mean and std of three values, too.

        Raises:
            InputError: Mean or std has another number of values.
        """
        lengths = {len(values) for values in (self.mean, self.std) if values}
        channels = 1 if self.gray_scale else 3 if any_rgb or 3 in lengths else 1
        if not lengths <= {1, channels}:
            raise InputError(
                f"mean and std need 1 value, or one for each channel of the image ({channels}"
                f"{' with gray_scale' if self.gray_scale else ''}); found mean={self.mean} and std={self.std}."
            )
        return channels

    def scale_and_shift(self, channels: int) -> tuple[np.ndarray, np.ndarray]:
        """Return rescaling and normalising as one multiplication and addition, float32 ``(channels,)`` each."""
        mean, std = np.array(self.mean or 0.0), np.array(self.std or 1.0)
        scale, shift = (self.rescale or 1.0) / std, -mean / std
        return tuple(np.broadcast_to(values, channels).astype(np.float32) for values in (scale, shift))  # pyright: ignore[reportReturnType]


def _is_set(value: Any) -> bool:
    return value is not None and value is not False and np.size(value) > 0


def _numbers(name: str, value: Any) -> tuple[float, ...]:
    try:
        numbers = tuple(float(number) for number in (value if isinstance(value, Iterable) else (value,)))
    except (TypeError, ValueError) as error:
        raise InputError(f"{name} takes numbers; found {value!r:.100}.") from error
    if not all(map(math.isfinite, numbers)):
        raise InputError(f"{name} takes finite numbers; found {value!r:.100}.")
    return numbers


def _size(value: Any) -> tuple[int, int]:
    numbers = _numbers("size", value)
    if len(numbers) != 2 or any(number < 1 or number != int(number) for number in numbers):
        raise InputError(f"size is (width, height) in whole pixels; found {value!r:.100}.")
    width, height = map(int, numbers)
    limit = pillow().MAX_IMAGE_PIXELS
    if limit is not None and width * height > limit:
        raise InputError(f"size {width}x{height} has more pixels than PIL.Image.MAX_IMAGE_PIXELS, {limit}.")
    return width, height


def _resample(value: Any) -> int | None:
    if value is None or value is False:
        return None
    filters = {int(resampling): resampling.name.lower() for resampling in pillow().Resampling}
    if not isinstance(value, (int, np.integer)) or int(value) not in filters:
        known = ", ".join(f"{code} {name}" for code, name in sorted(filters.items()))
        raise InputError(f"resample is the code of a filter of Pillow ({known}); found {value!r:.100}.")
    return int(value)
