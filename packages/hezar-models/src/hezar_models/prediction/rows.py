"""From ragged rows to the tensors of a batch, and from its outputs back to rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from hezar_models.prediction.examples import Row


def pad_rows(rows: Sequence[Sequence[int]], pad_value: int) -> Tensor:
    """Return ragged rows as an int64 tensor (rows, longest), padded on the right."""
    width = max((len(row) for row in rows), default=0)
    padded = np.full((len(rows), width), pad_value, dtype=np.int64)
    for target, row in zip(padded, rows, strict=True):
        target[: len(row)] = row
    return torch.from_numpy(padded)


def rows_of(outputs: Any, lengths: Sequence[int], sequence_keys: frozenset[str]) -> list[Row]:
    """Split the outputs of a batch into one mapping per row.

    Args:
        outputs: Mapping of tensors (batch, …), tuples of such tensors, lists with a value per row, and ``None``.
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


def join_rows(rows: Sequence[Row]) -> dict[str, Any]:
    """Put the mappings of `rows_of` back together: tensors are stacked, shorter ones padded with zeros at the end."""
    return {key: _join([row[key] for row in rows]) for key in (rows[0] if rows else ())}


def _join(values: Sequence[Any]) -> Any:
    first = values[0]
    if isinstance(first, Tensor):
        if all(value.shape == first.shape for value in values):
            return torch.stack(list(values))
        return torch.nn.utils.rnn.pad_sequence(list(values), batch_first=True)
    if isinstance(first, tuple):
        return tuple(_join([value[i] for value in values]) for i in range(len(first)))
    return first if first is None else list(values)
