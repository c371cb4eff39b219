"""Multi-head attention."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor

from hezar_config import ConfigError


def split_heads(hidden: Tensor, num_heads: int) -> Tensor:
    """(batch, length, hidden) → (batch, heads, length, head size)."""
    batch, length, size = hidden.shape
    return hidden.view(batch, length, num_heads, size // num_heads).transpose(1, 2)


def merge_heads(heads: Tensor) -> Tensor:
    """(batch, heads, length, head size) → (batch, length, hidden)."""
    batch, num_heads, length, size = heads.shape
    return heads.transpose(1, 2).reshape(batch, length, num_heads * size)


def check_heads(hidden_size: int, num_heads: int) -> None:
    """Raise a `ConfigError` unless `num_heads` divides `hidden_size`."""
    if hidden_size % num_heads:
        raise ConfigError(
            f"The hidden size must be a multiple of the number of heads; {hidden_size} is none of {num_heads}."
        )


def attend(
    query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None, dropout: float, need_weights: bool
) -> tuple[Tensor, Tensor | None]:
    """Scaled dot-product attention.

    Args:
        query: (batch, heads, queries, head size).
        key: (batch, heads, keys, head size).
        value: (batch, heads, keys, head size).
        mask: Boolean, broadcastable to (batch, heads, queries, keys); True is attended to. ``None`` attends to all.
        dropout: Probability of dropping an attention weight.
        need_weights: Return the weights too. torch's fused kernels do not give them, so this is the slower way.

    Returns:
        (batch, heads, queries, head size), and the weights (batch, heads, queries, keys) or ``None``.
    """
    if not need_weights:
        return F.scaled_dot_product_attention(query, key, value, attn_mask=mask, dropout_p=dropout), None
    scores = query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, torch.finfo(scores.dtype).min)
    weights = F.dropout(scores.softmax(-1), dropout)
    return weights @ value, weights
