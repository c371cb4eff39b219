"""Weights files of ``torch.save``, read without letting them do anything.

Such a file is a pickle that describes tensors, and the bytes of their storages. Here the pickle may name nothing but
what a mapping of plain tensors needs, and a storage is a part of the mapped file: so no code runs, nothing is allocated
because a file says so, and a tensor that the file does not hold is an error.
"""

from __future__ import annotations

import io
import mmap
import pickle
import sys
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor

from hezar_models.errors import UnsafeWeightsError, WeightsFileError

#: The first number in a file of torch < 1.6, which is no zip archive.
_LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
_DTYPES = {
    f"{name}Storage": dtype
    for name, dtype in {
        "Double": torch.float64,
        "Float": torch.float32,
        "Half": torch.float16,
        "BFloat16": torch.bfloat16,
        "Long": torch.int64,
        "Int": torch.int32,
        "Short": torch.int16,
        "Char": torch.int8,
        "Byte": torch.uint8,
        "Bool": torch.bool,
        "ComplexDouble": torch.complex128,
        "ComplexFloat": torch.complex64,
        "Untyped": torch.uint8,
    }.items()
}


def read_torch_file(path: Path) -> Any:
    """Read what ``torch.save`` wrote, memory-mapped.

    Raises:
        UnsafeWeightsError: The pickle asks for more than tensors.
        WeightsFileError: The file is corrupt, compressed, or holds what is no plain tensor.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as archive:
                described, spans = _from_zip(archive, content, path)
        else:
            described, spans = _from_legacy(content, path)
        whole: Any = torch.UntypedStorage.from_file(str(path), shared=False, nbytes=len(content))
    return _Tensors(path, whole, spans).of(described)


@dataclass(frozen=True)
class _Storage:
    """A storage as a pickle describes it: elements of a type, under a key."""

    key: str
    dtype: torch.dtype
    numel: int


@dataclass(frozen=True)
class _Described:
    """A tensor as a pickle describes it: a view of a storage."""

    storage: _Storage
    offset: int
    size: tuple[int, ...]
    stride: tuple[int, ...]
    dtype: torch.dtype


_Span = tuple[int, int]


# The two layouts -----------------------------------------------------------------------------------------------


def _from_zip(archive: zipfile.ZipFile, content: mmap.mmap, path: Path) -> tuple[Any, dict[str, _Span]]:
    entries = {entry.filename: entry for entry in archive.infolist()}
    described = [name for name in entries if name.endswith("/data.pkl") and name.count("/") == 1]
    if len(described) != 1:
        raise WeightsFileError(f"{path} is a zip archive, but none of torch.save: it holds {list(entries)[:5]}.")
    root = described[0].removesuffix("data.pkl")
    for entry in entries.values():
        if entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1:
            raise WeightsFileError(
                f"{path} was compressed or encrypted ({entry.filename}), so it cannot be mapped; torch.save does neither. "
                "Load it with torch.load(..., weights_only=True) where you trust it, and save it again."
            )
    spans = {name: _data_of(entry, content) for name, entry in entries.items()}
    ordered = sorted(span for span in spans.values() if span[1] > span[0])
    if any(end > start for (_, end), (start, _) in pairwise(ordered)):
        raise WeightsFileError(f"{path} is no readable weights file: parts of it overlap.")
    order = spans.get(f"{root}byteorder")
    if order is not None and content[slice(*order)] != sys.byteorder.encode():
        raise WeightsFileError(f"{path} was written on a machine of another byte order. Ask for a safetensors file.")
    start, end = spans[described[0]]
    data = f"{root}data/"
    named = {name.removeprefix(data): span for name, span in spans.items() if name.startswith(data)}
    return _Unpickler(io.BytesIO(content[start:end]), path).load(), named


def _data_of(entry: zipfile.ZipInfo, content: mmap.mmap) -> _Span:
    """Return where the bytes of an entry are: behind its own header, which has lengths of its own."""
    header = content[entry.header_offset : entry.header_offset + 30]
    if header[:4] != b"PK\x03\x04" or entry.file_size != entry.compress_size:
        raise ValueError(f"the entry {entry.filename} is broken")
    start = entry.header_offset + 30 + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    if start + entry.file_size > len(content):
        raise ValueError(f"the entry {entry.filename} goes beyond the end of the file")
    return start, start + entry.file_size


def _from_legacy(content: mmap.mmap, path: Path) -> tuple[Any, dict[str, _Span]]:
    """Read pickles one behind the other (magic, version, machine, tensors, keys), then the storages."""
    if content[:1] != pickle.PROTO:
        raise ValueError("no zip archive, and no pickle")
    unpickler = _Unpickler(content, path)
    first = unpickler.load()
    if first != _LEGACY_MAGIC:
        raise WeightsFileError(
            f"{path} does not hold a mapping of names to tensors, but a pickle of {type(first).__name__}. "
            "Save the model's state dict with torch.save."
        )
    _Unpickler(content, path).load()
    machine = _Unpickler(content, path).load()
    if isinstance(machine, dict) and cast("dict[str, Any]", machine).get("little_endian", True) != (
        sys.byteorder == "little"
    ):
        raise WeightsFileError(f"{path} was written on a machine of another byte order. Ask for a safetensors file.")
    unpickler = _Unpickler(content, path)
    described, keys = unpickler.load(), _Unpickler(content, path).load()
    spans: dict[str, _Span] = {}
    place = content.tell()
    for key in cast("list[Any]", keys) if isinstance(keys, list) else []:
        numel = int.from_bytes(content[place : place + 8], "little")
        start = place + 8
        place = start + numel * unpickler.storages[str(key)].dtype.itemsize
        spans[str(key)] = start, place
        if place > len(content):
            raise ValueError(f"the storage {key} goes beyond the end of the file")
    return described, spans


# What a pickle may name ----------------------------------------------------------------------------------------


class _Callable:
    """What a pickle may call. It has no attributes that a pickle could set."""

    __slots__ = ("_call",)

    def __init__(self, call: Callable[..., Any]) -> None:
        object.__setattr__(self, "_call", call)

    def __call__(self, *args: Any) -> Any:
        return self._call(*args)

    def __setattr__(self, name: str, value: Any) -> None:
        raise pickle.UnpicklingError("a pickle may not change what it calls")


def _view(storage: Any, offset: Any, size: Any, stride: Any, *further: Any) -> _Described:
    """Stand for ``torch._utils._rebuild_tensor_v2`` and ``_rebuild_tensor_v3``, which also give a type."""
    dtype = next((item for item in further if isinstance(item, torch.dtype)), None)
    numbers = (offset, *size, *stride)
    if not isinstance(storage, _Storage) or not all(type(n) is int and n >= 0 for n in numbers):
        raise pickle.UnpicklingError("a tensor is described by a storage and by whole numbers")
    return _Described(storage, offset, tuple(size), tuple(stride), dtype or storage.dtype)


_ALLOWED: Mapping[str, Any] = {
    "collections.OrderedDict": _Callable(OrderedDict),
    "torch._utils._rebuild_tensor_v2": _Callable(_view),
    "torch._utils._rebuild_tensor_v3": _Callable(_view),
    "torch._utils._rebuild_parameter": _Callable(lambda tensor, *_: tensor),
    **{f"torch.{name}": dtype for name, dtype in _DTYPES.items()},
    "torch.storage.UntypedStorage": torch.uint8,
    **{f"torch.{name}": getattr(torch, name) for name in ("uint16", "uint32", "uint64") if hasattr(torch, name)},
}


class _Unpickler(pickle._Unpickler):  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue, reportUntypedBaseClass]
    """Makes dicts, lists, numbers, texts and `_Described` tensors, and refuses all else.

    It is the one in Python: the one in C allocates what the numbers in a pickle ask for.
    """

    def __init__(self, file: Any, path: Path) -> None:
        super().__init__(file)
        self.path = path
        self.storages: dict[str, _Storage] = {}

    def find_class(self, module: str, name: str) -> Any:
        found = _ALLOWED.get(f"{module}.{name}")
        if found is not None:
            return found
        if module.startswith("torch") and (name.startswith("_rebuild") or name.endswith("Storage")):
            raise WeightsFileError(
                f"{self.path} holds more than plain tensors ({module}.{name}): quantized, sparse and meta tensors and "
                "other objects of torch are not read. Save the model's state dict, with plain tensors on the CPU."
            )
        raise UnsafeWeightsError(
            f"{self.path} holds pickled objects other than tensors ({module}.{name}), which could run code. Nothing was "
            "executed. Ask its author for a safetensors file, or for the bare state dict."
        )

    def persistent_load(self, pid: Any) -> _Storage:
        kind, dtype, key, _, numel, *view = pid
        if kind != "storage" or not isinstance(dtype, torch.dtype) or type(numel) is not int or numel < 0 or any(view):
            raise pickle.UnpicklingError(f"an unknown kind of storage: {pid!r:.100}")
        return self.storages.setdefault(str(key), _Storage(str(key), dtype, numel))


# From descriptions to tensors ----------------------------------------------------------------------------------


class _Tensors:
    """Makes tensors of what a pickle describes; they share memory where they share a storage."""

    def __init__(self, path: Path, whole: torch.UntypedStorage, spans: Mapping[str, _Span]) -> None:
        self.path, self.whole, self.spans = path, whole, spans
        self.storages: dict[_Storage, torch.UntypedStorage] = {}

    def of(self, value: Any) -> Any:
        """Return a mapping with tensors in the place of their descriptions; anything else as it is."""
        if not isinstance(value, dict):
            return value
        items = cast("dict[Any, Any]", value).items()
        return {name: self._tensor(name, item) if isinstance(item, _Described) else item for name, item in items}

    def _tensor(self, name: Any, described: _Described) -> Tensor:
        size, stride, offset = described.size, described.stride, described.offset
        storage = self._storage(described.storage)
        room = storage.nbytes() // described.dtype.itemsize
        last = offset + sum((n - 1) * step for n, step in zip(size, stride, strict=True))
        # As many elements as there are: memory for a view that repeats them would be asked for later.
        if prod(size) > room or (prod(size) and last >= room):
            raise WeightsFileError(f"{self.path} does not hold the tensor {name}: it is {size} in a storage of {room}.")
        return torch.empty(0, dtype=described.dtype).set_(storage, offset if prod(size) else 0, size, stride)

    def _storage(self, described: _Storage) -> torch.UntypedStorage:
        if described not in self.storages:
            start, end = self.spans[described.key]
            if described.numel * described.dtype.itemsize > end - start:
                raise WeightsFileError(
                    f"{self.path} asks for {described.numel} elements of {described.dtype} in a storage of {end - start} "
                    "bytes. The file is corrupt: delete it and load again."
                )
            storage = self.whole[start:end]
            # Kernels read whole elements; torch.save aligns them, and files of torch < 1.6 do not.
            self.storages[described] = storage if start % described.dtype.itemsize == 0 else storage.clone()
        return self.storages[described]
