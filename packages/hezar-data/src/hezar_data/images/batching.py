"""Many pictures at once: read in threads, written into one array."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np

from hezar_data.images.picture import Picture, read_picture
from hezar_data.images.sources import ImageSource, as_list
from hezar_data.images.steps import Steps
from hezar_data.tensors import as_tensors
from hezar_data.threads import cores
from hezar_registry import InputError, get_logger

logger = get_logger(__name__)

Item = TypeVar("Item")
Result = TypeVar("Result")


def prepare(images: Any, steps: Steps, fit: Callable[[Picture], Result]) -> tuple[list[Result], bool]:
    """Read pictures, reduce them to gray and mirror them if asked for, and let `fit` do the rest.

    Only as many pictures as there are cores are in memory in full size, besides what `fit` returns.

    Returns:
        What `fit` made of each picture, in order; and whether one picture was given alone.

    Raises:
        InputError: An input is no picture, or broken; the message says which one.
    """
    sources, single = as_list(images)
    # One that occurs twice is read once: Pillow's images are not safe to be loaded by two threads.
    unique: dict[int, tuple[int, ImageSource]] = {}
    for i, source in enumerate(sources):
        unique.setdefault(id(source), (i, source))

    rescaled: list[int] = []

    def prepare_one(numbered: tuple[int, ImageSource]) -> Result:
        i, source = numbered
        picture = read_picture(source, "The image" if single else f"Image {i}")
        if steps.rescale and steps.rescale < 1 and picture.is_unit:
            rescaled.append(i)
        picture = picture.gray() if steps.gray_scale else picture
        return fit(picture.mirrored() if steps.mirror else picture)

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


def to_batch(pictures: Sequence[Picture], steps: Steps) -> np.ndarray:
    """Rescale and normalise pictures of one size into a float32 array ``(pictures, channels, height, width)``.

    Raises:
        InputError: The sizes differ, or mean and std do not fit the channels.
    """
    channels = steps.channels(any(picture.channels == 3 for picture in pictures))
    width, height = pictures[0].size if pictures else steps.size or (0, 0)
    for i, picture in enumerate(pictures):
        if picture.size != (width, height):
            raise InputError(
                f"Pictures of one batch need one size; image 0 is {width}x{height}, image {i} is "
                f"{picture.size[0]}x{picture.size[1]}. Set size=(width, height), or pass them one by one."
            )
    scale, shift = steps.scale_and_shift(channels)
    batch = np.empty((len(pictures), channels, height, width), dtype=np.float32)

    def write(numbered: tuple[int, Picture]) -> None:
        i, picture = numbered
        (picture.rgb() if channels == 3 else picture).write_to(batch[i], scale, shift)

    _in_threads(write, list(enumerate(pictures)))
    return batch


def pack(batch: np.ndarray, kind: str, device: Any, single: bool) -> Any:
    """Return a batch as ``"numpy"``, ``"torch"`` or ``"list"``; the list of a single picture has no batch level."""
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
