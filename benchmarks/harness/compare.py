"""How far the answers of two sides are apart. Answers are plain lists and numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any


def equal_share(ours: Sequence[Any], theirs: Sequence[Any]) -> dict[str, float]:
    """Return the share of equal items."""
    _same_length(ours, theirs)
    return {"equal": sum(a == b for a, b in zip(ours, theirs, strict=True)) / max(len(theirs), 1)}


def score_deviation(ours: Sequence[dict[str, float]], theirs: Sequence[dict[str, float]]) -> dict[str, float]:
    """Compare classifications: for each input its labels with their scores.

    Returns:
        ``equal labels``, the share of inputs with the same best label, and ``max |Δscore|`` over all labels.
    """
    _same_length(ours, theirs)
    pairs = list(zip(ours, theirs, strict=True))
    equal = sum(max(a, key=a.__getitem__) == max(b, key=b.__getitem__) for a, b in pairs)
    largest = max((abs(a[label] - b[label]) for a, b in pairs for label in b), default=0.0)
    return {"equal labels": equal / max(len(pairs), 1), "max |Δscore|": largest}


def array_deviation(ours: Sequence[Any], theirs: Sequence[Any]) -> dict[str, float]:
    """Compare nested lists of numbers; returns ``max |Δ|`` and ``mean |Δ|``."""
    left, right = list(_numbers(ours)), list(_numbers(theirs))
    _same_length(left, right)
    differences = [abs(a - b) for a, b in zip(left, right, strict=True)]
    return {"max |Δ|": max(differences, default=0.0), "mean |Δ|": sum(differences) / max(len(differences), 1)}


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _numbers(item)
    else:
        yield float(value)


def _same_length(ours: Sequence[Any], theirs: Sequence[Any]) -> None:
    if len(ours) != len(theirs):
        raise ValueError(f"One side answered with {len(ours)} items, the other with {len(theirs)}.")
