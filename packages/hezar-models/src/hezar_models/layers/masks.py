"""Which keys each query of an attention sees."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from hezar_models.layers.packing import Packing


@dataclass(frozen=True)
class CausalMask:
    """Every query sees the keys up to its own place.

    Attributes:
        offset: Keys before the first query: a number, or int64 (rows,) where the rows differ.
        padding: Boolean (rows, keys), true for keys that are seen at all; ``None`` for all.
    """

    offset: int | Tensor = 0
    padding: Tensor | None = None

    def is_plain(self, queries: int, keys: int) -> bool:
        """Whether this is a lower triangle, which fused kernels know by themselves."""
        return isinstance(self.offset, int) and self.padding is None and self.offset == 0 and queries == keys > 1

    def tensor(self, queries: int, keys: int, device: torch.device) -> Tensor | None:
        """Return the mask as booleans (rows or 1, 1, queries, keys), or ``None`` where every query sees every key."""
        if isinstance(self.offset, int) and queries == 1 and self.padding is None and self.offset + 1 >= keys:
            return None
        places = torch.arange(keys, device=device)
        last = torch.arange(queries, device=device)
        if isinstance(self.offset, int):
            seen = (places <= (last + self.offset)[:, None])[None, None]
        else:
            seen = (places <= (last + self.offset[:, None])[..., None])[:, None]
        return seen if self.padding is None else seen & self.padding[:, None, None, :]


#: A boolean tensor, broadcastable to (batch, heads, queries, keys), true for keys that are seen; a causal mask; the packing of
#: a batch without padding; or ``None``: every query sees every key.
Mask = Tensor | CausalMask | Packing | None


def padding_mask(attention_mask: Tensor | None) -> Tensor | None:
    """(batch, length) of ones and zeros → boolean (batch, 1, 1, length), or ``None`` when nothing is padded."""
    if attention_mask is None:
        return None
    # Looking at the values is free on a CPU; it would make a GPU wait, and the compiler cut its graph.
    if attention_mask.device.type == "cpu" and not torch.compiler.is_compiling() and bool(attention_mask.all()):
        return None
    return attention_mask.bool()[:, None, None, :]
