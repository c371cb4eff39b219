"""The rules of generation, one by one: what is never chosen, what is forced, what becomes less likely, when rows end."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from hezar_models.generation.config import GenerationConfig
from hezar_models.generation.processors import build_processors
from hezar_models.generation.rows import Rows
from hezar_registry import InputError
from table_model import TableModel, ids_of, rows_of

NEVER = -float("inf")
SEARCHES: list[dict[str, Any]] = [
    {},
    {"num_beams": 3, "num_return_sequences": 3},
    {"do_sample": True, "seed": 1, "num_return_sequences": 4},
]
every_search = pytest.mark.parametrize("search", SEARCHES, ids=["greedy", "beams", "drawn"])
PROMPTS = [[1], [2, 0, 4], [3, 3, 1, 4, 1]]


def new_tokens(model: Any, prompts: list[list[int]] = PROMPTS, **options: Any) -> list[list[int]]:
    """Return the new tokens of all rows."""
    return [row.ids[row.prompt :] for rows in rows_of(model, prompts, **options) for row in rows]


def ruled(scores: torch.Tensor, prompts: list[list[int]], new: list[list[int]], limit: int = 99, **options: Any) -> Any:
    """Return what the rules make of scores for rows that begin with prompts and have so many new tokens."""
    longest = max(map(len, prompts))
    ids = torch.tensor([[*prompt, *[0] * (longest - len(prompt))] for prompt in prompts])
    lengths = torch.tensor([len(prompt) for prompt in prompts])
    rows = Rows(ids, lengths, torch.full((len(prompts),), limit))
    for tokens in zip(*new, strict=True):
        rows.append(torch.tensor(tokens))
    result = scores.clone()
    for processor in build_processors(GenerationConfig().merged(**options), scores.shape[1], scores.device):
        processor(result, rows)
    return result


@st.composite
def histories(draw: Any) -> tuple[torch.Tensor, list[list[int]], list[list[int]]]:
    """Draw scores over six tokens, prompts of different lengths, and new tokens, the same number each."""
    count, new = draw(st.integers(1, 4)), draw(st.integers(0, 6))
    tokens = st.integers(0, 5)
    prompts = [draw(st.lists(tokens, min_size=1, max_size=5)) for _ in range(count)]
    after = [draw(st.lists(tokens, min_size=new, max_size=new)) for _ in range(count)]
    scores = draw(st.lists(st.floats(-9, 9, width=32), min_size=6 * count, max_size=6 * count))
    return torch.tensor(scores).view(count, 6), prompts, after


# Less likely, or never ----------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(histories(), st.floats(0.25, 4))
def test_tokens_of_a_row_become_less_likely(history, penalty):
    """Keskar et al. 2019: scores above 0 are divided, those below multiplied, once for however many occurrences."""
    scores, prompts, new = history
    got = ruled(scores, prompts, new, repetition_penalty=penalty)
    for row, (prompt, after) in enumerate(zip(prompts, new, strict=True)):
        for token in range(6):
            value = float(scores[row, token])
            if token in {*prompt, *after}:
                value = value * penalty if value < 0 else value / penalty
            assert float(got[row, token]) == pytest.approx(value, rel=1e-5, abs=1e-6)


@settings(max_examples=100, deadline=None)
@given(histories(), st.integers(1, 5))
def test_no_tokens_occur_twice_in_this_order(history, size):
    scores, prompts, new = history
    got = ruled(scores, prompts, new, no_repeat_ngram_size=size)
    for row, (prompt, after) in enumerate(zip(prompts, new, strict=True)):
        ids = [*prompt, *after]
        grams = {tuple(ids[i : i + size]) for i in range(len(ids) - size + 1)}
        for token in range(6):
            last = tuple(ids[len(ids) - size + 1 :]) if size > 1 else ()
            completes = len(ids) >= size - 1 and (*last, token) in grams
            assert float(got[row, token]) == (NEVER if completes else float(scores[row, token]))


@settings(max_examples=100, deadline=None)
@given(histories(), st.lists(st.lists(st.integers(0, 5), min_size=1, max_size=4), min_size=1, max_size=4))
def test_bad_words_never_occur(history, words):
    scores, prompts, new = history
    got = ruled(scores, prompts, new, bad_words_ids=words)
    for row, (prompt, after) in enumerate(zip(prompts, new, strict=True)):
        ids = [*prompt, *after]
        for token in range(6):
            completes = any([*ids, token][-len(word) :] == word for word in words)
            assert float(got[row, token]) == (NEVER if completes else float(scores[row, token]))


@settings(max_examples=60, deadline=None)
@given(histories(), st.integers(0, 12), st.integers(0, 8), st.sampled_from([[2], [0, 5]]))
def test_end_tokens_wait_until_a_row_is_long_enough(history, length, least, ends):
    scores, prompts, new = history
    got = ruled(scores, prompts, new, min_length=length, min_new_tokens=least, eos_token_id=ends)
    for row, (prompt, after) in enumerate(zip(prompts, new, strict=True)):
        short = len(after) < least or len(prompt) + len(after) < length
        for token in range(6):
            assert float(got[row, token]) == (NEVER if short and token in ends else float(scores[row, token]))


@every_search
def test_rules_hold_in_whatever_search(search):
    model = TableModel(9, spread=0.5)
    common = {"max_new_tokens": 12, "eos_token_id": 7, "min_new_tokens": 4} | search
    rows = new_tokens(model, **common, no_repeat_ngram_size=2, suppress_tokens=[5], bad_words_ids=[[3, 1], [6]])
    assert len({tuple(row) for row in rows}) > 2
    for row in rows:
        assert len(row) >= 4
        assert not {5, 6} & set(row)
        pairs = list(itertools.pairwise(row))
        assert len(pairs) == len(set(pairs))
        assert (3, 1) not in pairs


@every_search
def test_suppressed_tokens_never_occur_and_those_of_the_beginning_later(search):
    model = TableModel(5, 4, spread=0.4)
    rows = new_tokens(model, max_new_tokens=9, suppress_tokens=[2], begin_suppress_tokens=[0, 3], **search)
    assert not any(2 in row for row in rows)
    assert not {row[0] for row in rows} & {0, 3}
    assert {token for row in rows for token in row[1:]} >= {0, 3}


# Forced -------------------------------------------------------------------------------------------------------------


@every_search
def test_the_first_token_after_the_start_is_forced(search):
    """Only where the prompt is the start token: elsewhere something is continued that has begun."""
    model = TableModel(6)
    rows = rows_of(model, PROMPTS, max_new_tokens=3, forced_bos_token_id=5, eos_token_id=4, **search)
    assert {row.ids[1] for row in rows[0]} == {5}
    for of_input, prompt in zip(rows[1:], PROMPTS[1:], strict=True):
        free = rows_of(model, [prompt], max_new_tokens=3, eos_token_id=4, **search)[0]
        assert [row.ids for row in of_input] == [row.ids for row in free]


@every_search
@pytest.mark.parametrize("forced", [5, [5, 3]])
def test_the_last_token_is_forced_where_the_limit_is_reached(search, forced):
    model = TableModel(6, 1)
    options = {"eos_token_id": 4, "forced_eos_token_id": forced, **search}
    of_limit = [row for row in new_tokens(model, max_new_tokens=4, **options) if len(row) == 4]
    assert of_limit
    assert {row[-1] for row in of_limit} <= {4, *([forced] if isinstance(forced, int) else forced)}
    for rows in rows_of(model, PROMPTS, max_length=7, **options):
        for row in rows:
            assert row.ids[-1] in (4, 5, 3)
            assert len(row.ids) <= 7


def test_the_first_free_token_of_each_row_is_not_a_suppressed_one():
    """After a forced token it is the second one; a forced token comes only where a row begins with the start token."""
    model = TableModel(6)
    best = [model.best(tokens, 1)[-1] for tokens in ([1], [1, 5], [2, 3])]
    [short], [long] = ids_of(
        model, [[1], [2, 3]], max_new_tokens=2, forced_bos_token_id=5, begin_suppress_tokens=[*best, 5]
    )
    assert short[:2] == [1, 5]
    assert short[2] not in {*best, 5}
    assert long[2] not in {*best, 5}
    assert long[3] == model.best(long[:3], 1)[-1]


# Length -------------------------------------------------------------------------------------------------------------


@every_search
def test_limits_count_what_they_say(search):
    model = TableModel(5, 2)
    bare = {"suppress_tokens": [4], **search}  # nothing ends a row but its limit
    for rows, prompt in zip(rows_of(model, PROMPTS, max_new_tokens=6, **bare), PROMPTS, strict=True):
        assert {len(row.ids) for row in rows} == {len(prompt) + 6}
        assert {row.prompt for row in rows} == {len(prompt)}
    for rows in rows_of(model, PROMPTS, max_length=6, **bare):
        assert {len(row.ids) for row in rows} == {6}
    both = rows_of(model, PROMPTS, max_length=6, max_new_tokens=2, **bare)
    assert [len(rows[0].ids) for rows in both] == [len(prompt) + 2 for prompt in PROMPTS]
    assert {len(row) for row in new_tokens(model, **bare)} == {20}


def test_the_limit_of_an_encoder_decoder_does_not_count_its_input():
    """The prompt is the decoder's own, one token."""
    model = TableModel(5, 2, reads_source=True)
    for rows in rows_of(model, [[1], [1, 2, 3, 4, 4, 3, 2, 1, 1]], max_length=6, suppress_tokens=[4]):
        assert {(len(row.ids), row.prompt) for row in rows} == {(6, 1)}


