"""What a decoder remembers: its own keys and values, and those of an encoder's states."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor

#: Places that are made at first; more come when they are needed, up to the capacity.
FIRST_PLACES = 256


class KVCache:
    """Keys and values of the tokens that a decoder has read, for all layers, allocated in advance.

    Rows are filled up from the left, each to a length of its own: what lies after its length is seen by nobody, and is
    overwritten by what comes next. So rows of different lengths live together without padding in front.

    Args:
        layers: Number of layers.
        rows: Number of rows.
        heads: Heads of keys and values.
        capacity: Most tokens per row.
        head_size: Size of a head.
        dtype: Of keys and values.
        device: Where they lie.
        static: Have all places at once, and compute with all of them: slower, but nothing changes its shape from token to
            token, so that a compiled decoder is compiled once.

    Attributes:
        lengths: int64 (rows,): tokens of each row, and so the place of its next one.
        capacity: Most tokens per row.
    """

    def __init__(
        self,
        layers: int,
        rows: int,
        heads: int,
        capacity: int,
        head_size: int,
        *,
        dtype: torch.dtype = torch.float32,
        device: torch.device | str = "cpu",
        static: bool = False,
    ) -> None:
        self.capacity = capacity
        self.static = static
        self.lengths = torch.zeros(rows, dtype=torch.int64, device=device)
        #: The length of all rows, where it is the same, and that of the longest; kept beside the tensor, for reading a
        #: tensor makes a GPU wait.
        self._common: int | None = 0
        self._longest = 0
        places = capacity if static else min(capacity, FIRST_PLACES)
        # Not `empty`: what was never written is masked, but a mask does not stop a NaN.
        self._keys = torch.zeros(layers, rows, heads, places, head_size, dtype=dtype, device=device)
        self._values = torch.zeros_like(self._keys)

    def __len__(self) -> int:
        return self._keys.shape[1]

    @property
    def offset(self) -> int | Tensor:
        """The place of the next token: a number where it is known to be the same for all rows, else (rows,)."""
        return self.lengths if self.static or self._common is None else self._common

    def places(self, new: int) -> int:
        """Return how many keys `append` gives for each row when it gets so many new ones."""
        return self._keys.shape[3] if self.static else self._longest + new

    def append(self, layer: int, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        """Put keys and values of new tokens after those of each row.

        Args:
            layer: Number of the layer.
            key: (rows, heads, new tokens, head size).
            value: The same.

        Returns:
            Views of all keys and values of the layer, (rows, heads, `places`, head size). Rows do not count as longer
            before `advance`.
        """
        new = key.shape[2]
        end = self.places(new)
        if not self.static:
            self._reserve(end)
        keys, values = self._keys[layer], self._values[layer]
        offset = self.offset
        if isinstance(offset, int):
            keys[:, :, offset:end] = key
            values[:, :, offset:end] = value
        else:
            places = (self.lengths[:, None] + torch.arange(new, device=key.device))[:, None, :, None].expand_as(key)
            keys.scatter_(2, places, key)
            values.scatter_(2, places, value)
        return keys[:, :, :end], values[:, :, :end]

    def advance(self, new: int, counts: Tensor | None = None) -> None:
        """Count the tokens that were appended.

        Args:
            new: How many were appended to each row.
            counts: int64 (rows,): how many of them are tokens of the row; the rest fills up. By default all are.
        """
        self.lengths += new if counts is None else counts
        if counts is not None:
            shortest, longest = torch.stack(self.lengths.aminmax()).tolist()
            self._common = longest if shortest == longest else None
            self._longest = longest
            return
        self._longest += new
        if self._common is not None:
            self._common += new

    def select(self, rows: Tensor) -> None:
        """Keep some rows, or repeat them.

        Args:
            rows: int64: for each row afterwards the row that it was.
        """
        self.lengths = self.lengths.index_select(0, rows)
        self._keys, self._values = self._resized(self._keys, rows), self._resized(self._values, rows)

    def reorder(self, parents: Tensor, shared: int) -> None:
        """Let each row continue another one, as beams do.

        Args:
            parents: int64 (rows,): the row of the same length that each row continues.
            shared: So many tokens at the start of a row and its parent are the same, and need not be copied.
        """
        changed = (parents != torch.arange(len(self), device=parents.device)).nonzero().squeeze(1)
        if not len(changed) or shared >= self._longest:
            return
        sources = parents[changed]
        for tensor in (self._keys, self._values):
            written = tensor[:, :, :, shared : self._longest]
            written.index_copy_(1, changed, written.index_select(1, sources))

    def _resized(self, tensor: Tensor, rows: Tensor) -> Tensor:
        layers, _, heads, places, size = tensor.shape
        resized = tensor.new_zeros(layers, len(rows), heads, places, size)
        resized[:, :, :, : self._longest] = tensor[:, :, :, : self._longest].index_select(1, rows)
        return resized

    def _reserve(self, places: int) -> None:
        """Have room for so many tokens."""
        allocated = self._keys.shape[3]
        if places <= allocated:
            return
        wanted = max(places, min(2 * allocated, self.capacity))
        for name in ("_keys", "_values"):
            tensor = getattr(self, name)
            layers, rows, heads, _, size = tensor.shape
            grown = tensor.new_zeros(layers, rows, heads, wanted, size)
            grown[:, :, :, : self._longest] = tensor[:, :, :, : self._longest]
            setattr(self, name, grown)


@dataclass
class CrossMemory:
    """Keys and values of an encoder's states, projected once per layer.

    Several rows, such as beams, may look at one input: nothing is repeated for them.

    Attributes:
        keys: For each layer (inputs, heads, source, head size).
        values: For each layer, the same.
        mask: Boolean (inputs, source), true for what is no padding; ``None`` when nothing is padded.
        rows_per_input: Rows that look at each input; they lie one after the other.
    """

    keys: list[Tensor] = field(default_factory=list[Tensor])
    values: list[Tensor] = field(default_factory=list[Tensor])
    mask: Tensor | None = None
    rows_per_input: int = 1

    def select(self, rows: Tensor) -> None:
        """Keep some rows, or repeat them; inputs without rows are forgotten."""
        input_of = rows // self.rows_per_input
        used, counts = input_of.unique(return_counts=True)
        per_input = int(counts[0])
        grouped = bool((counts == per_input).all()) and torch.equal(input_of, used.repeat_interleave(per_input))
        taken = used if grouped else input_of
        if not torch.equal(taken, torch.arange(len(self.keys[0]), device=taken.device)):
            self.keys = [key.index_select(0, taken) for key in self.keys]
            self.values = [value.index_select(0, taken) for value in self.values]
            self.mask = None if self.mask is None else self.mask.index_select(0, taken)
        self.rows_per_input = per_input if grouped else 1
