"""Multi-head attention."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor

from hezar_config import ConfigError
from hezar_models.layers.kernels import widens
from hezar_models.layers.packing import AttentionMask, Packing


def split_heads(hidden: Tensor, num_heads: int) -> Tensor:
    """(batch, length, hidden) → (batch, heads, length, head size)."""
    batch, length, size = hidden.shape
    return hidden.view(batch, length, num_heads, size // num_heads).transpose(1, 2)


def merge_heads(heads: Tensor) -> Tensor:
    """(batch, heads, length, head size) → (batch, length, hidden)."""
    batch, num_heads, length, size = heads.shape
    return heads.transpose(1, 2).reshape(batch, length, num_heads * size)


def check_heads(hidden_size: int, num_heads: int) -> None:
    """Raise a `ConfigError` unless `num_heads` is above zero and divides `hidden_size`."""
    if num_heads < 1 or hidden_size % num_heads:
        raise ConfigError(
            "The number of heads is above zero, and the hidden size a multiple of it; found "
            f"{num_heads} heads and a hidden size of {hidden_size}."
        )


def attend(
    query: Tensor, key: Tensor, value: Tensor, mask: AttentionMask, dropout: float, need_weights: bool
) -> tuple[Tensor, Tensor | None]:
    """Scaled dot-product attention.

    Args:
        query: (batch, heads, queries, head size).
        key: (batch, heads, keys, head size).
        value: (batch, heads, keys, head size).
        mask: Boolean, broadcastable to (batch, heads, queries, keys); True is attended to. ``None`` attends to all. With
            a `Packing`, the batch is one row, and each packed row attends to itself.
        dropout: Probability of dropping an attention weight.
        need_weights: Return the weights too. torch's fused kernels do not give them, so this is the slower way.

    Returns:
        (batch, heads, queries, head size), and the weights (batch, heads, queries, keys) or ``None``.
    """
    if isinstance(mask, Packing):
        return _attend_packed(query, key, value, mask), None
    if not need_weights:
        return _fused(query, key, value, mask, dropout), None
    scores = query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, torch.finfo(scores.dtype).min)
    weights = F.dropout(scores.softmax(-1), dropout)
    return weights @ value, weights


def _fused(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None, dropout: float = 0.0) -> Tensor:
    if query.is_cpu and not torch.compiler.is_compiling() and widens(query.dtype):
        return _fused(query.float(), key.float(), value.float(), mask, dropout).to(query.dtype)
    return F.scaled_dot_product_attention(query, key, value, attn_mask=mask, dropout_p=dropout)


def _attend_packed(query: Tensor, key: Tensor, value: Tensor, packing: Packing) -> Tensor:
    # Laid out as (tokens, heads, size), so that merging the heads costs nothing.
    context = torch.empty_like(query.transpose(1, 2), memory_format=torch.contiguous_format).transpose(1, 2)
    parts = (packing.split(tensor) for tensor in (query, key, value, context))
    for part_query, part_key, part_value, part_context in zip(*parts, strict=True):
        part_context.copy_(_fused(part_query, part_key, part_value, None))
    return context