def test_rows_end_where_positions_end(caplog):
    """The last token needs no position, for nobody asks what follows it."""
    model = TableModel(5, 2, max_positions=6)
    options = {"suppress_tokens": [4]}
    rows = rows_of(model, PROMPTS, max_new_tokens=30, **options)
    assert [len(of_input[0].ids) for of_input in rows] == [7, 7, 7]
    assert "positions for 6 tokens" in caplog.text
    assert "before max_new_tokens" in caplog.text
    unlimited = rows_of(TableModel(5, 2), PROMPTS, max_new_tokens=30, **options)
    for ours, theirs in zip(rows, unlimited, strict=True):
        assert ours[0].ids == theirs[0].ids[:7]
    caplog.clear()
    assert [len(of_input[0].ids) for of_input in rows_of(model, PROMPTS, max_new_tokens=2, **options)] == [3, 5, 7]
    assert not caplog.text
    with pytest.raises(InputError, match=r"7 tokens long; the model has positions for 6"):
        rows_of(model, [[1] * 7], max_new_tokens=2)


# Texts that end rows ------------------------------------------------------------------------------------------------

LETTERS = ["a", "b", "c", "ab", "bc", "", " "]


def read(ids: list[int]) -> str:
    """Decode as tokenizers do: a token may stand for several letters, or for none."""
    return "".join(LETTERS[i] for i in ids)


