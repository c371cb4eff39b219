"""Many images at once: read in threads, written into one array."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np

from hezar_data.images.decoded_image import DecodedImage, read_image
from hezar_data.images.sources import ImageSource, as_list
from hezar_data.images.steps import Steps
from hezar_data.tensors import as_tensors
from hezar_data.threads import cores
from hezar_registry import InputError, get_logger

logger = get_logger(__name__)

Item = TypeVar("Item")
Result = TypeVar("Result")


def prepare(images: Any, steps: Steps, fit: Callable[[DecodedImage], Result]) -> tuple[list[Result], bool]:
    """Read images, reduce them to gray and mirror them if requested, and let `fit` do the rest.

    Only as many images as there are cores are in memory in full size, besides what `fit` returns.

    Returns:
        What `fit` made of each image, in order; and whether one image was given alone.

    Raises:
        InputError: An input is not an image, or broken; the message says which one.
    """
    sources, single = as_list(images)
    # One that occurs twice is read once: Pillow's images are not safe to be loaded by two threads.
    unique: dict[int, tuple[int, ImageSource]] = {}
    for i, source in enumerate(sources):
        unique.setdefault(id(source), (i, source))

    rescaled: list[int] = []

    def prepare_one(numbered: tuple[int, ImageSource]) -> Result:
        i, source = numbered
        image = read_image(source, "The image" if len(sources) == 1 else f"Image {i}")
        if steps.rescale and steps.rescale < 1 and image.is_unit:
            rescaled.append(i)
        image = image.gray() if steps.gray_scale else image
        return fit(image.mirrored() if steps.mirror else image)

    results = dict(zip(unique, _in_threads(prepare_one, list(unique.values())), strict=True))
    if rescaled:
        logger.warning(
            "Image %d and %d others hold floats from 0 to 1, and rescale multiplies them by %.4g. "
            "If they are rescaled already, pass rescale=False.",
            min(rescaled),
            len(rescaled) - 1,
            steps.rescale,
        )
    return [results[id(source)] for source in sources], single


def to_batch(images: Sequence[DecodedImage], steps: Steps) -> np.ndarray:
    """Rescale and normalise images of one size into a float32 array ``(images, channels, height, width)``.

    Raises:
        InputError: The sizes differ, or mean and std do not fit the channels.
    """
    channels = steps.channels(any(image.channels == 3 for image in images))
    width, height = images[0].size if images else steps.size or (0, 0)
    for i, image in enumerate(images):
        if image.size != (width, height):
            raise InputError(
                f"Images of one batch need one size; image 0 is {width}x{height}, image {i} is "
                f"{image.size[0]}x{image.size[1]}. Set size=(width, height), or pass them one by one."
            )
    scale, shift = steps.scale_and_shift(channels)
    batch = np.empty((len(images), channels, height, width), dtype=np.float32)

    def write(numbered: tuple[int, DecodedImage]) -> None:
        i, image = numbered
        (image.rgb() if channels == 3 else image).write_to(batch[i], scale, shift)

    _in_threads(write, list(enumerate(images)))
    return batch


def pack(batch: np.ndarray, kind: str, device: Any, single: bool) -> Any:
    """Return a batch as ``"numpy"``, ``"torch"`` or ``"list"``; the list of a single image has no batch level."""
    if kind == "list":
        rows = batch.tolist()
        return rows[0] if single else rows
    return as_tensors(batch, kind, device)


def _in_threads(function: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """Apply a function whose heavy part releases the GIL; the first error in order is raised."""
    workers = min(len(items), cores())
    if workers < 2:
        return [function(item) for item in items]
    with ThreadPoolExecutor(workers, thread_name_prefix="hezar-images") as pool:
        return list(pool.map(function, items))
