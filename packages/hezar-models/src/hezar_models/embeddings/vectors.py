"""`WordVectors`: words and their vectors, to look up and to compare; needs numpy alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from hezar_models.embeddings.nearest import nearest_rows
from hezar_models.embeddings.subwords import Subwords
from hezar_registry import InputError, InputKeyError

Matrix = NDArray[np.float32]

# Rows that are multiplied at once: 16,384 × 300 numbers are 20 MB.
_BLOCK = 16_384


class WordVectors:
    """Words and their vectors.

    Args:
        words: The words, by index.
        matrix: Their vectors, float32 of the shape (words, size); may be memory-mapped.
        subwords: Vectors of n-grams, from which unknown words get a vector. The vectors of known words then are the
            mean of their row in `matrix` and of their n-grams, unless `matrix_is_complete`.
        matrix_is_complete: Whether `matrix` has these means already.

    Raises:
        InputError: There is not one vector for each word, or a word is there twice.
    """

    def __init__(
        self,
        words: Sequence[str],
        matrix: Matrix,
        subwords: Subwords | None = None,
        *,
        matrix_is_complete: bool = True,
    ) -> None:
        if matrix.ndim != 2 or len(words) != len(matrix):
            raise InputError(
                f"One vector is wanted for each word; found {len(words)} words and an array {matrix.shape}."
            )
        self.words = list(words)
        self.index = {word: place for place, word in enumerate(self.words)}
        if len(self.index) != len(self.words):
            twice = next(word for place, word in enumerate(self.words) if self.index[word] != place)
            raise InputError(f"The word {twice!r} is there twice.")
        self.subwords = subwords
        self._matrix = matrix
        self._complete = matrix_is_complete or subwords is None
        self._norms: Matrix | None = None

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self.index

    def __iter__(self) -> Iterator[str]:
        return iter(self.words)

    def __getitem__(self, word: str) -> Matrix:
        return self.vector(word)

    @property
    def size(self) -> int:
        """The width of the vectors."""
        return self._matrix.shape[1]

    @property
    def matrix(self) -> Matrix:
        """All vectors, float32 of the shape (words, size); made once where they are means of n-grams."""
        if not self._complete:
            self._matrix = np.stack([self._row(place) for place in range(len(self))])
            self._complete = True
        return self._matrix

    def _row(self, place: int) -> Matrix:
        row = self._matrix[place]
        if self._complete or self.subwords is None:
            return row
        return self.subwords.vector(self.words[place], own=row)

    def vector(self, word: str) -> Matrix:
        """Return the vector of a word, float32 of the shape (size,).

        Raises:
            KeyError: The word is unknown, and there are no n-grams to make a vector of.
        """
        place = self.index.get(word)
        if place is not None:
            return self._row(place)
        if self.subwords is None:
            raise InputKeyError(f"The word {word!r} is not in the vocabulary of {len(self):,} words.")
        return self.subwords.vector(word)

    def vectors(self, words: Iterable[str]) -> Matrix:
        """Return the vectors of words, float32 of the shape (words, size).

        Raises:
            KeyError: As `vector`.
        """
        found = [self.vector(word) for word in words]
        return np.stack(found) if found else np.empty((0, self.size), np.float32)

    def norms(self) -> Matrix:
        """Return the lengths of all vectors, float32 of the shape (words,), the least being tiny; computed once, block by block."""
        if self._norms is None:
            matrix = self.matrix
            blocks = [_lengths(matrix[at : at + _BLOCK]) for at in range(0, len(matrix), _BLOCK)]
            self._norms = np.concatenate(blocks) if blocks else np.empty(0, np.float32)
        return self._norms

    def normed(self) -> Matrix:
        """Return all vectors with the length 1, float32 of the shape (words, size); zeros stay."""
        return (self.matrix / np.maximum(self.norms(), np.finfo(np.float32).tiny)[:, None]).astype(
            np.float32, copy=False
        )

    def nearest(self, words: Sequence[str], top_n: int = 5) -> list[list[tuple[str, float]]]:
        """Return the nearest other words of each word, by cosine, nearest first.

        All words are compared in one product, block by block, so that many cost little more than one, and memory
        does not grow with the vocabulary.

        Args:
            words: Any number of words.
            top_n: How many for each.

        Raises:
            KeyError: A word is unknown, and there are no n-grams to make a vector of.

        Example:
            >>> WordVectors(["a", "b"], np.eye(2, dtype=np.float32)).nearest(["a"], 1)
            [[('b', 0.0)]]
        """
        top_n = max(min(top_n, len(self)), 0)
        queries = _unit(self.vectors(words))
        own = np.array([self.index.get(word, -1) for word in words], np.int64)
        places, best = nearest_rows(queries, self.matrix, top_n, block=_BLOCK, lengths=self.norms(), without=own)
        return [
            [(self.words[place], float(score)) for score, place in zip(*row, strict=True) if score > -np.inf]
            for row in zip(best, places, strict=True)
        ]

    def similarity(self, one: str, other: str) -> np.float32:
        """Return the cosine between the vectors of two words."""
        first, second = _unit(self.vectors([one, other]))
        return np.float32(first @ second)

    def odd_one_out(self, words: Sequence[str]) -> str:
        """Return the word that is farthest from the mean direction of all.

        Raises:
            KeyError: None of the words is known.
        """
        known = [word for word in words if word in self or self.subwords is not None]
        if not known:
            raise InputKeyError(f"None of the words {list(words)!r:.200} is in the vocabulary.")
        units = _unit(self.vectors(known))
        return known[int(np.argmin(units @ _unit(units.mean(axis=0, keepdims=True))[0]))]


def _lengths(rows: Matrix) -> Matrix:
    """Return the lengths of rows, to divide by: none is 0, and numbers that are too large for a length have an infinite one."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.maximum(np.linalg.norm(rows, axis=1), np.finfo(np.float32).tiny).astype(np.float32)


def _unit(rows: Matrix) -> Matrix:
    with np.errstate(invalid="ignore"):
        return (rows / _lengths(rows)[:, None]).astype(np.float32)