@every_search
@pytest.mark.parametrize("stops", ["bca", ["bca", "cc"], ["ba"], ["abcab", " a"]])
def test_a_row_ends_at_a_text_across_its_tokens(search, stops):
    for seed in range(4):
        model = TableModel(len(LETTERS), seed, spread=0.4)
        options = {"max_new_tokens": 25, "stop_strings": stops, **search}
        strings = [stops] if isinstance(stops, str) else stops
        ended = 0
        for rows in rows_of(model, PROMPTS, read, **options):
            for row in rows:
                text, before = read(row.ids[row.prompt :]), read(row.ids[row.prompt : -1])
                assert not any(string in before for string in strings)
                assert any(string in text for string in strings) or len(row.ids) == row.prompt + 25
                ended += any(string in text for string in strings)
        assert ended


def test_a_text_is_found_however_many_tokens_without_text_lie_in_it():
    """Special tokens have no text."""
    silent = LETTERS.index("")
    table = {(0,): 1, (0, 1): silent} | {(0, 1, *[silent] * n): silent for n in range(40)}
    table[(0, 1, *[silent] * 40)] = 2
    model = TableModel(
        len(LETTERS), table={key: [9.0 * (i == best) for i in range(len(LETTERS))] for key, best in table.items()}
    )
    [[ids]] = ids_of(model, [[0]], read, max_new_tokens=60, stop_strings="bc")
    assert ids == [0, 1, *[silent] * 40, 2]


def test_the_prompt_ends_no_row():
    """Only what is new is looked at, and what begins in the prompt does not count."""
    model = TableModel(len(LETTERS), spread=0.4)
    free = ids_of(model, [[0, 1]], read, max_new_tokens=3)
    first = free[0][0][2]
    assert ids_of(model, [[0, 1]], read, max_new_tokens=3, stop_strings="ab") == free
    assert ids_of(model, [[0, 1]], read, max_new_tokens=3, stop_strings=f"b{LETTERS[first]}") == free


def test_stop_strings_need_a_tokenizer():
    with pytest.raises(InputError, match="stop_strings needs a tokenizer"):
        rows_of(TableModel(5), PROMPTS, stop_strings="a")


# Nothing is left ----------------------------------------------------------------------------------------------------


@every_search
def test_options_that_forbid_every_token_are_an_error(search):
    with pytest.raises(InputError, match="forbid every token of the vocabulary"):
        rows_of(TableModel(4), PROMPTS, suppress_tokens=[0, 1, 2, 3], **search)
    with pytest.raises(InputError, match="forbid every token of the vocabulary"):
        rows_of(TableModel(4), [[1], [2]], no_repeat_ngram_size=1, max_new_tokens=9, **search)


@every_search
def test_what_is_forbidden_to_rows_that_have_ended_is_no_error(search, monkeypatch):
    """A row that has ended waits in the batch for the others; nothing is asked of it any more."""
    monkeypatch.setattr("hezar_models.generation.session.DROPPED_SHARE", 2.0)
    ends = {(2,): 3, (2, 3): 0, (1,): 0, (1, 0): 0, (1, 0, 0): 0, (1, 0, 0, 0): 0, (1, 0, 0, 0, 0): 0}
    table = {row: [30.0 * (token == best) for token in range(4)] for row, best in ends.items()}
    model = TableModel(4, table=table)
    words = [[3, token] for token in range(4)] + [[0, 3]]  # after an end token nothing is allowed
    options = {"max_new_tokens": 5, "eos_token_id": 3, "bad_words_ids": words, **search}
    together = ids_of(model, [[2], [1]], **options)
    assert together == [ids_of(model, [prompt], **options)[0] for prompt in ([2], [1])]
    assert together[0][0] == [2, 3]


def test_a_beam_may_die_while_others_live():
    """Each token only once: rows that have used up theirs leave no hypothesis, the others go on."""
    model = TableModel(5, 1)
    options = {"num_beams": 4, "num_return_sequences": 4, "no_repeat_ngram_size": 1, "max_new_tokens": 8}
    [rows] = rows_of(model, [[0]], eos_token_id=4, **options)
    assert rows
    for row in rows:
        assert row.ids[-1] == 4
        assert len(set(row.ids)) == len(row.ids)
