"""Whisper's tokens for language, task and time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golden_replay import GOLDEN
from hezar_data import Tokenizer, WhisperBPETokenizer
from hezar_data.configs.whisper_tokens import WHISPER_LANGUAGES, WHISPER_SPECIAL_TOKENS
from hezar_data.tokenizers.whisper_segments import (
    Segment,
    Window,
    join_overlapping,
    join_segments,
    split_segments,
)
from hezar_registry import InputError

FOLDER = GOLDEN / "tokenizer_whisper_bpe" / "model"
START, EN, FA, TRANSLATE, TRANSCRIBE, NO_TIMES, ZERO = 321, 322, 363, 421, 422, 426, 427
HAVA, TEHRAN = [265, 263, 280], [284, 265, 259, 267]


@pytest.fixture
def tokenizer() -> Any:
    return Tokenizer.load(FOLDER)


@pytest.fixture
def old_tokenizer(tmp_path: Path) -> Any:
    """A tokenizer as of 2023: ``tokenizer.json`` lists no time tokens, and the config has the default bos_token."""
    Tokenizer.load(FOLDER, bos_token="<|endoftext|>").save(tmp_path)
    file = tmp_path / "preprocessor/tokenizer.json"
    document = json.loads(file.read_text(encoding="utf-8"))
    document["added_tokens"] = [token for token in document["added_tokens"] if token["id"] <= NO_TIMES]
    file.write_text(json.dumps(document), encoding="utf-8")
    return Tokenizer.load(tmp_path)


def at(seconds: float) -> int:
    return ZERO + round(seconds / 0.02)


# The prefix ----------------------------------------------------------------------------------------------------------


def test_prefix_ids_change_nothing(tokenizer: Any):
    before = tokenizer("سلام")
    assert tokenizer.prefix_ids() == tokenizer.prefix_tokens == [START, FA, TRANSCRIBE, NO_TIMES]
    assert tokenizer.prefix_ids("english", "translate", True) == [START, EN, TRANSLATE]
    for language in ("fa", "FA", "Persian", "<|fa|>"):
        assert tokenizer.prefix_ids(language)[1] == FA
    assert tokenizer.prefix_ids("castilian") == tokenizer.prefix_ids("es")
    assert tokenizer("سلام") == before
    assert (tokenizer.language, tokenizer.task, tokenizer.predict_timestamps) == ("fa", "transcribe", False)


def test_ids_are_looked_up_by_token(old_tokenizer: Any):
    assert old_tokenizer.bos_token == "<|endoftext|>"
    assert old_tokenizer.prefix_ids("fa", "transcribe") == [START, FA, TRANSCRIBE, NO_TIMES]
    assert old_tokenizer.get_decoder_prompt_ids(language="fa", task="transcribe") == [
        (1, FA),
        (2, TRANSCRIBE),
        (3, NO_TIMES),
    ]


@pytest.mark.parametrize("code", WHISPER_LANGUAGES)
def test_every_language_by_code_and_by_name(tokenizer: Any, code: str):
    expected = tokenizer.token_to_id(f"<|{code}|>")
    assert tokenizer.language_id(code) == tokenizer.language_id(WHISPER_LANGUAGES[code]) == expected


def test_set_prefix_tokens_changes_the_template(tokenizer: Any, tmp_path: Path):
    bare = tokenizer("سلام", add_special_tokens=False)["token_ids"]
    tokenizer.set_prefix_tokens(language="english")
    assert tokenizer("سلام")["token_ids"] == [START, EN, TRANSCRIBE, NO_TIMES, *bare, 320]
    tokenizer.set_prefix_tokens(task="translate", predict_timestamps=True)
    assert tokenizer("سلام")["token_ids"] == [START, EN, TRANSLATE, *bare, 320]
    tokenizer.save(tmp_path)
    loaded = Tokenizer.load(tmp_path)
    assert loaded("سلام") == tokenizer("سلام")
    assert loaded.prefix_tokens == tokenizer.prefix_tokens


@pytest.mark.parametrize(
    "wrong", [{"language": "klingon"}, {"language": 5}, {"language": "nocaptions"}, {"task": "sing"}, {"task": 1}]
)
def test_an_unknown_language_or_task_changes_nothing(tokenizer: Any, wrong: dict[str, Any]):
    before = tokenizer("سلام")
    for call in (tokenizer.prefix_ids, tokenizer.set_prefix_tokens, tokenizer.get_decoder_prompt_ids):
        with pytest.raises(InputError, match="Unsupported"):
            call(**wrong)
    assert tokenizer("سلام") == before
    assert tokenizer.prefix_tokens == [START, FA, TRANSCRIBE, NO_TIMES]


def test_a_tokenizer_without_these_tokens_says_so():
    tokenizer = WhisperBPETokenizer(tokenizer_file=GOLDEN / "tokenizer_bpe/model/preprocessor/tokenizer.json")
    with pytest.raises(InputError, match="not a Whisper tokenizer"):
        tokenizer.prefix_ids()


@pytest.mark.parametrize("value", [True, "true", "True"])
def test_predict_timestamps_may_be_text(value: Any):
    assert Tokenizer.load(FOLDER, predict_timestamps=value).prefix_tokens == [START, FA, TRANSCRIBE]
    assert Tokenizer.load(FOLDER, predict_timestamps="false").prefix_tokens[-1] == NO_TIMES


# Prompts -------------------------------------------------------------------------------------------------------------


def test_prompts(tokenizer: Any):
    ids = tokenizer.get_prompt_ids(" سلام ")
    assert isinstance(ids, np.ndarray)
    assert (ids.dtype, ids.ndim) == (np.int64, 1)
    assert tokenizer.decode(ids) == ["<|startofprev|> سلام"]
    assert tokenizer.get_prompt_ids("سلام", return_tensors="list") == ids.tolist()
    assert tokenizer.get_prompt_ids("سلام", return_tensors="torch").tolist() == ids.tolist()
    assert tokenizer.strip_prompt([*ids, START, FA, 265]) == [START, FA, 265]
    assert tokenizer.strip_prompt(ids) == []
    assert tokenizer.strip_prompt([START, FA]) == [START, FA]


@pytest.mark.parametrize("wrong", ["سلام <|fa|>", "<|0.04|>", "<|endoftext|>", None, 5, ["سلام"]])
def test_prompts_without_special_tokens(tokenizer: Any, wrong: Any):
    with pytest.raises(InputError):
        tokenizer.get_prompt_ids(wrong)


# Times ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["tokenizer", "old_tokenizer"])
def test_decoding_with_times(kind: str, request: pytest.FixtureRequest):
    tokenizer = request.getfixturevalue(kind)
    row = [START, FA, TRANSCRIBE, at(0), *HAVA, at(0.4), at(0.4), *TEHRAN, at(1.26), 320]
    assert tokenizer.decode(row, skip_special_tokens=True) == ["هوای تهران"]
    assert tokenizer.decode([row], skip_special_tokens=True, decode_with_timestamps=True) == [
        "<|0.00|>هوای<|0.40|><|0.40|> تهران<|1.26|>"
    ]
    assert tokenizer.decode(row) == ["<|startoftranscript|><|fa|><|transcribe|>هوای تهران<|endoftext|>"]
    offsets = [{"text": "هوای", "timestamp": (0.0, 0.4)}, {"text": " تهران", "timestamp": (0.4, 1.26)}]
    assert (
        tokenizer.decode([row, row], skip_special_tokens=True, output_offsets=True)
        == [{"text": "هوای تهران", "offsets": offsets}] * 2
    )
    assert tokenizer.compute_offsets(np.array(row)) == offsets
    assert tokenizer.compute_offsets(row, time_precision=0.04)[-1]["timestamp"] == (0.8, 2.52)
    assert tokenizer.convert_ids_to_tokens([at(29.98)]) == ["<|29.98|>"]


def test_what_no_time_token_closes(tokenizer: Any):
    assert tokenizer.compute_offsets([at(0.2), *HAVA]) == [{"text": "هوای", "timestamp": (0.2, None)}]
    assert tokenizer.compute_offsets(HAVA) == []
    assert tokenizer.compute_offsets([]) == []
    assert tokenizer.decode([], output_offsets=True) == [{"text": "", "offsets": []}]


def test_words_after_the_time_tokens_are_words(tokenizer: Any):
    tokenizer.add_tokens("تازه")
    ids = tokenizer("تازه", add_special_tokens=False)["token_ids"]
    assert tokenizer.decode(ids) == ["تازه"]


def times(token_id: int) -> float | None:
    return (token_id - 1000) / 10 if token_id >= 1000 else None


@given(rows=st.lists(st.integers(0, 1100), max_size=40))
@settings(deadline=None)
def test_segments_lose_no_token_and_go_forward(rows: list[int]):
    segments = split_segments(rows, times)
    assert [i for segment in segments for i in segment.ids] == [i for i in rows if i < 1000]
    known = [time for s in segments for time in (s.start, s.end) if time is not None]
    assert known == sorted(known)
    assert all(segment.end is not None for segment in segments[1:-1])


def test_times_that_go_back_begin_a_new_window():
    assert split_segments([1000, 1, 1020, 1000, 2, 1010], times) == [
        Segment([1], 0.0, 2.0),
        Segment([2], 2.0, 3.0),
    ]


# Windows -------------------------------------------------------------------------------------------------------------


def test_overlapping_rows_are_joined():
    assert join_overlapping([[1, 2, 3, 4], [3, 4, 5, 6]]) == [1, 2, 3, 4, 5, 6]
    assert join_overlapping([[1, 2, 3, 9], [2, 3, 4, 5]]) == [1, 2, 3, 4, 5], "an edge that was heard wrongly"
    assert join_overlapping([[1, 2], [3, 4]]) == [1, 2, 3, 4]
    assert join_overlapping([[1, 2], [2, 3]]) == [1, 2, 2, 3], "one equal token is chance"
    assert join_overlapping([]) == []
    assert join_overlapping([[], [1], []]) == [1]


@given(st.lists(st.integers(), min_size=8, max_size=30, unique=True), st.data())
@settings(deadline=None)
def test_cut_rows_come_together_again(row: list[int], data: st.DataObject):
    overlap = data.draw(st.integers(2, 4))
    cut = data.draw(st.integers(overlap, len(row) - overlap))
    assert join_overlapping([row[: cut + overlap], row[cut:]]) == row


def test_segments_of_windows_are_on_one_clock():
    # Windows of 10 seconds that overlap by 4: the first answers for [0, 8), the second for [8, 16).
    windows = [
        Window([1000, 1, 1040, 1040, 2, 1075, 1085, 8], 10, 0, 2),
        Window([1005, 2, 1015, 1025, 3, 1060, 1060, 4], 10, 2, 0),
    ]
    assert join_segments(windows, times) == [
        (0, Segment([1], 0.0, 4.0)),
        (0, Segment([2], 4.0, 7.5)),
        (1, Segment([3], 8.5, 12.0)),
        (1, Segment([4], 12.0, None)),
    ]


def test_joining_windows(tokenizer: Any):
    first = {"tokens": [START, FA, TRANSCRIBE, NO_TIMES, *HAVA, *TEHRAN, 320], "stride": (30.0, 0.0, 5.0)}
    second = {"tokens": np.array([[START, FA, TRANSCRIBE, NO_TIMES, *TEHRAN, 315]]), "stride": (30.0, 5.0, 0.0)}
    text, extras = tokenizer.join_windows([first, second])
    assert (text, extras) == ("هوای تهران ص", {})
    text, extras = tokenizer.join_windows([first, second], return_language=True)
    assert extras["chunks"] == [
        {"language": "persian", "text": "هوای تهران"},
        {"language": "persian", "text": " تهران ص"},
    ]
    first["tokens"] = [START, FA, TRANSCRIBE, at(0), *HAVA, at(4.0), 320]
    second["tokens"] = [START, EN, TRANSCRIBE, at(6.0), *TEHRAN, at(9.0), 320]
    text, extras = tokenizer.join_windows([first, second], return_timestamps=True, return_language=True)
    assert text == "هوای تهران"
    assert extras["chunks"] == [
        {"language": "persian", "text": "هوای", "timestamp": (0.0, 4.0)},
        {"language": "english", "text": " تهران", "timestamp": (26.0, 29.0)},
    ]
    assert tokenizer._decode_asr([first], return_timestamps=True, return_language=None, time_precision=0.02) == (
        "هوای", {"chunks": [{"text": "هوای", "timestamp": (0.0, 4.0)}]},
    )  # fmt: skip
    assert tokenizer.join_windows([]) == ("", {})
    for wrong in (5, {}, {"tokens": [[1], [2]]}):
        with pytest.raises(InputError):
            tokenizer.join_windows([wrong])


# Training ------------------------------------------------------------------------------------------------------------


def test_a_trained_one_is_laid_out_as_the_published_ones(tmp_path: Path):
    tokenizer = WhisperBPETokenizer()
    tokenizer.train_from_iterator(["هوای تهران صاف است"] * 4, vocab_size=300, show_progress=False)
    special = list(dict.fromkeys(WHISPER_SPECIAL_TOKENS))
    ids = tokenizer.convert_tokens_to_ids(special)
    assert ids == list(range(tokenizer.vocab_size, tokenizer.vocab_size + len(special)))
    assert tokenizer.timestamp_begin == ids[-1] + 1
    assert tokenizer.token_to_id("<|30.00|>") == len(tokenizer) - 1
    row = tokenizer("هوای تهران")["token_ids"]
    assert tokenizer.convert_ids_to_tokens(row[:2]) == ["<|startoftranscript|>", "<|notimestamps|>"]
    assert tokenizer.decode(row, skip_special_tokens=True) == ["هوای تهران"]
    tokenizer.save(tmp_path)
    assert Tokenizer.load(tmp_path)("هوای تهران") == tokenizer("هوای تهران")
