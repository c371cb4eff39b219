"""What decoders remember, against naive lists; and which keys a query sees."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from hezar_models.layers import cache as cache_module
from hezar_models.layers.attention import attend, attend_to_memory
from hezar_models.layers.cache import CrossMemory, KVCache
from hezar_models.layers.masks import CausalMask

LAYERS, HEADS, SIZE = 2, 2, 3


class NaiveCache:
    """A list of tokens per row: what `KVCache` has to be equal to."""

    def __init__(self, rows: int) -> None:
        self.rows: list[list[float]] = [[] for _ in range(rows)]

    def append(self, tokens: list[list[float]]) -> None:
        self.rows = [row + new for row, new in zip(self.rows, tokens, strict=True)]

    def select(self, rows: list[int]) -> None:
        self.rows = [list(self.rows[i]) for i in rows]


def keys_of(tokens: torch.Tensor, layer: int) -> torch.Tensor:
    """Return keys (rows, heads, new tokens, size) that say token, layer, head and place in the head."""
    places = torch.arange(HEADS * SIZE).view(HEADS, 1, SIZE) + 100 * layer
    return tokens[:, None, :, None] * 1000 + places


def check(cache: KVCache, naive: NaiveCache) -> None:
    """Read the cache as a layer does, with one more token, and compare."""
    assert len(cache) == len(naive.rows)
    assert cache.lengths.tolist() == [len(row) for row in naive.rows]
    assert cache.places(1) > max(map(len, naive.rows))
    offset = cache.offset
    assert (offset.tolist() if isinstance(offset, torch.Tensor) else [offset] * len(cache)) == cache.lengths.tolist()
    more = torch.full((len(cache), 1), 7.0)
    for layer in range(LAYERS):
        keys, values = cache.append(layer, keys_of(more, layer), -keys_of(more, layer))
        assert torch.equal(keys, -values)
        for row, tokens in zip(keys, naive.rows, strict=True):
            want = keys_of(torch.tensor([[*tokens, 7.0]]), layer)[0]
            assert torch.equal(row[:, : len(tokens) + 1], want)


@st.composite
def histories(draw: Any) -> tuple[int, list[tuple[str, Any]]]:
    """Draw a number of rows, and what happens to them."""
    rows = draw(st.integers(1, 4))
    first, steps = rows, []
    for _ in range(draw(st.integers(1, 8))):
        kind = draw(st.sampled_from(["append", "append", "ragged", "select", "reorder"]))
        if kind == "append":
            steps.append((kind, draw(st.integers(1, 5))))
        elif kind == "ragged":
            new = draw(st.integers(1, 5))
            steps.append((kind, (new, draw(st.lists(st.integers(0, new), min_size=rows, max_size=rows)))))
        elif kind == "select":
            chosen = draw(st.lists(st.integers(0, rows - 1), min_size=1, max_size=6))
            rows = len(chosen)
            steps.append((kind, chosen))
        else:
            steps.append((kind, draw(st.lists(st.integers(0, rows - 1), min_size=rows, max_size=rows))))
    return first, steps


@settings(max_examples=100, deadline=None)
@given(histories(), st.integers(1, 12), st.booleans())
def test_a_cache_is_a_list_of_tokens_per_row(history, first_places, static):
    """Whatever is appended, selected and reordered; whatever room it begins with."""
    rows, steps = history
    before, cache_module.FIRST_PLACES = cache_module.FIRST_PLACES, first_places
    try:
        cache, naive, clock = KVCache(LAYERS, rows, HEADS, 60, SIZE, static=static), NaiveCache(rows), 0
        for kind, argument in steps:
            if kind in ("append", "ragged"):
                new, counts = argument if kind == "ragged" else (argument, None)
                tokens = torch.arange(clock, clock + len(cache) * new).view(len(cache), new).float()
                clock += tokens.numel()
                for layer in range(LAYERS):
                    cache.append(layer, keys_of(tokens, layer), -keys_of(tokens, layer))
                cache.advance(new, None if counts is None else torch.tensor(counts))
                kept = [new] * len(cache) if counts is None else counts
                naive.append([row[:count].tolist() for row, count in zip(tokens, kept, strict=True)])
            elif kind == "select":
                cache.select(torch.tensor(argument))
                naive.select(argument)
            else:
                reorder(cache, naive, argument)
            check(cache, naive)
    finally:
        cache_module.FIRST_PLACES = before


def reorder(cache: KVCache, naive: NaiveCache, wanted: list[int]) -> None:
    """Let rows continue others of the same length, as beams do, and say how much of them is shared."""
    parents = [
        p if len(naive.rows[p]) == len(row) else i for i, (p, row) in enumerate(zip(wanted, naive.rows, strict=True))
    ]
    same = [common(naive.rows[p], row) for p, row in zip(parents, naive.rows, strict=True)]
    cache.reorder(torch.tensor(parents), min(same))
    naive.select(parents)


def common(one: list[float], other: list[float]) -> int:
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b), len(one))


def test_what_was_never_written_is_no_nan():
    """A mask does not stop a NaN: what lies behind a row has to be a number."""
    cache = KVCache(1, 2, 1, 40, 1)
    keys, _ = cache.append(0, torch.ones(2, 1, 3, 1), torch.ones(2, 1, 3, 1))
    cache.advance(3, torch.tensor([3, 1]))
    keys, values = cache.append(0, torch.ones(2, 1, 30, 1), torch.ones(2, 1, 30, 1))
    assert keys.isfinite().all()
    assert values.isfinite().all()
    cache.select(torch.tensor([1, 0, 1]))
    keys, _ = cache.append(0, torch.ones(3, 1, 1, 1), torch.ones(3, 1, 1, 1))
    assert keys.isfinite().all()


def test_memory_is_made_when_it_is_needed():
    cache = KVCache(1, 1, 1, 100_000, 1)
    assert cache._keys.shape[3] == cache_module.FIRST_PLACES
    cache.append(
        0, torch.ones(1, 1, cache_module.FIRST_PLACES + 1, 1), torch.ones(1, 1, cache_module.FIRST_PLACES + 1, 1)
    )
    assert cache._keys.shape[3] == 2 * cache_module.FIRST_PLACES
    assert KVCache(1, 1, 1, 5, 1)._keys.shape[3] == 5


# Memory of an encoder -----------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(st.data(), st.integers(1, 4), st.integers(1, 3), st.booleans())
def test_each_row_looks_at_its_own_input(data, inputs, beams, padded):
    """Whatever is selected from rows that share inputs: each row sees what it would see with keys of its own."""
    torch.manual_seed(0)
    keys, values = torch.randn(2, inputs, HEADS, 4, SIZE), torch.randn(2, inputs, HEADS, 4, SIZE)
    mask = torch.arange(4) < torch.randint(1, 5, (inputs, 1)) if padded else None
    memory = CrossMemory(list(keys), list(values), mask)
    input_of = list(range(inputs))
    steps = [[i for i in input_of for _ in range(beams)]]
    for _ in range(data.draw(st.integers(0, 3))):
        rows = len(steps[-1])
        steps.append(data.draw(st.lists(st.integers(0, rows - 1), min_size=1, max_size=6)))
    for chosen in steps:
        memory.select(torch.tensor(chosen))
        input_of = [input_of[i] for i in chosen]
        assert len(memory.keys[0]) * memory.rows_per_input == len(input_of)
        query = torch.randn(len(input_of), HEADS, 2, SIZE)
        for layer in range(2):
            got, weights = attend_to_memory(query, memory, layer, scale=0.7, need_weights=True)
            fused, _ = attend_to_memory(query, memory, layer, scale=0.7)
            for row, i in enumerate(input_of):
                seen = None if mask is None else mask[i][None, None, None]
                want, of_row = attend(
                    query[row : row + 1],
                    keys[layer, i : i + 1],
                    values[layer, i : i + 1],
                    seen,
                    scale=0.7,
                    need_weights=True,
                )
                torch.testing.assert_close(got[row : row + 1], want)
                torch.testing.assert_close(fused[row : row + 1], want)
                torch.testing.assert_close(weights[row : row + 1], of_row)


def test_beams_share_the_memory_of_their_input():
    memory = CrossMemory([torch.randn(3, 1, 5, 2)], [torch.randn(3, 1, 5, 2)])
    keys = memory.keys[0]
    memory.select(torch.arange(3).repeat_interleave(4))
    assert memory.keys[0] is keys
    assert memory.rows_per_input == 4
    memory.select(torch.tensor([0, 1, 2, 3, 8, 9, 10, 11]))  # an input that is finished leaves
    assert torch.equal(memory.keys[0], keys[[0, 2]])
    assert memory.rows_per_input == 4


# Masks --------------------------------------------------------------------------------------------------------------


@settings(max_examples=100, deadline=None)
@given(st.data(), st.integers(1, 3), st.integers(1, 5), st.integers(1, 8))
def test_a_query_sees_the_keys_up_to_its_place(data, rows, queries, keys):
    offsets = st.integers(0, 8)
    of_rows = st.lists(offsets, min_size=rows, max_size=rows)
    offset = data.draw(offsets | of_rows)
    padding = data.draw(
        st.none() | st.lists(st.lists(st.booleans(), min_size=keys, max_size=keys), min_size=rows, max_size=rows)
    )
    mask = CausalMask(
        torch.tensor(offset) if isinstance(offset, list) else offset, None if padding is None else torch.tensor(padding)
    )
    got = mask.tensor(queries, keys, torch.device("cpu"))
    want = torch.tensor(
        [
            [
                [
                    k <= q + (offset[row] if isinstance(offset, list) else offset)
                    and (padding is None or padding[row][k])
                    for k in range(keys)
                ]
                for q in range(queries)
            ]
            for row in range(rows)
        ]
    )
    seen = torch.ones(rows, queries, keys, dtype=torch.bool) if got is None else got[:, 0].expand(rows, queries, keys)
    assert torch.equal(seen, want)
    if mask.is_plain(queries, keys):
        assert torch.equal(want, torch.ones(rows, queries, keys, dtype=torch.bool).tril())


@pytest.mark.parametrize("need_weights", [False, True])
def test_attention_with_a_causal_mask_is_attention_to_what_came_before(need_weights):
    torch.manual_seed(0)
    query, key, value = torch.randn(3, 2, HEADS, 5, SIZE)
    bias = torch.randn(1, HEADS, 5, 5)
    for added in (None, bias):
        got, _ = attend(query, key, value, CausalMask(), bias=added, need_weights=need_weights)
        for place in range(5):
            upto = slice(place + 1)
            part = None if added is None else added[:, :, place : place + 1, upto]
            want, _ = attend(query[:, :, place : place + 1], key[:, :, upto], value[:, :, upto], bias=part)
            torch.testing.assert_close(got[:, :, place : place + 1], want)
