"""Beam search against exhaustive search, and against a search that is written down as simply as it can be."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import torch

from hezar_models.generation.beams import Hypotheses
from table_model import TableModel, rows_of

END = 3
COMMON: dict[str, Any] = {"eos_token_id": END, "pad_token_id": 0}


def log_p(model: TableModel, row: Sequence[int]) -> list[float]:
    return model.logits(row).log_softmax(-1).tolist()


def all_rows(model: TableModel, prompt: list[int], depth: int) -> Iterator[tuple[float, list[int]]]:
    """Yield Σ log p and ids of every row that ends with the end token, or has so many new tokens."""
    for count in range(1, depth + 1):
        for new in itertools.product(range(model.vocab_size), repeat=count):
            if END in new[:-1] or (new[-1] != END and count < depth):
                continue
            row, total = list(prompt), 0.0
            for token in new:
                total += log_p(model, row)[token]
                row.append(token)
            yield total, row


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
@pytest.mark.parametrize("penalty", [-1.0, 0.0, 0.7, 1.0, 2.0])
def test_with_enough_beams_the_best_of_all_rows_are_found(depth, penalty):
    """A model of four tokens has 3ⁿ⁻¹ rows in progress at most: with as many beams none is left out."""
    beams = 4**depth
    for seed in range(3):
        model = TableModel(4, seed)
        prompts = [[1], [2, 0, 1]]
        for early in (False, "never"):
            found = rows_of(
                model,
                prompts,
                num_beams=beams,
                num_return_sequences=min(5, beams),
                max_new_tokens=depth,
                length_penalty=penalty,
                early_stopping=early,
                **COMMON,
            )
            for prompt, rows in zip(prompts, found, strict=True):
                scored = [
                    (total / (len(row) - len(prompt)) ** penalty, row) for total, row in all_rows(model, prompt, depth)
                ]
                best = sorted(scored, key=lambda one: -one[0])[: min(5, beams)]
                assert [row.ids for row in rows] == [ids for _, ids in best]
                assert [row.score for row in rows] == pytest.approx([score for score, _ in best], rel=1e-4)


def simple_beams(
    model: TableModel, prompt: list[int], beams: int, depth: int, penalty: float, early: Any
) -> list[tuple[float, list[int]]]:
    """Beam search, one input, lists only: best first."""
    running: list[tuple[float, list[int]]] = [(0.0, list(prompt))]
    finished: list[tuple[float, list[int]]] = []
    for length in range(1, depth + 1):
        candidates = [(total + p, [*row, token]) for total, row in running for token, p in enumerate(log_p(model, row))]
        candidates = sorted(candidates, key=lambda one: -one[0])[: 2 * beams]
        over = [row[-1] == END or length == depth for _, row in candidates]
        for (total, row), ends in list(zip(candidates, over, strict=True))[:beams]:
            if ends:
                finished.append((total / length**penalty, row))
        finished = sorted(finished, key=lambda one: -one[0])[:beams]
        running = [one for one, ends in zip(candidates, over, strict=True) if not ends][:beams]
        if not running:
            break
        if len(finished) == beams:
            longest = depth if early == "never" and penalty > 0 else length
            if early is True or running[0][0] / longest**penalty <= finished[-1][0]:
                break
    return finished


@pytest.mark.parametrize("beams", [2, 3, 5])
@pytest.mark.parametrize("early", [True, False, "never"])
@pytest.mark.parametrize("penalty", [-1.0, 0.0, 1.0, 2.5])
def test_a_simple_search_finds_the_same(beams, early, penalty):
    options = {"num_beams": beams, "early_stopping": early, "length_penalty": penalty, "num_return_sequences": beams}
    for seed in range(6):
        model = TableModel(5, seed, spread=1.5)
        prompts = [[1], [4, 2], [0, 1, 2, 4]]
        for prompt, rows in zip(prompts, rows_of(model, prompts, max_new_tokens=7, **options, **COMMON), strict=True):
            want = simple_beams(model, prompt, beams, 7, penalty, early)
            assert [row.ids for row in rows] == [ids for _, ids in want]
            assert [row.score for row in rows] == pytest.approx([score for score, _ in want], rel=1e-4)


def test_the_length_penalty_favours_long_rows_or_short_ones():
    """After 0, the end has probability .5; each other row is longer and less probable."""
    table = {(0,): [0.0, -9.0, -9.0, 0.0], (0, 0): [0.0, -9.0, -9.0, 0.0], (0, 0, 0): [0.0, -9.0, -9.0, 0.0]}
    model = TableModel(4, table=table)
    options = {"num_beams": 4, "max_new_tokens": 3, "early_stopping": False, **COMMON}
    lengths = [len(rows_of(model, [[0]], length_penalty=p, **options)[0][0].ids) - 1 for p in (-1.0, 0.0, 0.9, 3.0)]
    assert lengths[0] == 1
    assert lengths[-1] == 3
    assert lengths == sorted(lengths)


def test_early_stopping_is_early():
    """`True` stops with as many finished rows as beams; `False` and "never" look whether the others become better."""
    steps = {}
    for early in (True, False, "never"):
        model = TableModel(6, 2, spread=2.0)
        rows_of(model, [[1, 2]], num_beams=3, max_new_tokens=40, early_stopping=early, length_penalty=2.0, **COMMON)
        steps[early] = len(model.rows_asked)
    assert steps[True] < steps["never"]
    assert steps[True] <= steps[False] <= steps["never"]


def test_never_finds_what_is_better_later():
    """A row whose score rises with its length: only "never" waits for it."""
    table = {(0,): [0.0, 0.0, 0.0, -9.0]}
    better = 0
    for seed in range(40):
        model = TableModel(4, seed, spread=1.5, table=table)
        scores = [
            rows_of(model, [[0]], num_beams=2, max_new_tokens=12, early_stopping=early, length_penalty=2.0, **COMMON)[
                0
            ][0].score
            for early in (True, False, "never")
        ]
        assert scores[0] <= scores[1] + 1e-6
        assert scores[1] <= scores[2] + 1e-6
        better += scores[2] > scores[0] + 1e-6
    assert better


def test_of_equal_rows_the_first_one_that_was_found_comes_first():
    found = Hypotheses()
    for ids in ([1], [2], [3], [4]):
        found.add(-1.0, ids, beams=3)
    found.add(-0.5, [5], beams=3)
    assert found.rows == [(-0.5, [5]), (-1.0, [1]), (-1.0, [2])]


def test_fewer_rows_than_beams_are_all_rows():
    """Where the options leave two tokens and two places there are four rows, for however many beams."""
    model = TableModel(4)
    [rows] = rows_of(
        model, [[1]], num_beams=8, num_return_sequences=8, max_new_tokens=2, suppress_tokens=[2, 3], pad_token_id=0
    )
    assert sorted(row.ids for row in rows) == [[1, 0, 0], [1, 0, 1], [1, 1, 0], [1, 1, 1]]
    assert all(math.isfinite(row.score) for row in rows)
    [[only]] = rows_of(model, [[1]], num_beams=8, max_new_tokens=1, forced_bos_token_id=2, **COMMON)
    assert only.ids == [1, 2]


def test_beams_end_at_several_end_tokens():
    model = TableModel(6, 1)
    for rows in rows_of(
        model, [[1], [2, 2]], num_beams=4, num_return_sequences=4, max_new_tokens=9, eos_token_id=[3, 5]
    ):
        for row in rows:
            new = row.ids[row.prompt :]
            assert not {3, 5} & set(new[:-1])
            assert new[-1] in (3, 5) or len(new) == 9


def test_inputs_with_different_limits_end_at_their_own():
    """`max_length` counts the prompt, so that long prompts get few new tokens."""
    model = TableModel(5, 3, spread=0.1)
    prompts = [[1], [1, 2, 4, 2, 1], [2, 2]]
    options = {"num_beams": 3, "max_length": 7, "suppress_tokens": [END], **COMMON}
    together = rows_of(model, prompts, **options)
    assert [len(rows[0].ids) for rows in together] == [7, 7, 7]
    assert [rows[0].ids for rows in together] == [rows_of(model, [one], **options)[0][0].ids for one in prompts]


def test_torch_is_asked_for_no_random_numbers():
    before = torch.get_rng_state()
    rows_of(TableModel(4), [[1]], num_beams=3, max_new_tokens=4, **COMMON)
    rows_of(TableModel(4), [[1]], max_new_tokens=4, **COMMON)
    assert torch.equal(torch.get_rng_state(), before)
