"""Which inputs are read, and which are computed, together."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import torch

#: Inputs that are encoded and sorted together. Larger windows pad less and hold more in memory.
WINDOW = 2048
#: The first window of a stream; each next one is twice as large, so that the first results do not wait for many inputs.
FIRST_WINDOW = 32
#: Tokens per batch. On a CPU more does not help: the matrices are large enough, and caches are small.
CPU_TOKEN_BUDGET = 2048
GPU_TOKEN_BUDGET = 32768


def default_token_budget(device: torch.device) -> int:
    """Return the padded tokens per batch that suit a device."""
    return CPU_TOKEN_BUDGET if device.type == "cpu" else GPU_TOKEN_BUDGET


def read_windows(
    inputs: Iterable[Any], first: int, limit: int, finish_before_error: bool = False
) -> Iterator[list[Any]]:
    """Read an iterable a window at a time: `first` inputs, then twice as many each time, up to `limit`.

    Args:
        inputs: Any iterable.
        first: Size of the first window.
        limit: Size of the largest window.
        finish_before_error: When the iterable raises, yield what it gave before, and raise then.
    """
    iterator, size = iter(inputs), min(first, limit)
    while True:
        window: list[Any] = []
        failure: Exception | None = None
        try:
            for item in islice(iterator, size):
                window.append(item)  # noqa: PERF402 - what was read must survive the error
        except Exception as error:
            if not finish_before_error:
                raise
            failure = error
        if window:
            yield window
        if failure is not None:
            raise failure
        if len(window) < size:
            return
        size = min(2 * size, limit)


def make_batches(
    costs: Sequence[int],
    token_budget: int,
    batch_size: int | None = None,
    shape_keys: Sequence[Hashable] | None = None,
) -> Iterator[list[int]]:
    """Cut rows into batches of similar cost, the most expensive first.

    Args:
        costs: Cost of each row, such as its tokens.
        token_budget: Largest cost of a batch, every row counted like its most expensive one; a row that costs more
            gets a batch of its own.
        batch_size: Most rows per batch.
        shape_keys: Rows of different keys never share a batch.

    Yields:
        Row numbers of a batch.
    """
    groups: dict[Hashable, list[int]] = {}
    for i in sorted(range(len(costs)), key=lambda i: -costs[i]):
        groups.setdefault(shape_keys[i] if shape_keys else None, []).append(i)
    for order in groups.values():
        start = 0
        while start < len(order):
            size = max(token_budget // max(costs[order[start]], 1), 1)
            size = min(size, batch_size) if batch_size else size
            yield order[start : start + size]
            start += size
