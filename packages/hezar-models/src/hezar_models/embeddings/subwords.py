"""Vectors of words from vectors of their parts, as fastText defines them.

Source: Bojanowski et al. 2016, *Enriching Word Vectors with Subword Information*.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_FNV_OFFSET, _FNV_PRIME, _BITS = 2166136261, 16777619, 0xFFFFFFFF


@dataclass(frozen=True)
class Subwords:
    """The vectors of n-grams.

    Attributes:
        buckets: Vectors of n-grams by their hash, float32 of the shape (buckets, size); may be memory-mapped.
        min_n: The shortest n-gram, in characters.
        max_n: The longest.
    """

    buckets: NDArray[np.float32]
    min_n: int
    max_n: int

    def places(self, word: str) -> list[int]:
        """Return the rows of the n-grams of a word, in the order in which they begin.

        Example:
            >>> Subwords(np.zeros((7, 2), np.float32), 3, 3).places("به")
            [0, 0]
        """
        count = len(self.buckets)
        return [_hash(part) % count for part in ngrams(word, self.min_n, self.max_n)] if count else []

    def vector(self, word: str, own: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
        """Return the mean of the vectors of the n-grams and, for a word of the vocabulary, of its own.

        Args:
            word: Any text.
            own: The word's own vector.

        Returns:
            float32 of the shape (size,). Zeros for a text without n-grams.
        """
        places = self.places(word)
        total = np.zeros(self.buckets.shape[1], np.float32) if own is None else own.astype(np.float32)
        if places:
            total = total + self.buckets[places].sum(axis=0, dtype=np.float32)
        count = len(places) + (own is not None)
        return total / np.float32(count) if count else total


def ngrams(word: str, min_n: int, max_n: int) -> list[bytes]:
    """Return the n-grams of ``<word>`` in UTF-8.

    A single character is none where it is one of the brackets.

    Example:
        >>> [part.decode() for part in ngrams("آب", 3, 4)]
        ['<آب', '<آب>', 'آب>']
    """
    letters = f"<{word}>"
    return [
        letters[start : start + length].encode("utf-8", "surrogatepass")
        for start in range(len(letters))
        for length in range(min_n, min(max_n, len(letters) - start) + 1)
        if not (length == 1 and start in (0, len(letters) - 1))
    ]


def _hash(part: bytes) -> int:
    """FNV-1a as fastText computes it: bytes are signed."""
    value = _FNV_OFFSET
    for byte in part:
        value ^= byte if byte < 128 else byte | 0xFFFFFF00
        value = value * _FNV_PRIME & _BITS
    return value
