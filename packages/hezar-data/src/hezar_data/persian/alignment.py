"""`Alignment`: which characters of the original text each character of the cleaned text comes from."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from hezar_data.persian.edits import Edit
from hezar_registry import InputError


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

    def apply(self, edits: Sequence[Edit]) -> None:
        """Follow a change of the text.

        Args:
            edits: Edits of the text as it is now, in order.
        """
        starts: list[int] = []
        ends: list[int] = []
        position = 0
        for start, end, new in edits:
            starts += self.starts[position:start]
            ends += self.ends[position:start]
            first, last = (self.starts[start], self.ends[end - 1]) if start < end else self._gap(start)
            if self.original[first:last] == new and self._stands_alone(start, end):  # put back as it was
                starts += range(first, last)
                ends += range(first + 1, last + 1)
            else:
                starts += [first] * len(new)
                ends += [last] * len(new)
            position = end
        self.starts = starts + self.starts[position:]
        self.ends = ends + self.ends[position:]

    def to_original(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original that a span of the cleaned text comes from.

        Args:
            start: The first character.
            end: The character behind the last one.

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
            end: The character behind the last one.

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

    def _stands_alone(self, start: int, end: int) -> bool:
        """Whether no character outside the span comes from the same place as one in it."""
        return (start == 0 or self.ends[start - 1] <= self.starts[start]) and (
            end == len(self.ends) or self.ends[end - 1] <= self.starts[end]
        )
