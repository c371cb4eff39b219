"""Long texts: cut into windows that overlap, computed like any other text, and joined again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from hezar_models.prediction.examples import Row


@dataclass(frozen=True)
class TextWindows:
    """A tokenized text that is longer than what the model reads at once.

    Attributes:
        windows: Positions of the tokens of each window.
        sources: For each token of the whole text, its place when the windows are laid one after the other. A token that
            is in several windows is taken from where it has the most context.
    """

    windows: tuple[list[int], ...]
    sources: tuple[int, ...]

    def only(self, kept: Sequence[int]) -> TextWindows:
        """Return the same with some of the windows, and the tokens that are taken from them."""
        size = len(self.windows[0])
        places = {window: i for i, window in enumerate(kept)}
        sources = (divmod(place, size) for place in self.sources)
        return TextWindows(
            tuple(self.windows[window] for window in kept),
            tuple(places[window] * size + inner for window, inner in sources if window in places),
        )

    def owner(self, token: int) -> int:
        """Return the number of the window from which a token of the whole text is taken."""
        return self.sources[token] // len(self.windows[0])

    def join(self, rows: Sequence[Row], per_token: frozenset[str]) -> dict[str, Any]:
        """Join the outputs of the windows to those of one text.

        Args:
            rows: One mapping per window.
            per_token: Keys whose values have one entry per token; each token is taken from its window. Other tensors
                are averaged, and other values taken from the first window.
        """
        return {key: self._join([row[key] for row in rows], key in per_token) for key in rows[0]}

    def _join(self, values: list[Any], per_token: bool) -> Any:
        first = values[0]
        if isinstance(first, tuple):  # a tensor per layer
            return tuple(self._join(list(layer), per_token) for layer in zip(*values, strict=True))
        if not isinstance(first, Tensor):
            return first
        if per_token:
            return torch.cat(values).index_select(0, torch.tensor(self.sources, device=first.device))
        return torch.stack(values).mean(0)


def cut_into_windows(length: int, size: int, prefix: int, suffix: int) -> TextWindows:
    """Cut a text of `length` tokens into windows of `size`, neighbours sharing a quarter.

    Args:
        length: Tokens of the text, more than `size`.
        size: Tokens per window, special ones included.
        prefix: Special tokens at the start, which every window gets.
        suffix: Special tokens at the end, which every window gets.
    """
    size = max(size, prefix + suffix + 1)
    content, room = length - prefix - suffix, size - prefix - suffix
    starts = window_starts(content, room, room // 4)
    windows = tuple(
        [*range(prefix), *range(prefix + start, prefix + start + room), *range(length - suffix, length)]
        for start in starts
    )
    owners = owning_windows(content, room, starts)
    inner = [window * size + prefix + i - starts[window] for i, window in enumerate(owners)]
    last = len(starts) * size
    return TextWindows(windows, (*range(prefix), *inner, *range(last - suffix, last)))


def window_starts(length: int, size: int, overlap: int) -> list[int]:
    """Return where windows of `size` begin that cover `length` and share at least `overlap` with their neighbours.

    All are full: the last one ends where the text ends.
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
        # After the middle of what two windows share, the next one knows more of what follows.
        while window + 1 < len(starts) and 2 * position >= starts[window] + size + starts[window + 1]:
            window += 1
        owners.append(window)
    return owners
