"""Drawing tokens: what is drawn from, against naive implementations, and which numbers decide."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from hezar_models.generation.config import GenerationConfig
from hezar_models.generation.processors import build_processors
from hezar_models.generation.rows import Rows
from table_model import TableModel, ids_of, rows_of

PROMPTS = [[1], [2, 0, 4], [3, 3, 1, 4, 1]]
NEVER = -float("inf")
scores_of_rows = st.lists(
    st.lists(st.floats(-8, 8, width=32) | st.just(NEVER), min_size=7, max_size=7).filter(lambda row: max(row) > NEVER),
    min_size=1,
    max_size=3,
)


def probabilities(scores: list[list[float]], **options: Any) -> list[list[float]]:
    """Return the probabilities of the tokens of each row under the options."""
    given_scores = torch.tensor(scores)
    rows = Rows(
        torch.ones(len(scores), 1, dtype=torch.int64), torch.ones(len(scores), dtype=torch.int64), torch.tensor([9])
    )
    for processor in build_processors(GenerationConfig().merged(do_sample=True, **options), 7, given_scores.device):
        processor(given_scores, rows)
    return given_scores.double().softmax(-1).tolist()


def softmax(row: list[float], temperature: float = 1.0) -> list[float]:
    powers = [math.exp((score - max(row)) / temperature) for score in row]
    return [power / sum(powers) for power in powers]


def kept(row: list[float], tokens: set[int]) -> list[float]:
    """Return the probabilities when only some tokens may be drawn."""
    return softmax([score if token in tokens else NEVER for token, score in enumerate(row)])


def nucleus(order: list[int], row: list[float], p: float) -> set[int]:
    """Return the first tokens of an order that together have probability p, one at least."""
    tokens: list[int] = []
    for token in order:
        if not tokens or sum(row[i] for i in tokens) < p:
            tokens.append(token)
    return set(tokens)


def is_clear(order: list[int], row: list[float], p: float) -> bool:
    """Whether no sum lies so near to p that rounding decides."""
    return all(abs(sum(row[i] for i in order[:count]) - p) > 1e-4 for count in range(1, len(order) + 1))


def is_distinct(values: list[float]) -> bool:
    return all(abs(a - b) > 1e-4 for i, a in enumerate(values) for b in values[:i])


@settings(max_examples=60, deadline=None)
@given(scores_of_rows, st.floats(0.05, 20))
def test_temperature(scores, temperature):
    for got, row in zip(probabilities(scores, temperature=temperature), scores, strict=True):
        assert got == pytest.approx(softmax(row, temperature), abs=1e-4)


@settings(max_examples=60, deadline=None)
@given(scores_of_rows, st.integers(1, 9))
def test_top_k(scores, k):
    for got, row in zip(probabilities(scores, top_k=k), scores, strict=True):
        worst = sorted(row, reverse=True)[min(k, 7) - 1]
        assert got == pytest.approx(kept(row, {i for i in range(7) if row[i] >= worst}), abs=1e-5)


@settings(max_examples=100, deadline=None)
@given(scores_of_rows, st.floats(0.01, 0.99))
def test_top_p(scores, p):
    for got, row in zip(probabilities(scores, top_p=p), scores, strict=True):
        of_row = softmax(row)
        order = sorted(range(7), key=lambda i: -of_row[i])
        if is_clear(order, of_row, p) and is_distinct([q for q in of_row if q > 0]):
            assert got == pytest.approx(kept(row, nucleus(order, of_row, p)), abs=1e-5)


@settings(max_examples=60, deadline=None)
@given(scores_of_rows, st.floats(0.01, 1))
def test_min_p(scores, share):
    for got, row in zip(probabilities(scores, min_p=share), scores, strict=True):
        of_row = softmax(row)
        if all(abs(q - share * max(of_row)) > 1e-5 for q in of_row if q < max(of_row)):
            assert got == pytest.approx(kept(row, {i for i in range(7) if of_row[i] >= share * max(of_row)}), abs=1e-5)


@settings(max_examples=100, deadline=None)
@given(scores_of_rows, st.floats(0.01, 0.99))
def test_typical_p(scores, p):
    """Meister et al. 2022: by how far the information of a token is from the entropy."""
    for got, row in zip(probabilities(scores, typical_p=p), scores, strict=True):
        of_row = softmax(row)
        entropy = -sum(q * math.log(q) for q in of_row if q > 0)
        distance = [abs(-math.log(q) - entropy) if q > 0 else math.inf for q in of_row]
        order = sorted(range(7), key=lambda i: distance[i])
        if is_clear(order, of_row, p) and is_distinct([d for d in distance if d < math.inf]):
            tokens = {i for i in nucleus(order, of_row, p) if of_row[i] > 0}
            assert got == pytest.approx(kept(row, tokens), abs=1e-5)


@settings(max_examples=60, deadline=None)
@given(
    scores_of_rows,
    st.fixed_dictionaries(
        {},
        optional={
            "temperature": st.sampled_from([1e-6, 0.5, 1e6]),
            "top_k": st.integers(0, 8),
            "top_p": st.floats(1e-30, 1),
            "min_p": st.floats(0, 1),
            "typical_p": st.floats(1e-30, 1),
        },
    ),
)
def test_something_can_always_be_drawn_and_never_what_is_forbidden(scores, options):
    for got, row in zip(probabilities(scores, **options), scores, strict=True):
        assert sum(got) == pytest.approx(1)
        assert all(q == 0 for q, score in zip(got, row, strict=True) if score == NEVER)


# Which numbers decide -----------------------------------------------------------------------------------------------


def test_tokens_are_drawn_by_their_probability():
    model = TableModel(5, 3)
    rows = ids_of(model, [[1]], do_sample=True, seed=11, num_return_sequences=1000, max_new_tokens=2)[0]
    first = Counter(row[1] for row in rows)
    second = Counter(tuple(row[1:]) for row in rows)
    of_first = model.logits([1]).softmax(-1).tolist()
    for token, p in enumerate(of_first):
        assert abs(first[token] - 1000 * p) < 4.5 * math.sqrt(1000 * p * (1 - p))
        for after, q in enumerate(model.logits([1, token]).softmax(-1).tolist()):
            assert abs(second[token, after] - 1000 * p * q) < 4.5 * math.sqrt(1000 * p * q * (1 - p * q))


def test_what_has_no_probability_is_never_drawn():
    table = {(1,): [NEVER, 0.0, NEVER, 0.0, NEVER]}
    rows = ids_of(
        TableModel(5, table=table), [[1]], do_sample=True, seed=0, num_return_sequences=500, max_new_tokens=1
    )[0]
    assert {row[1] for row in rows} == {1, 3}


def test_a_seed_makes_drawing_repeatable_alone_and_in_company():
    model, options = TableModel(9), {"do_sample": True, "max_new_tokens": 100, "num_return_sequences": 2}
    first = ids_of(model, PROMPTS, seed=5, **options)
    torch.rand(3)
    assert ids_of(model, PROMPTS, seed=5, **options) == first
    assert [ids_of(model, [prompt], seed=5, **options)[0] for prompt in PROMPTS] == first
    assert ids_of(model, PROMPTS, seed=6, **options) != first
    assert ids_of(model, PROMPTS, seed=2**64 + 5, **options)
    [twice, again] = ids_of(model, [[1], [1]], seed=5, **options)
    assert twice == again
    assert twice[0] != twice[1]


def test_without_a_seed_torch_decides():
    model, options = TableModel(9), {"do_sample": True, "max_new_tokens": 30}
    torch.manual_seed(1)
    first, second = ids_of(model, [[1], [1]], **options), ids_of(model, [[1], [1]], **options)
    assert first != second
    assert first[0] != first[1]
    torch.manual_seed(1)
    assert ids_of(model, [[1], [1]], **options) == first
    before = torch.get_rng_state()
    ids_of(model, PROMPTS, seed=3, **options)
    assert torch.equal(torch.get_rng_state(), before)


def test_drawing_from_one_token_is_greedy():
    model = TableModel(9)
    greedy = ids_of(model, PROMPTS, max_new_tokens=12)
    for options in ({"top_k": 1}, {"top_p": 1e-9}, {"min_p": 1.0}, {"temperature": 1e-6}):
        assert ids_of(model, PROMPTS, max_new_tokens=12, do_sample=True, **options) == greedy


def test_scores_of_drawn_rows_are_those_of_the_model():
    """Temperature and its like change what is drawn, not what the model thinks of it."""
    model = TableModel(5)
    for prompt, rows in zip(
        PROMPTS,
        rows_of(model, PROMPTS, do_sample=True, seed=2, temperature=3.0, top_k=3, max_new_tokens=6),
        strict=True,
    ):
        [row] = rows
        total = sum(
            float(model.logits(row.ids[:i]).log_softmax(-1)[row.ids[i]]) for i in range(len(prompt), len(row.ids))
        )
        assert row.score == pytest.approx(total / 6, abs=1e-5)
