"""The prediction engine: many inputs in, results in order out, with as little padding and memory as possible.

Inputs are taken in windows. A window is encoded at once, sorted by length, cut into batches that hold about the same
number of tokens, computed, and given back in the order of the inputs. Only one window is in memory at a time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from hezar_registry import progress_enabled

#: Inputs that are encoded and sorted together. Larger windows pad less and hold more in memory.
WINDOW = 2048
#: Padded tokens per batch. On a CPU more does not help: the matrices are large enough, and caches are small.
CPU_TOKEN_BUDGET = 2048
GPU_TOKEN_BUDGET = 32768

Encoded = Mapping[str, Any]


class BatchModel(Protocol):
    """What the engine needs of a model."""

    def encode(self, inputs: list[Any], **kwargs: Any) -> list[Encoded]: ...

    def length_of(self, encoded: Encoded) -> int: ...

    def collate(self, encoded: list[Encoded]) -> dict[str, Any]: ...


def predict_in_batches(
    model: BatchModel,
    inputs: Iterable[Any],
    compute: Callable[[dict[str, Any], list[Encoded]], list[Any]],
    encode_options: Mapping[str, Any],
    *,
    batch_size: int | None,
    token_budget: int,
    progress: bool | None,
    total: int | None,
) -> Iterator[Any]:
    """Yield one result per input, in the order of the inputs.

    Args:
        model: Encodes and collates.
        inputs: Any iterable; read a window at a time.
        compute: From the tensors of a batch, and what they were made of, to one result per row.
        encode_options: Keywords for ``model.encode``.
        batch_size: Rows per batch; default as many as the budget allows.
        token_budget: Padded tokens per batch.
        progress: Show a progress bar; default on a terminal, for more than one window.
        total: Number of inputs if known.
    """
    iterator = iter(inputs)
    bar = _progress_bar(total, progress)
    try:
        while window := list(islice(iterator, WINDOW)):
            encoded = model.encode(window, **encode_options)
            lengths = [model.length_of(item) for item in encoded]
            results: list[Any] = [None] * len(window)
            for batch in make_batches(lengths, token_budget, batch_size):
                items = [encoded[i] for i in batch]
                for i, result in zip(batch, compute(model.collate(items), items), strict=True):
                    results[i] = result
                bar.update(len(batch))
            yield from results
    finally:
        bar.close()


def make_batches(lengths: Sequence[int], token_budget: int, batch_size: int | None = None) -> Iterator[list[int]]:
    """Cut rows into batches of similar length, longest first.

    Args:
        lengths: Tokens per row.
        token_budget: Most padded tokens per batch; a longer row gets a batch of its own.
        batch_size: Most rows per batch.

    Yields:
        Row numbers of a batch.
    """
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    start = 0
    while start < len(order):
        longest = max(lengths[order[start]], 1)
        size = max(token_budget // longest, 1)
        size = min(size, batch_size) if batch_size else size
        yield order[start : start + size]
        start += size


def default_token_budget(device: torch.device) -> int:
    """Return the padded tokens per batch that suit a device."""
    return CPU_TOKEN_BUDGET if device.type == "cpu" else GPU_TOKEN_BUDGET


def pad_rows(rows: Sequence[Sequence[int]], pad_value: int) -> Tensor:
    """Return ragged rows as an int64 tensor (rows, longest), padded on the right."""
    width = max((len(row) for row in rows), default=0)
    padded = np.full((len(rows), width), pad_value, dtype=np.int64)
    for target, row in zip(padded, rows, strict=True):
        target[: len(row)] = row
    return torch.from_numpy(padded)


def rows_of(outputs: Any, lengths: Sequence[int], sequence_keys: frozenset[str]) -> list[Any]:
    """Split the outputs of a batch into one mapping per row.

    Args:
        outputs: Mapping of tensors (batch, …), tuples of such tensors (one per layer), lists with one value per row,
            and ``None``.
        lengths: Real length of each row.
        sequence_keys: Keys whose second axis is the padded length; it is cut to the length of the row.
    """
    return [
        {key: _row(value, i, lengths[i] if key in sequence_keys else None) for key, value in outputs.items()}
        for i in range(len(lengths))
    ]


def _row(value: Any, i: int, length: int | None) -> Any:
    if isinstance(value, Tensor):
        # A copy: a view would keep the whole padded batch in memory.
        return value[i, :length].clone() if length is not None else value[i].clone()
    if isinstance(value, tuple):
        return tuple(_row(item, i, length) for item in value)
    return value[i] if isinstance(value, list) else value


def join_rows(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Put the mappings of `rows_of` back together: tensors are stacked, shorter ones padded with zeros at the end."""
    return {key: _join([row[key] for row in rows]) for key in rows[0]}


def _join(values: Sequence[Any]) -> Any:
    first = values[0]
    if isinstance(first, Tensor):
        if all(value.shape == first.shape for value in values):
            return torch.stack(list(values))
        return torch.nn.utils.rnn.pad_sequence(list(values), batch_first=True)
    if isinstance(first, tuple):
        return tuple(_join([value[i] for value in values]) for i in range(len(first)))
    return None if first is None else list(values)


def _progress_bar(total: int | None, progress: bool | None) -> Any:
    from tqdm import tqdm

    wanted = (total is None or total > WINDOW) and progress_enabled(sys.stderr.isatty())
    return tqdm(total=total, unit=" inputs", desc="Predicting", disable=not (wanted if progress is None else progress))
