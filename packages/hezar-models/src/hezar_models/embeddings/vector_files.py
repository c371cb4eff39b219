"""Vectors in the formats of other programs: word2vec and fastText, text and binary, and GloVe.

Sources: Mikolov et al. 2013 (the program *word2vec*), Bojanowski et al. 2016 (*fastText*, whose binary files begin with the magic
number 793712314), Pennington et al. 2014 (*GloVe*).
"""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import IO, Any

import numpy as np

from hezar_hub import stand_in
from hezar_models.embeddings.subwords import Subwords
from hezar_models.embeddings.vectors import Matrix, WordVectors
from hezar_models.errors import WeightsFileError
from hezar_registry import InputError

_FASTTEXT_MAGIC, _FASTTEXT_VERSIONS = 793712314, (11, 12)
_MOST_NUMBERS = 2**16
"""The widest vector that is read."""


def read_vectors(path: str | os.PathLike[str], *, encoding: str = "utf-8") -> WordVectors:
    """Read a file of word vectors, whatever of these formats it has.

    Numbers of a fastText ``.bin`` and of a word2vec binary file are not copied where they lie together; those of text
    are read line by line into one array.

    Args:
        path: A file of fastText (``.bin``, ``.vec``), of word2vec (text, binary) or of GloVe (text).
        encoding: The encoding of the words.

    Raises:
        WeightsFileError: The file is missing, cut off, or none of these; the message names line or byte.

    Example:
        >>> read_vectors("cc.fa.300.bin").nearest(["کتاب"])  # doctest: +SKIP
    """
    file = Path(path)
    if not os.path.isfile(file):  # noqa: PTH113 - pathlib raises where a name is too long
        raise WeightsFileError(f"There is no file {os.fspath(path)!r:.300}.")
    instead = stand_in(file)
    if instead is not None:
        raise WeightsFileError(f"{file} is {instead}.")
    with file.open("rb") as opened:
        if opened.read(4) == struct.pack("<i", _FASTTEXT_MAGIC):
            return _FastTextFile(opened, file, encoding).read()
        opened.seek(0)
        first = opened.readline(1_000)
        header = _header(first)
        if header is None:
            return _read_text(opened, file, encoding, None)
        words, size = header
        if words == 0:
            raise WeightsFileError(f"{file} has no vectors.")
        if size > _MOST_NUMBERS or words * 2 > file.stat().st_size:
            raise WeightsFileError(
                f"{file}, line 1: {words:,} words of {size:,} numbers are announced, and the file has {file.stat().st_size:,} bytes."
            )
        start = opened.tell()
        if _is_text(opened.readline(64 * size + 10_000), size):
            opened.seek(start)
            return _read_text(opened, file, encoding, header)
        opened.seek(start)
        return _read_binary(opened, file, encoding, words, size)


# word2vec, GloVe and .vec -------------------------------------------------------------------------------------------


def _header(line: bytes) -> tuple[int, int] | None:
    parts = line.split()
    if len(parts) == 2 and all(part.isdigit() and len(part) < 12 for part in parts):
        words, size = map(int, parts)
        return (words, size) if size else None
    return None


def _is_text(line: bytes, size: int) -> bool:
    numbers = line.rstrip().split(b" ")[-size:]
    try:
        return len(numbers) == size and all(np.isfinite(float(number)) for number in numbers)
    except ValueError:
        return False


def _read_text(opened: IO[bytes], file: Path, encoding: str, header: tuple[int, int] | None) -> WordVectors:
    if header is None:
        opened.seek(0)
    announced, size = header or (0, 0)
    words: list[str] = []
    rows: Any = []
    if header is not None:
        if announced * size * 2 > file.stat().st_size:  # a digit and a blank each
            raise WeightsFileError(
                f"{file} announces {announced:,} words of {size:,} numbers and is too short for them."
            )
        rows = np.empty((announced, size), np.float32)
    seen: set[str] = set()
    # Lines end with a line feed alone: U+0085, U+00A0 and U+2028 may stand in words.
    for number, line in enumerate(opened, 1 if header is None else 2):
        line = line.rstrip(b"\r\n")  # noqa: PLW2901 - what ends a line is no part of it
        if not line.strip(b" "):
            continue
        line = line.rstrip(b" ")  # noqa: PLW2901
        size = size or line.count(b" ")
        parts = line.rsplit(b" ", size)
        if len(parts) != size + 1 or not parts[0]:
            raise WeightsFileError(f"{file}, line {number}: a word and {size} numbers are wanted; found {line[:60]!r}.")
        try:
            row = np.array([float(part) for part in parts[1:]], np.float32)
            word = parts[0].decode(encoding)
        except (ValueError, UnicodeDecodeError) as error:
            raise WeightsFileError(f"{file}, line {number}: {error}. Is it a file of vectors?") from error
        if word in seen:
            raise WeightsFileError(f"{file}, line {number}: the word {word!r} is there twice.")
        seen.add(word)
        if header is None:
            rows.append(row)
        elif len(words) < announced:
            rows[len(words)] = row
        words.append(word)
    if not words or size == 0:
        raise WeightsFileError(f"{file} has no vectors.")
    if header is not None and announced != len(words):
        raise WeightsFileError(f"{file} announces {announced:,} words and has {len(words):,}; it may be cut off.")
    return WordVectors(words, np.asarray(rows))


