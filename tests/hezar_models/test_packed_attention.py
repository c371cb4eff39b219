"""Attention without padding: each row gets what it gets alone, whatever lies behind it."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from hezar_models.layers.packed_attention import attend_packed
from hezar_models.layers.packing import Packing, padding_is_dropped

HEADS, SIZE = 3, 8


def packing_of(lengths: list[int]) -> Packing:
    width = max(lengths) + 1  # so that there is padding to leave out
    mask = torch.arange(width) < torch.tensor(lengths)[:, None]
    with padding_is_dropped():
        packing = Packing.of(mask)
    assert packing is not None
    return packing


def heads_of(tokens: int, dtype: torch.dtype, fused: bool = False) -> list[Tensor]:
    """Queries, keys and values (1, heads, tokens, size): of three layers, or side by side from one."""
    if fused:
        parts = torch.randn(1, tokens, 3 * HEADS * SIZE).to(dtype).split(HEADS * SIZE, -1)
    else:
        parts = [torch.randn(1, tokens, HEADS * SIZE).to(dtype) for _ in range(3)]
    return [part.view(1, tokens, HEADS, SIZE).transpose(1, 2) for part in parts]


def one_by_one(query, key, value, lengths, bias=None, scale=None):
    parts, start = [], 0
    for length in lengths:
        part = slice(start, start + length)
        mask = None if bias is None else bias[:, :, :length, :length].double()
        parts.append(
            F.scaled_dot_product_attention(
                *(heads[:, :, part].double() for heads in (query, key, value)), attn_mask=mask, scale=scale
            )
        )
        start += length
    return torch.cat(parts, 2)


@settings(max_examples=60, deadline=None)
@given(
    lengths=st.lists(st.integers(1, 70), min_size=1, max_size=6),
    dtype=st.sampled_from([torch.float32, torch.bfloat16, torch.float16]),
    fused=st.booleans(),
    biased=st.booleans(),
    scale=st.sampled_from([None, 1.0]),
)
def test_each_row_attends_to_itself(lengths, dtype, fused, biased, scale):
    torch.manual_seed(len(lengths))
    lengths = sorted(lengths, reverse=True)
    heads = heads_of(sum(lengths), dtype, fused)
    bias = torch.randn(1, HEADS, lengths[0], lengths[0]).to(dtype) if biased else None
    with torch.inference_mode():
        got = attend_packed(*heads, packing_of(lengths), bias=bias, scale=scale)
    assert got.dtype is dtype
    assert got.transpose(1, 2).is_contiguous()
    tolerance = 16 * torch.finfo(dtype).eps
    want = one_by_one(*heads, lengths, bias, scale)
    torch.testing.assert_close(got.double(), want, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("length", [5, 23, 24, 33])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
def test_a_row_does_not_see_the_next(length, dtype):
    query, key, value = heads_of(2 * length + 20, dtype)
    packing = packing_of([length, length, 20])
    with torch.inference_mode():
        before = attend_packed(query, key, value, packing)
        for heads in (key, value):
            heads[:, :, length : 2 * length] *= 1000
        after = attend_packed(query, key, value, packing)
    torch.testing.assert_close(after[:, :, :length], before[:, :, :length], rtol=0, atol=0)
    torch.testing.assert_close(after[:, :, 2 * length :], before[:, :, 2 * length :], rtol=0, atol=0)


def test_a_row_that_overflows_does_not_break_the_one_before_it():
    query, key, value = heads_of(30, torch.float16)
    key[:, :, 10:20] = torch.inf
    with torch.inference_mode():
        context = attend_packed(query, key, value, packing_of([10, 10, 10]))
    assert context[:, :, :10].isfinite().all()


def test_gradients_flow():
    heads = [part.clone().requires_grad_() for part in heads_of(50, torch.float32)]
    attend_packed(*heads, packing_of([30, 20])).sum().backward()
    assert all(part.grad is not None for part in heads)
