"""`Edit`, the unit of change of a text, and how edits are found where only the result is known."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

_MAX_COMPARISONS = 100_000  # of characters; above it a change is one edit


class Edit(NamedTuple):
    """Characters ``start`` to ``end`` of a text become ``text``. Lists of edits are in order and do not overlap."""

    start: int
    end: int
    text: str


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Return `text` with the edits made.

    Example:
        >>> apply_edits("abcd", [Edit(1, 2, "X"), Edit(3, 3, "-")])
        'aXc-d'
    """
    pieces: list[str] = []
    position = 0
    for start, end, replacement in edits:
        pieces += (text[position:start], replacement)
        position = end
    return "".join([*pieces, text[position:]])


def differences(start: int, old: str, new: str) -> list[Edit]:
    """Return the edits that turn `old`, which begins at `start` of a text, into `new`; as few characters as possible.

    Example:
        >>> differences(10, "(abc)", "[abc]")
        [Edit(start=10, end=11, text='['), Edit(start=14, end=15, text=']')]
    """
    if old == new:
        return []
    if len(old) * len(new) > _MAX_COMPARISONS:
        return [Edit(start, start + len(old), new)]
    if len(old) == len(new):
        return [Edit(start + i, start + i + 1, b) for i, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [Edit(start + i, start + j, new[k:m]) for tag, i, j, k, m in matcher.get_opcodes() if tag != "equal"]


def edits_of_form(text: str, normalize: Callable[[str], str]) -> list[Edit]:
    """Return the edits that bring `text` to a Unicode normal form.

    A normal form changes each stretch from one base character to the next by itself, so the stretches are compared
    one by one. Where that does not hold (conjoining jamo), the whole text is one edit.

    Args:
        text: Any text.
        normalize: Brings a text to the form.
    """
    result = normalize(text)
    if result == text:
        return []
    edits: list[Edit] = []
    for start, end in _stretches(text):
        edits += differences(start, text[start:end], normalize(text[start:end]))
    return edits if apply_edits(text, edits) == result else differences(0, text, result)


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans that a normal form may change: all but single characters that are in every form."""
    start = 0
    for i in range(1, len(text) + 1):
        if i < len(text) and unicodedata.category(text[i])[0] == "M":
            continue
        if i - start > 1 or not unicodedata.is_normalized("NFKD", text[start]):
            yield start, i
        start = i
