"""Attention between tokens that lie one after the other, without padding."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor

from hezar_models.layers.kernels import widens
from hezar_models.layers.packing import Packing

#: Queries, keys and values.
_Heads = tuple[Tensor, Tensor, Tensor]

#: torch's fused attention takes keys in vectors of this many, and what is left over one by one, at ten times the cost.
WINDOW = 16
#: Float32 rows of at least this many tokens are computed by plain matrix products, which are faster than the fused
#: attention's small ones.
MIN_PRODUCT_LENGTH = 24


def attend_packed(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    packing: Packing,
    *,
    bias: Tensor | None = None,
    scale: float | None = None,
) -> Tensor:
    """Scaled dot-product attention of each packed row to itself.

    Args:
        query: (1, heads, tokens, head size).
        key: (1, heads, tokens, head size).
        value: (1, heads, tokens, head size).
        packing: Where the rows are.
        bias: (1, heads, length, length) for the longest row at least, added to the scores.
        scale: What scores are multiplied with; default is 1 / √(head size).

    Returns:
        (1, heads, tokens, head size), laid out so that merging the heads costs nothing.
    """
    dtype = query.dtype
    if query.is_cpu and widens(dtype):
        query, key, value = query.float(), key.float(), value.float()
        bias = None if bias is None else bias.float()
    context = torch.empty_like(query.transpose(1, 2), memory_format=torch.contiguous_format).transpose(1, 2)
    products = query.is_cpu and query.dtype == torch.float32 and not torch.is_grad_enabled()
    start = 0
    for rows, length in packing.groups:
        run = _Run(start, rows, length)
        compute = _by_products if products and length >= MIN_PRODUCT_LENGTH else _by_windows
        compute((query, key, value), context, run, bias, scale)
        start += rows * length
    return context.to(dtype)


class _Run(NamedTuple):
    """Rows of one length, one after the other."""

    start: int
    rows: int
    length: int


def _by_products(heads: _Heads, context: Tensor, run: _Run, bias: Tensor | None, scale: float | None) -> None:
    """Compute one row after the other, as its heads can be multiplied where they lie."""
    start, rows, length = run
    query, key, value = heads
    scale = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    added, beta = (query.new_empty(1), 0) if bias is None else (bias[0, :, :length, :length], 1)
    for begin in range(start, start + rows * length, length):
        row = slice(begin, begin + length)
        scores = torch.baddbmm(added, query[0, :, row], key[0, :, row].transpose(1, 2), beta=beta, alpha=scale)
        torch.bmm(scores.softmax(-1), value[0, :, row], out=context[0, :, row])


def _by_windows(heads: _Heads, context: Tensor, run: _Run, bias: Tensor | None, scale: float | None) -> None:
    """Compute rows of one length at once.

    Keys and values reach into what lies after the row, up to a whole number of vectors, and a mask takes it away again.
    """
    start, rows, length = run
    query, key, value = heads
    width = -(-length // WINDOW) * WINDOW
    if not _may_see_neighbours(query, bias) or start + (rows - 1) * length + width > query.shape[2]:
        width = length
    if bias is not None:
        mask = bias[:, :, :length, :length].to(query.dtype)
    else:
        mask = _window_mask(length, width, query.dtype) if width > length else None
    part = F.scaled_dot_product_attention(
        _rows(query, run, length), _rows(key, run, width), _rows(value, run, width), attn_mask=mask, scale=scale
    )
    _rows(context, run, length).copy_(part)


def _may_see_neighbours(query: Tensor, bias: Tensor | None) -> bool:
    # Float16 overflows, and what is masked has to be finite, or a row would break the one before it.
    return query.is_cpu and query.dtype != torch.float16 and bias is None


def _rows(heads: Tensor, run: _Run, width: int) -> Tensor:
    """(1, heads, tokens, size) → a view (rows, heads, width, size) of what begins where the rows of a run do."""
    _, across_heads, across_tokens, across_size = heads.stride()
    return heads.as_strided(
        (run.rows, heads.shape[1], width, heads.shape[3]),
        (run.length * across_tokens, across_heads, across_tokens, across_size),
        heads.storage_offset() + run.start * across_tokens,
    )


@lru_cache(maxsize=1024)
def _window_mask(length: int, width: int, dtype: torch.dtype) -> Tensor:
    """(1, 1, 1, width) to be added to scores: nothing for the first `length` keys, -∞ for the others."""
    with torch.inference_mode(False):
        mask = torch.zeros(1, 1, 1, width, dtype=dtype)
        mask[..., length:] = -math.inf
        return mask
