"""Multi-head attention."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor

from hezar_config import ConfigError
from hezar_models.layers.cache import CrossMemory
from hezar_models.layers.kernels import widens
from hezar_models.layers.masks import CausalMask, Mask
from hezar_models.layers.packed_attention import attend_packed
from hezar_models.layers.packing import Packing


def split_heads(hidden: Tensor, num_heads: int) -> Tensor:
    """(batch, length, heads · head size) → (batch, heads, length, head size)."""
    return hidden.unflatten(-1, (num_heads, -1)).transpose(1, 2)


def merge_heads(heads: Tensor) -> Tensor:
    """(batch, heads, length, head size) → (batch, length, heads · head size)."""
    return heads.transpose(1, 2).flatten(2)


def check_heads(hidden_size: int, num_heads: int) -> None:
    """Raise a `ConfigError` unless `num_heads` is above zero and divides `hidden_size`."""
    if num_heads < 1 or hidden_size % num_heads:
        raise ConfigError(
            "The number of heads is above zero, and the hidden size a multiple of it; found "
            f"{num_heads} heads and a hidden size of {hidden_size}."
        )


def attend(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Mask = None,
    *,
    bias: Tensor | None = None,
    scale: float | None = None,
    dropout: float = 0.0,
    need_weights: bool = False,
) -> tuple[Tensor, Tensor | None]:
    """Scaled dot-product attention.

    Args:
        query: (batch, heads, queries, head size).
        key: (batch, heads, keys, head size).
        value: (batch, heads, keys, head size).
        mask: Which keys each query sees. With a `Packing`, the batch is one row, and each packed row attends to itself.
        bias: Added to the scores, (1 or batch, heads, queries, keys); with a `Packing` (1, heads, longest, longest).
        scale: What scores are multiplied by; default 1/√(head size).
        dropout: Probability of dropping an attention weight.
        need_weights: Return the weights too. torch's fused kernels do not give them, so this is the slower way.

    Returns:
        (batch, heads, queries, head size), and the weights (batch, heads, queries, keys) or ``None``.
    """
    if isinstance(mask, Packing):
        return attend_packed(query, key, value, mask, bias=bias, scale=scale), None
    queries, keys = query.shape[2], key.shape[2]
    causal = isinstance(mask, CausalMask) and mask.is_plain(queries, keys) and bias is None and not need_weights
    seen = mask.tensor(queries, keys, query.device) if isinstance(mask, CausalMask) and not causal else None
    seen = mask if isinstance(mask, Tensor) else seen
    if not need_weights:
        return _fused(query, key, value, _added(seen, bias), scale, dropout, causal), None
    scores = query @ key.transpose(-1, -2) * (1 / math.sqrt(query.shape[-1]) if scale is None else scale)
    if bias is not None:
        scores = scores + bias
    if seen is not None:
        scores = scores.masked_fill(~seen, torch.finfo(scores.dtype).min)
    weights = F.dropout(scores.softmax(-1), dropout)
    return weights @ value, weights


def attend_to_memory(
    query: Tensor,
    memory: CrossMemory,
    layer: int,
    *,
    scale: float | None = None,
    dropout: float = 0.0,
    need_weights: bool = False,
) -> tuple[Tensor, Tensor | None]:
    """Attention of a decoder to an encoder's states; rows that look at one input share its keys and values.

    Args:
        query: (rows, heads, queries, head size).
        memory: Keys and values of the inputs.
        layer: Number of the layer.
        scale: What scores are multiplied by; default 1/√(head size).
        dropout: Probability of dropping an attention weight.
        need_weights: Return the weights too.

    Returns:
        (rows, heads, queries, head size), and the weights (rows, heads, queries, source) or ``None``.
    """
    shared = memory.rows_per_input
    mask = None if memory.mask is None else memory.mask[:, None, None, :]
    # The rows of an input are so many more queries.
    together = query.unflatten(0, (-1, shared)).transpose(1, 2).flatten(2, 3) if shared > 1 else query
    attended, weights = attend(
        together,
        memory.keys[layer],
        memory.values[layer],
        mask,
        scale=scale,
        dropout=dropout,
        need_weights=need_weights,
    )
    if shared > 1:
        attended = attended.unflatten(2, (shared, -1)).transpose(1, 2).flatten(0, 1)
        weights = None if weights is None else weights.unflatten(2, (shared, -1)).transpose(1, 2).flatten(0, 1)
    return attended, weights


def _added(seen: Tensor | None, bias: Tensor | None) -> Tensor | None:
    """Return mask and bias as the one tensor that the fused kernels take."""
    if bias is None or seen is None:
        return seen if bias is None else bias
    return bias.masked_fill(~seen, torch.finfo(bias.dtype).min)


def _fused(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Tensor | None,
    scale: float | None = None,
    dropout: float = 0.0,
    causal: bool = False,
) -> Tensor:
    if query.is_cpu and not torch.compiler.is_compiling() and widens(query.dtype):
        wide = mask.float() if mask is not None and mask.is_floating_point() else mask
        return _fused(query.float(), key.float(), value.float(), wide, scale, dropout, causal).to(query.dtype)
    return F.scaled_dot_product_attention(
        query, key, value, attn_mask=mask, dropout_p=dropout, is_causal=causal, scale=scale
    )
