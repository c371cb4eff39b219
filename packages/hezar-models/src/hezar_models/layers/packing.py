"""Batches without padding: the tokens of all rows one after the other.

Everything in an encoder layer but attention treats each token by itself, so padding need not be there at all: the rows
of a batch are joined to one, and only attention looks at where they begin. The prediction engine switches this on,
because it drops what is after the end of a row; whoever calls a model gets the padded computation.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import groupby

import torch
from torch import Tensor

_DROPS_PADDING: ContextVar[bool] = ContextVar("_DROPS_PADDING", default=False)


@contextmanager
def padding_is_dropped() -> Iterator[None]:
    """Within this context, nobody looks at outputs of padding, so that they need not be computed."""
    token = _DROPS_PADDING.set(True)
    try:
        yield
    finally:
        _DROPS_PADDING.reset(token)


@dataclass(frozen=True)
class Packing:
    """How the rows of a batch lie in one row without padding.

    Attributes:
        shape: (rows, padded length).
        indices: Place of each token in the flattened batch, int64 (tokens,).
        groups: (number of rows, their length), for each run of rows of one length.
    """

    shape: tuple[int, int]
    indices: Tensor
    groups: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, attention_mask: Tensor | None) -> Packing | None:
        """Return the packing of a batch, or ``None`` where it is not wanted or there is nothing to gain.

        Args:
            attention_mask: (batch, length), 1 for tokens and 0 for padding.
        """
        if torch.compiler.is_compiling():  # a shape for every batch, which would be compiled again
            return None
        if attention_mask is None or not _DROPS_PADDING.get() or not attention_mask.is_cpu:
            return None
        real = attention_mask.bool()
        lengths = real.sum(1).tolist()
        rows, width = real.shape
        if min(lengths) == width or not all(lengths):
            return None
        groups = tuple((len(list(run)), length) for length, run in groupby(lengths))
        return cls((rows, width), real.flatten().nonzero().squeeze(1), groups)

    def pack(self, hidden: Tensor) -> Tensor:
        """(rows, length, hidden) → (1, tokens, hidden)."""
        return hidden.flatten(0, 1)[self.indices][None]

    def unpack(self, packed: Tensor) -> Tensor:
        """(1, tokens, hidden) → (rows, length, hidden), zero at padding."""
        rows, width = self.shape
        hidden = packed.new_zeros(rows * width, packed.shape[-1])
        hidden[self.indices] = packed[0]
        return hidden.view(rows, width, -1)
