"""What a caller may hand over as an image: paths, addresses, encoded bytes, open files, Pillow images, arrays."""

from __future__ import annotations

import io
import os
import urllib.request
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from hezar_data.inputs import one_or_many
from hezar_data.tensors import is_tensor, to_numpy
from hezar_hub import offline, stand_in
from hezar_registry import InputError, require

if TYPE_CHECKING:
    from PIL import Image

ImageSource: TypeAlias = Any
"""A path, an http(s) address, encoded bytes, a binary file, a Pillow image, a numpy array or a torch tensor."""

MAX_DOWNLOAD_BYTES = 64 * 2**20
DOWNLOAD_TIMEOUT = 20
"""Seconds without an answer after which a download is given up."""


def pillow() -> Any:
    """Return ``PIL.Image``.

    Raises:
        MissingExtraError: Pillow is not installed.
    """
    return require("PIL.Image", extra="hezar[vision]", purpose="Working with images")


def is_pillow(source: ImageSource) -> bool:
    """Whether `source` is a Pillow image; does not import Pillow."""
    return any(base.__module__ == "PIL.Image" and base.__name__ == "Image" for base in type(source).__mro__)


def is_array(source: ImageSource) -> bool:
    """Whether `source` is a numpy array, a torch tensor or similar."""
    return hasattr(source, "__array__") and not is_pillow(source)


def as_array(source: ImageSource) -> np.ndarray:
    """Return an array-like as a numpy array; tensors of any device and precision are copied to the CPU."""
    array = to_numpy(source)
    return array.astype(np.float32, copy=False) if is_tensor(source) and array.dtype.kind == "f" else array


def is_download(source: ImageSource) -> bool:
    """Whether `source` is an http(s) address, whatever comes after: a broken one is refused by the download."""
    return isinstance(source, str) and source.lower().startswith(("http://", "https://"))


def as_list(images: Any) -> tuple[list[ImageSource], bool]:
    """Return the images as a list, and whether one alone was given.

    A four-dimensional array is a batch of images, a one-dimensional one a list (of paths, say).

    Raises:
        InputError: It is neither an image nor a collection of some.
    """
    return one_or_many(images, _is_image, f"Expected an image or a list of images. {_accepted()}")


def _is_image(value: Any) -> bool:
    if is_array(value):
        return np.ndim(value) not in (1, 4)
    return (
        isinstance(value, (str, bytes, bytearray, memoryview, os.PathLike))
        or is_pillow(value)
        or hasattr(value, "read")
    )


def describe(source: ImageSource) -> str:
    """Return a short name of an image for messages."""
    if isinstance(source, (str, os.PathLike)):
        return f"{os.fspath(source)!r:.200}"
    if isinstance(source, (bytes, bytearray, memoryview)):
        return f"{len(source)} bytes"
    if is_pillow(source):
        return f"a Pillow image of mode {source.mode} and size {source.size}"
    if is_array(source):
        return f"an array of shape {tuple(getattr(source, 'shape', ()))} and type {getattr(source, 'dtype', '?')}"
    return f"an object of type {type(source).__name__}"


def open_image(source: ImageSource) -> Image.Image:
    """Decode an encoded image: the first frame, in the mode it has in the file.

    Args:
        source: A path, an http(s) address, bytes or a binary file. A file of the caller's is left open.

    Raises:
        InputError: It is none of these, holds more pixels than Pillow's limit, or could not be downloaded.
        Exception: Whatever Pillow's decoders raise on a broken file.
    """
    image_module = pillow()
    if is_download(source):
        source = io.BytesIO(download(source))
    elif isinstance(source, (bytes, bytearray, memoryview)):
        source = io.BytesIO(source)
    elif isinstance(source, (str, os.PathLike)):
        source = os.fsdecode(source)
    elif not hasattr(source, "read"):
        raise InputError(_accepted())
    elif isinstance(source, io.TextIOBase):
        raise InputError("the file is open as text; open it with mode 'rb'")
    try:
        with image_module.open(source) as image:
            image.load()
            return image
    except image_module.UnidentifiedImageError as error:
        instead = stand_in(_beginning(source))
        raise InputError(f"it is {instead or 'not an image in a format that Pillow knows'}") from error
    except (image_module.DecompressionBombError, image_module.DecompressionBombWarning) as error:
        raise InputError(
            f"{error} The limit guards against files that unpack to more than the memory; to raise it, set "
            f"PIL.Image.MAX_IMAGE_PIXELS, which is {image_module.MAX_IMAGE_PIXELS} (twice that is refused)"
        ) from error


def _beginning(source: Any) -> bytes:
    if isinstance(source, str):
        with open(source, "rb") as file:  # noqa: PTH123 - as Pillow does
            return file.read(512)
    source.seek(0)
    return source.read(512)


def download(url: str) -> bytes:
    """Return what an http(s) address holds.

    Raises:
        InputError: The network is switched off, the address does not answer, or it holds more than
            `MAX_DOWNLOAD_BYTES`.
    """
    if offline():
        raise InputError("it is an address, and HF_HUB_OFFLINE forbids the network")
    opener = urllib.request.OpenerDirector()  # not build_opener: a redirect must not lead to ftp: or file:
    for handler in (
        urllib.request.ProxyHandler,
        urllib.request.HTTPHandler,
        urllib.request.HTTPSHandler,
        urllib.request.HTTPRedirectHandler,
        urllib.request.HTTPErrorProcessor,
        urllib.request.HTTPDefaultErrorHandler,
    ):
        opener.add_handler(handler())
    try:
        with opener.open(url, timeout=DOWNLOAD_TIMEOUT) as response:  # pyright: ignore[reportOptionalMemberAccess]
            data = response.read(MAX_DOWNLOAD_BYTES + 1)
    except Exception as error:  # a broken server can make the client raise many kinds
        raise InputError(f"the download failed ({error})") from None
    if len(data) > MAX_DOWNLOAD_BYTES:
        raise InputError(f"it holds more than {MAX_DOWNLOAD_BYTES} bytes; download it yourself and pass the path")
    return data


def _accepted() -> str:
    return (
        "An image is a path, an http(s) address, encoded bytes, a binary file, a Pillow image, a numpy array or a "
        "torch tensor"
    )