def _read_binary(opened: IO[bytes], file: Path, encoding: str, count: int, size: int) -> WordVectors:
    width = 4 * size
    if count * width > file.stat().st_size:
        raise WeightsFileError(f"{file} announces {count:,} vectors of {size:,} numbers and is too short for them.")
    words: list[str] = []
    matrix = np.empty((count, size), np.float32)
    for place in range(count):
        word = _until(opened, b" ", file).lstrip(b"\n")
        content = opened.read(width)
        if len(content) < width:
            raise WeightsFileError(f"{file} ends in the vector of word {place + 1:,} of {count:,}.")
        matrix[place] = np.frombuffer(content, "<f4")
        words.append(_decoded(word, encoding, file, place))
    return _made(words, matrix, file)


def _until(opened: IO[bytes], end: bytes, file: Path) -> bytes:
    """Read up to a byte, which is consumed."""
    found = bytearray()
    while (byte := opened.read(1)) != end:
        if not byte or len(found) > 10_000:
            raise WeightsFileError(f"{file} ends in a word, or is no file of vectors (byte {opened.tell():,}).")
        found += byte
    return bytes(found)


def _decoded(word: bytes, encoding: str, file: Path, place: int) -> str:
    try:
        return word.decode(encoding)
    except UnicodeDecodeError as error:
        raise WeightsFileError(f"{file}, word {place + 1:,}: {error}. Give its encoding=.") from error


def _made(words: list[str], matrix: Matrix, file: Path, **options: Any) -> WordVectors:
    try:
        return WordVectors(words, matrix, **options)
    except InputError as error:
        raise WeightsFileError(f"{file} is broken: {error}") from error


# fastText ------------------------------------------------------------------------------------------------------------


class _FastTextFile:
    """A ``.bin`` of fastText: arguments, dictionary, and the matrix of words and n-grams, which is mapped."""

    def __init__(self, opened: IO[bytes], file: Path, encoding: str) -> None:
        self._opened, self._file, self._encoding = opened, file, encoding
        self._size = file.stat().st_size

    def _take(self, form: str) -> tuple[Any, ...]:
        content = self._opened.read(struct.calcsize(form))
        if len(content) < struct.calcsize(form):
            raise WeightsFileError(f"{self._file} ends at byte {self._opened.tell():,}, in its header.")
        return struct.unpack(form, content)

    def _counts(self, **counts: int) -> None:
        for name, count in counts.items():
            if not 0 <= count <= self._size:
                raise WeightsFileError(f"{self._file} says that {name} is {count:,}, and has {self._size:,} bytes.")

    def read(self) -> WordVectors:
        """Return words, their own vectors, and those of n-grams."""
        (version,) = self._take("<i")
        if version not in _FASTTEXT_VERSIONS:
            raise WeightsFileError(f"{self._file} has version {version} of fastText's format; 11 and 12 are read.")
        # dim, ws, epoch, minCount, neg, wordNgrams, loss, model, bucket, minn, maxn, lrUpdateRate, t
        dim, _, _, _, _, _, _, model, bucket, min_n, max_n, _, _ = self._take("<12id")
        entries, word_count, labels, _, pruned = self._take("<3i2q")
        self._counts(dim=dim, entries=entries, words=word_count, labels=labels)
        if version == 11 and model == 3:
            max_n = 0  # supervised models of that version have no n-grams of characters
        if not (0 <= min_n <= 100 and 0 <= max_n <= 100 and 0 <= bucket < 2**31):
            raise WeightsFileError(f"{self._file} has n-grams of {min_n} to {max_n} characters in {bucket:,} buckets.")
        words: list[str] = []
        for place in range(entries):
            word = _until(self._opened, b"\0", self._file)
            _, kind = self._take("<qb")
            if kind == 0:
                words.append(_decoded(word, self._encoding, self._file, place))
        if len(words) != word_count:
            raise WeightsFileError(f"{self._file} announces {word_count:,} words and has {len(words):,}.")
        if pruned > 0:
            self._opened.seek(8 * pruned, os.SEEK_CUR)
        (quantized,) = self._take("<?")
        if quantized:
            raise WeightsFileError(f"{self._file} is quantized (.ftz), which is not read. Get the file before that.")
        rows, columns = self._take("<2q")
        start = self._opened.tell()
        if columns != dim or rows < word_count or rows * columns * 4 > self._size - start:
            raise WeightsFileError(f"{self._file} announces {rows:,} × {columns:,} numbers and is too short for them.")
        if max_n and pruned <= 0 and rows != word_count + bucket:
            raise WeightsFileError(f"{self._file} says that it has {bucket:,} buckets, and has {rows - word_count:,}.")
        matrix: Any = np.memmap(self._file, "<f4", "r", start, (rows, columns))
        subwords = Subwords(matrix[word_count:], min_n, max_n) if max_n and rows > word_count else None
        return _made(words, matrix[:word_count], self._file, subwords=subwords, matrix_is_complete=subwords is None)
