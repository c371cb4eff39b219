"""Whisper's time tokens: what was said from when to when, and windows of long audio joined to one text.

Source: Radford et al. 2022, *Robust Speech Recognition via Large-Scale Weak Supervision*, sections 2.3 and 3.8.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

TimeOf = Callable[[int], float | None]
"""The time in seconds that an id stands for; ``None`` for one that is not a time token."""

MIN_MATCHES = 2
"""Fewer equal tokens than this, and a smaller share of equal ones than a half, are chance and not an overlap."""


@dataclass
class Segment:
    """Tokens that were spoken in one go.

    Attributes:
        ids: Token ids without time tokens.
        start: Seconds; ``None`` before the first time token.
        end: Seconds; ``None`` when no time token closes it.
    """

    ids: list[int] = field(default_factory=list)
    start: float | None = None
    end: float | None = None


def split_segments(ids: Iterable[int], time_of: TimeOf) -> list[Segment]:
    """Cut a row at its time tokens; segments without tokens are left out.

    A time that is earlier than the one before it begins a new window, which is counted on from the latest time.
    """
    segments = [Segment()]
    begin = latest = 0.0  # of the window; the latest time so far
    for token_id in ids:
        seconds = time_of(token_id)
        if seconds is None:
            segments[-1].ids.append(token_id)
            continue
        if begin + seconds < latest:
            begin = latest
        latest = round(begin + seconds, 6)
        if segments[-1].ids and segments[-1].start is not None:
            segments[-1].end = latest
        segments.append(Segment(start=latest))
    return [segment for segment in segments if segment.ids]


@dataclass(frozen=True)
class Window:
    """What was recognised in one window of long audio.

    Attributes:
        ids: Token ids.
        length: Seconds of the window.
        left: Seconds at its beginning that are there for context; the window before answers for them.
        right: Seconds at its end that are there for context; the next window answers for them.
    """

    ids: Sequence[int]
    length: float
    left: float = 0.0
    right: float = 0.0


def join_segments(windows: Iterable[Window], time_of: TimeOf) -> list[tuple[int, Segment]]:
    """Return the segments of all windows, each with the index of its window, on the clock of the whole audio.

    Windows overlap. A segment is taken from the window that answers for its middle, so that it comes once.
    """
    joined: list[tuple[int, Segment]] = []
    answered = 0.0  # seconds of the audio that the windows so far answer for
    for index, window in enumerate(windows):
        begin = answered - window.left
        last = window.length - window.right if window.right else float("inf")
        for segment in split_segments(window.ids, time_of):
            if segment.start is None:
                continue  # the prompt
            end = window.length if segment.end is None else segment.end
            if window.left <= (segment.start + end) / 2 < last:
                closed = None if segment.end is None else round(begin + segment.end, 6)
                joined.append((index, Segment(segment.ids, round(begin + segment.start, 6), closed)))
        answered = begin + window.length - window.right
    return joined


def join_overlapping(sequences: Iterable[Sequence[int]]) -> list[int]:
    """Join rows of token ids, each of which begins with some of what the one before ends with.

    The overlap is the one in which the largest share of tokens is equal, at least `MIN_MATCHES`; the longer one of
    two that are as good. Recognition is worst at the edges of a window, so the first half of an overlap is taken from
    the left row and the second from the right. Without an overlap the rows are put side by side.

    Example:
        >>> join_overlapping([[1, 2, 3, 4], [3, 4, 5, 6]])
        [1, 2, 3, 4, 5, 6]
    """
    joined: list[int] = []
    for row in sequences:
        size = _overlap(joined, row)
        kept = size - size // 2
        joined = [*joined[: len(joined) - size + kept], *row[kept:]]
    return joined


def _overlap(left: Sequence[int], right: Sequence[int]) -> int:
    """Return how many tokens at the end of `left` are those at the beginning of `right`."""
    best, best_share = 0, 0.5
    for size in range(MIN_MATCHES, min(len(left), len(right)) + 1):
        matches = sum(a == b for a, b in zip(left[-size:], right, strict=False))
        if matches >= MIN_MATCHES and matches / size >= best_share:
            best, best_share = size, matches / size
    return best
