"""The files that gensim saves, read without gensim and without running anything that stands in them.

Such a file is a pickle of gensim's objects; large arrays lie beside it, in a ``.npy`` file each. Here the objects become plain
records of their attributes, and of everything else only numpy's arrays are made. The arrays beside are memory-mapped.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import numpy as np

from hezar_hub import stand_in
from hezar_models.embeddings.subwords import Subwords
from hezar_models.embeddings.vectors import Matrix, WordVectors
from hezar_models.errors import UnsafeWeightsError, WeightsFileError
from hezar_registry import InputError

SIDE_ARRAYS = ("vectors", "vectors_vocab", "vectors_ngrams")
"""Attributes of the vectors that a look-up needs; what only training needs may be missing."""


def read_gensim(file: Path, arrays: Mapping[str, Path]) -> WordVectors:
    """Read the vectors of a gensim object: Word2Vec, FastText, or their vectors alone.

    Args:
        file: The pickle.
        arrays: The ``.npy`` files beside it, by what follows the name of the pickle and a dot, such as
            ``"wv.vectors"``.

    Raises:
        UnsafeWeightsError: The pickle names what vectors do not need.
        WeightsFileError: The file is broken, or an array is missing or has another shape.
    """
    try:
        with file.open("rb") as opened:
            top = _Unpickler(opened, file).load()
    except (UnsafeWeightsError, OSError):
        raise
    except Exception as error:  # pickle raises many kinds for broken files
        instead = stand_in(file)
        raise WeightsFileError(
            f"{file} is {instead}." if instead else f"{file} is no file of gensim: {error}"
        ) from error
    prefix, found = "wv.", getattr(top, "wv", None)
    if found is None:
        prefix, found = "", top
    if not isinstance(found, _Record):
        raise WeightsFileError(f"{file} holds a {type(top).__name__}, and no words with vectors.")
    values = vars(found)
    words: Any = values.get("index_to_key") or values.get("index2word")
    if not isinstance(words, list) or not all(isinstance(word, str) for word in cast("list[Any]", words)):
        raise WeightsFileError(f"{file} has no list of words.")
    loaded = {name: _array(values, name, arrays.get(prefix + name), file) for name in SIDE_ARRAYS}
    try:
        return _vectors(cast("list[str]", words), values, loaded, file)
    except InputError as error:
        raise WeightsFileError(f"{file} is broken: {error}") from error


def _vectors(words: list[str], values: dict[str, Any], arrays: dict[str, Matrix | None], file: Path) -> WordVectors:
    ngrams, vocabulary, whole = arrays["vectors_ngrams"], arrays["vectors_vocab"], arrays["vectors"]
    if ngrams is None:
        if whole is None:
            raise WeightsFileError(f"{file} has no vectors, and no {file.name}.wv.vectors.npy lies beside it.")
        return WordVectors(words, whole)
    if not values.get("compatible_hash", True):
        raise WeightsFileError(
            f"{file} was made by gensim before 3.7, which hashed n-grams in another way. Train it again."
        )
    numbers = values.get("min_n"), values.get("max_n")
    if not all(isinstance(number, int) and 0 <= number <= 100 for number in numbers):
        raise WeightsFileError(f"{file} has n-grams of {numbers[0]!r} to {numbers[1]!r} characters.")
    subwords = Subwords(ngrams, *cast("tuple[int, int]", numbers))
    if whole is None and vocabulary is None:
        raise WeightsFileError(f"{file} has vectors of n-grams, and none of words.")
    complete = whole is not None
    return WordVectors(words, cast("Matrix", whole if complete else vocabulary), subwords, matrix_is_complete=complete)


def _array(values: dict[str, Any], name: str, beside: Path | None, file: Path) -> Matrix | None:
    """Return an array of floats that lies beside the file, or in it; ``None`` where it does not exist."""
    found = values.get(name)
    if beside is not None:
        try:
            found = np.load(beside, mmap_mode="r", allow_pickle=False)
        except Exception as error:  # numpy raises many kinds for broken headers
            instead = stand_in(beside)
            raise WeightsFileError(f"{beside} is {instead or f'no array of numpy: {error}'}.") from error
    if found is None:
        return None
    if not isinstance(found, np.ndarray) or cast("Any", found).ndim != 2 or cast("Any", found).dtype.kind != "f":
        raise WeightsFileError(f"{name} of {file} is no table of floats.")
    array = cast("Matrix", found)
    return array if array.dtype == np.float32 else array.astype(np.float32)


class _Record:
    """An object of gensim, of which only the attributes are kept."""

    def __init__(self, *_: Any, **__: Any) -> None:
        """Take what a constructor is given, and do nothing."""

    def __setstate__(self, state: Any) -> None:
        attributes = state[0] if isinstance(state, tuple) else state
        if isinstance(attributes, dict):
            vars(self).update({str(key): value for key, value in cast("dict[Any, Any]", attributes).items()})


def _empty_array(*_: Any) -> Any:
    """Begin an array, whatever size the pickle says: its state brings shape and bytes, which must agree."""
    return np.ndarray.__new__(np.ndarray, (0,), "b")


def _scalar(kind: Any, data: bytes = b"") -> Any:
    return np.frombuffer(data, np.dtype(kind))[0]


def _dictionary(*_: Any) -> dict[Any, Any]:
    return {}


_ALLOWED: dict[tuple[str, str], Callable[..., Any]] = {
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
    ("collections", "defaultdict"): _dictionary,
    ("collections", "OrderedDict"): _dictionary,
    ("collections", "Counter"): _dictionary,
    ("builtins", "dict"): dict,
    ("builtins", "hash"): _dictionary,  # the function that gensim numbers words with; nobody calls it here
    ("builtins", "int"): int,
    ("__builtin__", "int"): int,
    ("copyreg", "_reconstructor"): lambda *_: _Record(),
    ("copy_reg", "_reconstructor"): lambda *_: _Record(),
    ("builtins", "object"): object,
    ("__builtin__", "object"): object,
    ("_codecs", "encode"): lambda text, *_: text.encode("latin-1"),
}
for _module in ("numpy.core.multiarray", "numpy._core.multiarray"):
    _ALLOWED[_module, "_reconstruct"] = _empty_array
    _ALLOWED[_module, "scalar"] = _scalar
# What training kept besides: its random numbers, and the array types of some versions.
_RECORDS = ("gensim.", "numpy.random.")


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: Any, path: Path) -> None:
        super().__init__(file, encoding="latin1")
        self._path = path

    def find_class(self, module: str, name: str, /) -> Any:
        allowed = _ALLOWED.get((module, name))
        if allowed is not None:
            return allowed
        if module.startswith(_RECORDS) and name.isidentifier():
            return _Record
        raise UnsafeWeightsError(
            f"{self._path} asks for {module}.{name}, which word vectors do not need; nothing of it was run. "
            "Get the file from whom you trust."
        )

    def persistent_load(self, pid: Any, /) -> Any:
        raise UnsafeWeightsError(f"{self._path} refers to what is outside it ({pid!r:.100}).")
