"""`Alignment`: which characters of the original text each character of the cleaned text comes from."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from hezar_data.persian.edits import Edit
from hezar_registry import InputError

Spans = tuple[list[int], list[int]]


class Alignment:
    """The original span of each character of a text that is being edited.

    A character that was kept has the span of itself. Characters that replaced others share the span of what they
    replaced. An inserted character has an empty span, at the place where it was inserted. Removed characters belong
    to no span. Starts and ends never decrease from one character to the next.

    Args:
        original: The text before any edit.

    Attributes:
        original: The text before any edit.
        starts: Where the span of each character of the cleaned text starts, in characters of the original.
        ends: Where it ends.

    Example:
        >>> alignment = Alignment("abcd")
        >>> alignment.apply([Edit(0, 1, ""), Edit(2, 3, "XY")])
        >>> alignment.spans
        [(1, 2), (2, 3), (2, 3), (3, 4)]
        >>> alignment.to_original(1, 3)
        (2, 3)
    """

    def __init__(self, original: str) -> None:
        self.original = original
        self.starts = list(range(len(original)))
        self.ends = list(range(1, len(original) + 1))

    @property
    def spans(self) -> list[tuple[int, int]]:
        """The original span ``(start, end)`` of each character of the cleaned text."""
        return list(zip(self.starts, self.ends, strict=True))

    def apply(self, edits: Sequence[Edit], spans: Sequence[Spans] | None = None) -> None:
        """Follow a change of the text.

        Args:
            edits: Edits of the text as it is now, in order.
            spans: For each edit, the spans of its new characters, where those are known: see `cut`.
        """
        starts: list[int] = []
        ends: list[int] = []
        position = 0
        for number, (start, end, new) in enumerate(edits):
            starts += self.starts[position:start]
            ends += self.ends[position:start]
            if spans is not None:
                starts += spans[number][0]
                ends += spans[number][1]
            else:
                first, last = (self.starts[start], self.ends[end - 1]) if start < end else self._gap(start)
                starts += [first] * len(new)
                ends += [last] * len(new)
            position = end
        self.starts = starts + self.starts[position:]
        self.ends = ends + self.ends[position:]

    def cut(self, start: int, end: int) -> Spans:
        """Return the starts and the ends of the spans of a stretch, to put it back later."""
        return self.starts[start:end], self.ends[start:end]

    def to_original(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original that a span of the cleaned text comes from.

        Args:
            start: The first character.
            end: The character after the last one.

        Raises:
            InputError: The text has no such span.
        """
        if not 0 <= start <= end <= len(self.starts):
            raise InputError(f"There is no span ({start}, {end}) in a text of {len(self.starts)} characters.")
        if start == end:
            place = self._gap(start)[0]
            return place, place
        return self.starts[start], self.ends[end - 1]

    def to_cleaned(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the cleaned text that holds what became of a span of the original.

        Where all of it was removed, the result is empty, at the place where it was.

        Args:
            start: The first character.
            end: The character after the last one.

        Raises:
            InputError: The original has no such span.
        """
        if not 0 <= start <= end <= len(self.original):
            raise InputError(f"There is no span ({start}, {end}) in a text of {len(self.original)} characters.")
        first = bisect_right(self.ends, start)
        return first, max(first, bisect_left(self.starts, end))

    def _gap(self, position: int) -> tuple[int, int]:
        """Return the original span between two characters: empty, or what both of them come from."""
        before = self.ends[position - 1] if position else 0
        after = self.starts[position] if position < len(self.starts) else len(self.original)
        return (after, before) if after < before else (before, before)
