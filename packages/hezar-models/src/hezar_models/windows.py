"""Long inputs: cut into windows that overlap, computed like any other input, and joined again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor

Encoded = Mapping[str, Any]


@dataclass(frozen=True)
class Windows:
    """An encoded input that is longer than what the model reads at once.

    Attributes:
        parts: The windows, each encoded as an input of its own.
        picks: For each token of the whole input, its place when the windows are laid one behind the other. A token that
            is in several windows is taken from where it has the most context.
    """

    parts: tuple[Encoded, ...]
    picks: tuple[int, ...]

    def only(self, kept: Sequence[int]) -> Windows:
        """Return the same with some of the windows, and the tokens that are picked from them."""
        size = len(next(iter(self.parts[0].values())))
        places = {window: i for i, window in enumerate(kept)}
        picks = (divmod(place, size) for place in self.picks)
        return Windows(
            tuple(self.parts[window] for window in kept),
            tuple(places[window] * size + inner for window, inner in picks if window in places),
        )

    def owner(self, token: int) -> int:
        """Return the number of the window from which a token of the whole input is picked."""
        return self.picks[token] // len(next(iter(self.parts[0].values())))

    def join(self, outputs: Sequence[Mapping[str, Any]], per_token: frozenset[str]) -> dict[str, Any]:
        """Join the outputs of the windows to those of one input.

        Args:
            outputs: One mapping per window, each of the values of one row.
            per_token: Keys whose values have one entry per token; each token is picked from its window. Other tensors
                are averaged, and other values taken from the first window.
        """
        return {key: self._join(key, [output[key] for output in outputs], per_token) for key in outputs[0]}

    def _join(self, key: str, values: list[Any], per_token: frozenset[str]) -> Any:
        first = values[0]
        if isinstance(first, tuple):  # a tensor per layer
            return tuple(self._join(key, list(layer), per_token) for layer in zip(*values, strict=True))
        if isinstance(first, Tensor):
            if key in per_token:
                return torch.cat(values).index_select(0, torch.tensor(self.picks, device=first.device))
            return torch.stack(values).mean(0)
        if isinstance(first, list) and key in per_token:
            together = [item for value in values for item in value]
            return [together[place] for place in self.picks]
        return first


def cut_into_windows(row: Encoded, size: int, prefix: int, suffix: int) -> Windows:
    """Cut a tokenized text into windows of `size` tokens, neighbours sharing a quarter.

    Args:
        row: Lists with one entry per token, the first of them longer than `size`, and values of the whole text.
        size: Tokens per window, special ones included.
        prefix: Special tokens in front, which every window gets.
        suffix: Special tokens at the end, which every window gets.
    """
    total = len(next(iter(row.values())))
    size = max(size, prefix + suffix + 1)
    content, room = total - prefix - suffix, size - prefix - suffix
    starts = window_starts(content, room, room // 4)
    parts = tuple(
        {
            key: [*values[:prefix], *values[prefix + start : prefix + start + room], *values[total - suffix :]]
            if isinstance(values, list) and len(cast("list[Any]", values)) == total
            else values
            for key, values in row.items()
        }
        for start in starts
    )
    owners = owning_windows(content, room, starts)
    inner = [window * size + prefix + i - starts[window] for i, window in enumerate(owners)]
    last = len(starts) * size
    return Windows(parts, (*range(prefix), *inner, *range(last - suffix, last)))


def window_starts(length: int, size: int, overlap: int) -> list[int]:
    """Return where windows of `size` begin that cover `length` and share at least `overlap` with their neighbours.

    All are full: the last one ends where the input ends.
    """
    if length <= size:
        return [0]
    step = max(size - overlap, 1)
    return [*range(0, length - size, step), length - size]


def owning_windows(length: int, size: int, starts: Sequence[int]) -> list[int]:
    """Return for each position the window in which it is farthest from a cut."""
    owners: list[int] = []
    window = 0
    for position in range(length):
        # Behind the middle of what two windows share, the next one knows more of what follows.
        while window + 1 < len(starts) and 2 * position >= starts[window] + size + starts[window + 1]:
            window += 1
        owners.append(window)
    return owners
