"""The parts of speech recognition: what is wrong with a text, words, and when they were said."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from golden_replay import GOLDEN
from hezar_data import Preprocessor
from hezar_models.generation.processors import NEVER
from hezar_models.generation.rows import Rows
from hezar_models.speech.fallback import compression_ratio, find_loop, judge, said_once
from hezar_models.speech.options import LADDER, SpeechOptions
from hezar_models.speech.rules import SpeechTokens, TimeRules
from hezar_models.speech.segments import Segment, joined, within
from hezar_models.speech.windows import best_pause, cut_windows, is_heard
from hezar_models.speech.word_times import median_filter, split_words, token_states, warping_path
from hezar_registry import InputError

NORMAL = (
    "در روزگاران گذشته مردی بود که هر روز پیش از برآمدن آفتاب از خانه بیرون می‌رفت، و کسی نمی‌دانست به کجا. "
    "همسایه‌ها گمان می‌کردند که در بازار کار می‌کند؛ اما او کنار رودخانه می‌نشست و ماهیان را نگاه می‌کرد، بی آن که چیزی بگوید. "
    "یک روز کودکی پرسید چرا هر بامداد این‌جا هستی؟ مرد خندید و گفت آب هرگز دو بار یکسان نیست، برای همین هر بار باید دید."
)


# What is wrong ---------------------------------------------------------------------------------------------------


def test_persian_compresses_as_other_languages_do():
    """In UTF-8 it would look like a text that repeats itself."""
    import zlib

    data = NORMAL.encode()
    assert len(data) / len(zlib.compress(data)) > compression_ratio(NORMAL) + 0.2
    threshold = SpeechOptions().compression_ratio_threshold
    assert threshold is not None
    assert 1.3 < compression_ratio(NORMAL) < threshold
    assert compression_ratio(NORMAL + " " + NORMAL) > threshold
    assert compression_ratio("") == 0


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 5), max_size=8),
    st.lists(st.integers(6, 9), min_size=1, max_size=12),
    st.integers(3, 9),
    st.lists(st.integers(10, 12), max_size=4, unique=True),
)
def test_loops_are_found_and_said_once(before, phrase, copies, after):
    before = [20 + i for i in range(len(before))]  # no loop of its own
    if len(set(phrase)) < len(phrase):
        phrase = phrase[:1]
    row = before + phrase * copies + after
    loop = find_loop(row)
    if copies * len(phrase) < 12:
        assert loop is None
        assert said_once(row) == list(range(len(row)))
        return
    assert loop is not None
    assert (loop.start, loop.size, loop.copies) == (len(before), len(phrase), copies)
    assert [row[i] for i in said_once(row)] == before + phrase + after


def test_what_people_do_repeat_is_no_loop():
    assert find_loop([4, 4, 4, 4, 4]) is None  # very, very, very
    assert find_loop([1, 2, 3, 1, 2, 3, 7, 8]) is None
    assert find_loop(random.Random(0).choices(range(500), k=400)) is None


@pytest.mark.parametrize(
    ("score", "no_speech", "ended", "ids", "bad", "silent"),
    [
        (-0.3, 0.1, True, range(50), None, False),
        (-0.3, 0.9, True, range(50), None, False),
        (-1.3, 0.9, True, range(50), "unlikely", True),
        (-1.3, 0.1, True, range(50), "unlikely", False),
        (-0.3, 0.1, False, range(50), "unfinished", False),
        (-0.01, 0.1, False, [1, 2, 3, 4] * 9, "repetition", False),
    ],
)
def test_verdicts(score, no_speech, ended, ids, bad, silent):
    verdict = judge(list(ids), NORMAL, score, no_speech, ended, SpeechOptions())
    assert (verdict.bad, verdict.is_silent) == (bad, silent)


def test_options():
    options = SpeechOptions(language="fa").merged(language=None, task="translate", temperature=0.5)
    assert (options.language, options.task, options.temperatures(whole=False)) == ("fa", "translate", (0.5,))
    assert SpeechOptions().temperatures(whole=False) == LADDER
    assert SpeechOptions().temperatures(whole=True) == (0.0,)
    assert SpeechOptions().merged(logprob_threshold=None).logprob_threshold is None
    assert SpeechOptions().merged(prompt_ids=np.array([1, 2])).prompt_ids == [1, 2]


# Rules of time tokens --------------------------------------------------------------------------------------------

TOKENS = SpeechTokens(11, (10,), 14, 12, {"<|fa|>": 12}, {"transcribe": 13})
VOCABULARY = 15 + 20


def allowed(new: list[int], scores: torch.Tensor | None = None) -> set[int]:
    """Return what may follow some tokens; by default all are equally probable, times together no more than one text."""
    rows = Rows(torch.tensor([[11, *new]]), torch.tensor([1 + len(new)]), torch.tensor([99]))
    rows.prompts, rows.new = torch.tensor([1]), len(new)
    if scores is None:
        scores = torch.zeros(VOCABULARY)
        scores[15:] = -5
    scores = scores[None].clone()
    TimeRules(TOKENS, 4, VOCABULARY, scores.device)(scores, rows)
    return set((scores[0] > NEVER).nonzero().squeeze(1).tolist())


def test_rules_of_times():
    text, special = set(range(10)), {10, 11, 12, 13}
    assert allowed([]) == set(range(15, 20))  # a time, and not a late one
    assert allowed([17]) == text | special  # then text, or the end
    assert allowed([17, 3]) == text | special | set(range(18, VOCABULARY))  # what was said took time
    assert allowed([17, 3, 20]) == special | set(range(20, VOCABULARY))  # the next begins there, or later
    assert allowed([17, 3, 20, 20]) == text | special
    assert allowed([17, 3, 20, 20, 4]) == text | special | set(range(21, VOCABULARY))
    probable = torch.zeros(VOCABULARY)  # twenty times together are more than any text
    assert allowed([17, 3], probable) == set(range(18, VOCABULARY))
    assert 14 not in allowed([17, 3])


def test_languages_and_tasks():
    tokens = SpeechTokens(1, (0,), 9, 8, {"<|fa|>": 3, "<|en|>": 2}, {"transcribe": 5, "translate": 6})
    assert tokens.prompt(tokens.language_id("persian"), "transcribe", times=False) == [1, 3, 5, 9]
    assert tokens.prompt(tokens.language_id("EN"), "translate", times=True) == [1, 2, 6]
    assert tokens.language_id("<|fa|>") == 3
    assert tokens.of_one_language().prompt(None, "transcribe", times=False) == [1, 9]
    assert tokens.code_of(3) == "fa"
    with pytest.raises(InputError, match="'french'"):
        tokens.language_id("french")
    with pytest.raises(InputError, match="Did you mean 'persian'"):
        tokens.language_id("persan")
    with pytest.raises(InputError, match="'sing'"):
        tokens.prompt(3, "sing", times=False)


# Segments and windows --------------------------------------------------------------------------------------------


def test_segments_stay_inside_of_their_window():
    assert within(None, None, 4) == (0, 4)
    assert within(1, 3, 4) == (1, 3)
    assert within(3, 9, 4) == (3, 4)
    assert within(8, None, 4) == (3.98, 4)
    assert within(2, 2, 4) == (2, 2.02)
    assert within(0.5, None, 0.01) == (0, 0.01)


def test_texts_are_put_together_with_spaces():
    parts = joined([Segment("یک", 0, 1), Segment(" دو", 1, 2), Segment("سه", 2, 3)])
    assert "".join(part.text for part in parts) == "یک دو سه"
    assert joined([Segment("چهار", 0, 1)], so_far=True)[0].text == " چهار"


def test_a_window_is_cut_where_it_is_quietest_and_rather_late():
    rate = 16_000
    samples = np.full(20 * rate, 0.2, np.float32)
    assert best_pause(samples, rate, 5 * rate, 20 * rate) >= 19.9 * rate
    samples[9 * rate : 9 * rate + rate // 2] = 0.001
    assert 9 <= best_pause(samples, rate, 5 * rate, 20 * rate) / rate <= 9.5
    samples[15 * rate : 15 * rate + rate // 2] = 0.001
    assert 15 <= best_pause(samples, rate, 5 * rate, 20 * rate) / rate <= 15.5
    assert best_pause(samples, rate, 3 * rate, 3 * rate) == 3 * rate


def test_windows_are_no_longer_than_asked_and_hold_all_that_is_heard():
    rate = 16_000
    chance = np.random.default_rng(0)
    samples = np.concatenate(
        [chance.normal(0, level, int(chance.uniform(0.1, 7) * rate)) for level in [0.1, 0, 0.05, 0.0001] * 12]
    ).astype(np.float32)
    windows = list(cut_windows([samples], rate, 10, 30 * rate))
    assert all(len(window.samples) <= 10 * rate for window in windows)
    covered = np.zeros(len(samples), bool)
    for window in windows:
        place = slice(round(window.start * rate), round(window.start * rate) + len(window.samples))
        assert np.array_equal(samples[place], window.samples)
        assert not covered[place].any()
        covered[place] = True
    assert np.abs(samples[~covered]).max() < 0.002
    assert not is_heard(samples[~covered], rate)


# Words -----------------------------------------------------------------------------------------------------------


def reference_path(cost: np.ndarray) -> tuple[list[int], list[int]]:
    """Dynamic time warping as it is written down in books."""
    tokens, states = cost.shape
    total = np.full((tokens + 1, states + 1), np.inf)
    total[0, 0] = 0
    step = np.zeros((tokens + 1, states + 1), dtype=int)
    for state in range(1, states + 1):
        for token in range(1, tokens + 1):
            both, up, left = total[token - 1, state - 1], total[token - 1, state], total[token, state - 1]
            if both < up and both < left:
                least, step[token, state] = both, 0
            elif up < both and up < left:
                least, step[token, state] = up, 1
            else:
                least, step[token, state] = left, 2
            total[token, state] = cost[token - 1, state - 1] + least
    step[0, :], step[:, 0] = 2, 1
    way, token, state = [], tokens, states
    while token > 0 or state > 0:
        way.append((token - 1, state - 1))
        move = step[token, state]
        token -= move != 2
        state -= move != 1
    rows, columns = zip(*way[::-1], strict=True)
    return list(rows), list(columns)


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (7, 1), (3, 3), (5, 40), (40, 5), (12, 31)])
def test_the_way_is_that_of_the_reference(shape):
    chance = np.random.default_rng(1)
    for cost in (chance.normal(size=shape), chance.integers(0, 2, shape).astype(float)):
        rows, columns = warping_path(cost)
        assert (rows.tolist(), columns.tolist()) == reference_path(cost)


def test_a_planted_path_is_found():
    starts = [0, 4, 9, 10, 22, 30]
    weights = torch.full((2, 3 + len(starts), 60), 1e-3)  # the last of them is the end
    for i, (start, end) in enumerate(zip(starts, [*starts[1:], 36], strict=True)):
        weights[:, 2 + i, start:end] = 1.0
    found = token_states(weights / weights.sum(-1, keepdim=True), prompt=3, text=5, states=36)
    assert np.abs(found - np.array(starts)).max() <= 2
    assert found.max() < 36


def test_the_median_is_that_of_each_neighbourhood():
    values = torch.randn(3, 4, 20)
    got = median_filter(values, 7)
    padded = np.pad(values.numpy(), ((0, 0), (0, 0), (3, 3)), mode="reflect")
    want = np.stack([np.median(padded[..., i : i + 7], axis=-1) for i in range(20)], axis=-1)
    np.testing.assert_allclose(got.numpy(), want)
    assert torch.equal(median_filter(values[..., :3], 7), values[..., :3])


def letters(text: str) -> tuple[list[int], object]:
    """Return a text as tokens of one byte each, and what decodes them."""
    return list(text.encode()), lambda ids: bytes(ids).decode(errors="replace")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (" سلام، خوبی؟", [" سلام،", " خوبی؟"]),
        (" گفت «می\u200cروم» و رفت؛", [" گفت", " «می\u200cروم»", " و", " رفت؛"]),
        ("«سلام» !", ["«سلام» !"]),
        (" یک ، دو", [" یک ،", " دو"]),
        (" ( نه ) است", [" ( نه )", " است"]),
        (" ۱۲٫۵ درصد", [" ۱۲٫۵", " درصد"]),
        ("...", ["..."]),
        ("", []),
    ],
)
def test_words_carry_their_punctuation(text, words):
    ids, decode = letters(text)
    found = split_words(ids, decode)
    assert [word.text for word in found] == words
    assert sum(word.tokens for word in found) == len(ids)


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet="اب پ«»،.؛ \u200cxé😀", max_size=20))
def test_words_put_together_are_the_text(text):
    ids, decode = letters(text)
    found = split_words(ids, decode)
    assert "".join(word.text for word in found) == text
    assert sum(word.tokens for word in found) == len(ids)


def test_languages_without_spaces_are_cut_by_character():
    ids, decode = letters("你好。")
    assert [word.text for word in split_words(ids, decode, "zh")] == ["你", "好。"]


def test_words_of_a_real_tokenizer_are_the_text():
    tokenizer = Preprocessor.load(GOLDEN / "model_whisper_speech_recognition" / "model").tokenizer
    text = " این «کتاب» است، نه؟"
    ids = [i for i in tokenizer([text], return_attention_mask=False)["token_ids"][0] if i < 320]
    found = split_words(ids, lambda ids: tokenizer.decode(ids, skip_special_tokens=True)[0])
    assert "".join(word.text for word in found) == tokenizer.decode(ids)[0]
