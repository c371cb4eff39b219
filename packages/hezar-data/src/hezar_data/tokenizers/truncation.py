"""Truncating token rows that are too long, on plain lists: no state in the tokenizer, so calls may run side by side.

The results are those of the truncation of `tokenizers`; a test compares them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from hezar_registry import InputError, suggest
from hezar_registry.checks import whole_number

STRATEGIES = ("longest_first", "only_first", "only_second")

Window = tuple[int, int]
Piece = list[Window]
"""The parts of a row to keep, as slices."""


@dataclass(frozen=True)
class Truncation:
    """How rows are truncated.

    Attributes:
        max_length: The most tokens of a row, special tokens included.
        strategy: Which text of a pair is truncated; one of `STRATEGIES`.
        side: ``"right"`` or ``"left"``.
        stride: Tokens by which neighbouring windows overlap.
    """

    max_length: int
    strategy: str = "longest_first"
    side: str = "right"
    stride: int = 0

    def pieces(self, sequence_ids: Sequence[int | None], *, overflow: bool = False) -> list[Piece]:
        """Return the pieces of one row that is too long: the truncated row, and what overflowed if requested.

        Args:
            sequence_ids: For each token the text it comes from, 0 or 1, or ``None`` for a special token.
            overflow: Whether to return the pieces that overflowed too, each with the special tokens around it.

        Raises:
            InputError: The special tokens alone do not fit, or the text to cut is too short.
        """
        spans = [_span(sequence_ids, sequence) for sequence in (0, 1)]
        sizes = [stop - start for start, stop in spans]
        num_special = len(sequence_ids) - sum(sizes)
        room = self.max_length - num_special
        if room < 0:
            raise InputError(f"max_length={self.max_length} leaves no room beside the {num_special} special tokens.")
        budgets = self._budgets(sizes[0], sizes[1], room)
        windows = [self._windows(span, budget, overflow) for span, budget in zip(spans, budgets, strict=True)]
        combinations = list(product(*windows))
        # The order of `tokenizers`: what overflowed from the first text comes before what did from the second.
        main = combinations[0]
        combinations.sort(key=lambda kept: (kept != main, kept[0] == main[0]))
        return [_around_special(spans, kept, len(sequence_ids)) for kept in combinations]

    def _budgets(self, first: int, second: int, room: int) -> tuple[int, int]:
        """Return how many tokens each text may keep."""
        if self.strategy == "longest_first":
            shorter, longer = min(first, second), max(first, second)
            longer = min(longer, room - shorter) if shorter <= room - shorter else room - room // 2
            shorter = min(shorter, room - longer)
            return (longer, shorter) if first > second else (shorter, longer)
        cut, kept = (first, second) if self.strategy == "only_first" else (second, first)
        if cut == 0 or kept >= room:
            raise InputError(
                f"truncation={self.strategy!r} cannot reach max_length={self.max_length}: the text it may cut has "
                f"{cut} tokens, the other has {kept}. Use 'longest_first'."
            )
        return (room - kept, kept) if self.strategy == "only_first" else (kept, room - kept)

    def _windows(self, span: Window, budget: int, overflow: bool) -> list[Window]:
        """Return windows of at most `budget` tokens that cover `span`, from the side that is kept."""
        start, stop = span
        size = stop - start
        if size <= budget:
            return [span]
        if not overflow or budget == 0:
            first = (start, start + budget) if self.side == "right" else (stop - budget, stop)
            return [first, span] if overflow else [first]
        if self.stride >= budget:
            raise InputError(
                f"stride={self.stride} must be smaller than the {budget} tokens that "
                f"max_length={self.max_length} leaves for a text."
            )
        step = budget - self.stride
        offsets = range(0, size - self.stride, step)
        if self.side == "right":
            return [(start + offset, min(start + offset + budget, stop)) for offset in offsets]
        return [(max(stop - offset - budget, start), stop - offset) for offset in offsets]


def resolve(
    truncation: bool | str | None, max_length: int | None, side: str | None, stride: int | None
) -> Truncation | None:
    """Return how to truncate, or ``None`` when nothing is truncated: without `max_length` nothing is.

    Raises:
        InputError: A value is not allowed.
    """
    if truncation in (None, False, "no_truncation", "do_not_truncate"):
        return None
    strategy = "longest_first" if truncation is True else truncation
    if strategy not in STRATEGIES:
        raise InputError(
            f"Unknown truncation {truncation!r}.{suggest(str(truncation), STRATEGIES)} "
            f"It is True, False or one of: {', '.join(STRATEGIES)}."
        )
    if max_length is None:
        return None
    length = whole_number("max_length", max_length, at_least=0)
    return Truncation(length, str(strategy), side or "right", whole_number("stride", stride or 0, at_least=0))


def cut_columns(
    columns: dict[str, list[Any]], encodings: Sequence[Any], how: Truncation | None, *, overflow: bool
) -> list[int]:
    """Cut the rows that are too long, in all columns; return which input each row comes from.

    Args:
        columns: One entry per input and column, ``token_ids`` among them; changed in place.
        encodings: What the rows were taken from; they have ``sequence_ids``, as an `Encoding` of `tokenizers` has.
        how: How to truncate; ``None`` truncates nothing.
        overflow: Keep what is cut off, as rows of their own.

    Raises:
        InputError: A row cannot be made short enough.
    """
    lengths = list(map(len, columns["token_ids"]))
    if how is None or max(lengths) <= how.max_length:
        return list(range(len(lengths)))
    samples: list[int] = []
    pieces: list[Piece | None] = []
    for i, length in enumerate(lengths):
        found = how.pieces(encodings[i].sequence_ids, overflow=overflow) if length > how.max_length else [None]
        pieces += found
        samples += [i] * len(found)
    for key, rows in columns.items():
        columns[key] = [
            rows[i] if piece is None else cut(rows[i], piece) for i, piece in zip(samples, pieces, strict=True)
        ]
    return samples


def cut(row: list[Any], piece: Piece) -> list[Any]:
    """Return the parts of `row` that `piece` keeps."""
    return [item for start, stop in piece for item in row[start:stop]]


def _span(sequence_ids: Sequence[int | None], sequence: int) -> Window:
    """Return where the tokens of one text are, side by side; an empty slice when it has none."""
    if sequence not in sequence_ids:
        return 0, 0
    start = sequence_ids.index(sequence)
    return start, start + sequence_ids.count(sequence)


def _around_special(spans: list[Window], kept: tuple[Window, ...], length: int) -> Piece:
    """Return the slices of a row of `length` tokens with only `kept` left of its `spans`."""
    piece: Piece = []
    position = 0
    for (start, stop), window in sorted(zip(spans, kept, strict=True)):
        if stop > start:
            piece += [(position, start), window]
            position = stop
    return [*piece, (position, length)]
