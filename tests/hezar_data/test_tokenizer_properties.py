"""What must hold for every text and every kind of tokenizer."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from golden_replay import GOLDEN
from hezar_data import Tokenizer
from hezar_registry import InputError, build_preprocessor

ZWNJ = "\u200c"
LETTERS = "ابپتجدرسشکگلمنوهی"
SENTENCES = [
    "هوای امروز تهران صاف و آفتابی است.",
    f"من هر روز می{ZWNJ}روم به کتاب{ZWNJ}خانه؛ تو چطور؟",
    "Persian text, numbers 123 and ۱۲۳!",
    # Every letter inside a word, at its beginning, and on both sides of ZWNJ.
    *(f"{letter}{letter}{ZWNJ}{letter}{letter} {letter}" for letter in LETTERS),
]
KINDS = (
    "wordpiece_tokenizer",
    "bpe_tokenizer",
    "sentencepiece_bpe_tokenizer",
    "sentencepiece_unigram_tokenizer",
    "whisper_bpe_tokenizer",
)
PUBLISHED = ("wordpiece", "bpe", "bpe_no_template", "sentencepiece_bpe", "sentencepiece_unigram", "whisper_bpe")

anything = st.text(max_size=60)
persian = st.lists(st.text(LETTERS, min_size=1, max_size=4), min_size=1, max_size=3).map(ZWNJ.join)
sentences = st.lists(persian, max_size=8).map(" ".join)
few = settings(max_examples=25, deadline=None)


@functools.cache
def trained(kind: str) -> Any:
    tokenizer: Any = build_preprocessor(kind)
    tokenizer.train_from_iterator(SENTENCES * 3, vocab_size=420, show_progress=False)
    return tokenizer


@functools.cache
def published(case: str) -> Any:
    return Tokenizer.load(GOLDEN / f"tokenizer_{case}" / "model")


@functools.cache
def changed(case: str) -> Any:
    """Return one whose settings may be changed."""
    return Tokenizer.load(GOLDEN / f"tokenizer_{case}" / "model")


ALL = [pytest.param(trained, kind, id=kind) for kind in KINDS] + [
    pytest.param(published, case, id=f"published_{case}") for case in PUBLISHED
]


# Any text ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("make", "name"), ALL)
@given(texts=st.lists(anything, min_size=1, max_size=3))
@few
def test_any_text_has_tokens_and_always_the_same(make: Any, name: str, texts: list[str]):
    tokenizer = make(name)
    options: dict[str, Any] = {"return_offsets_mapping": True, "return_tokens": True, "return_word_ids": True}
    first = tokenizer(texts, **options)
    assert tokenizer(texts, **options) == first
    assert tokenizer(texts)["token_ids"] == first["token_ids"], "the fast call gives the same ids"
    assert [tokenizer(text)["token_ids"] for text in texts] == first["token_ids"]
    for text, ids, offsets, words in zip(
        texts, first["token_ids"], first["offsets_mapping"], first["word_ids"], strict=True
    ):
        assert len(ids) == len(offsets) == len(words)
        assert all(0 <= start <= end <= len(text) for start, end in offsets)
        assert all(0 <= token_id < len(tokenizer) for token_id in ids)
    decoded = tokenizer.decode(first["token_ids"])
    assert len(decoded) == len(texts)
    assert tokenizer.decode(first["token_ids"]) == decoded


@pytest.mark.parametrize(("make", "name"), ALL)
@given(text=st.text(st.characters(), max_size=8), place=st.integers(0, 8))
@few
def test_half_a_surrogate_pair_is_refused(make: Any, name: str, text: str, place: int):
    broken = text[:place] + "\ud83d" + text[place:]
    for inputs in (broken, ["سلام", broken], [("سلام", broken)]):
        with pytest.raises(InputError, match="surrogate"):
            make(name)(inputs)


@pytest.mark.parametrize(("make", "name"), ALL)
@given(ids=st.lists(st.integers(0, 2000), max_size=30), skip=st.booleans())
@few
def test_any_ids_are_decoded(make: Any, name: str, ids: list[int], skip: bool):
    tokenizer = make(name)
    (text,) = tokenizer.decode(ids, skip_special_tokens=skip)
    assert isinstance(text, str)
    assert tokenizer.decode([ids, ids], skip_special_tokens=skip) == [text, text]
    if ids:
        assert tokenizer.decode(np.array(ids), skip_special_tokens=skip) == [text]


# Offsets -------------------------------------------------------------------------------------------------------------


def plain_tokens(tokenizer: Any, text: str) -> list[tuple[str, str]]:
    """Return (token, slice of the text) for tokens that are neither special nor unknown."""
    row = tokenizer(text, return_offsets_mapping=True, add_special_tokens=False)
    unknown = {tokenizer.unk_token_id}
    return [
        (tokenizer.id_to_token(token_id), text[start:end])
        for token_id, (start, end) in zip(row["token_ids"], row["offsets_mapping"], strict=True)
        if token_id not in unknown
    ]


@pytest.mark.parametrize(
    ("make", "name"), [(trained, "wordpiece_tokenizer"), (trained, "sentencepiece_bpe_tokenizer"),
                       (trained, "sentencepiece_unigram_tokenizer"), (published, "sentencepiece_bpe"),
                       (published, "sentencepiece_unigram")]
)  # fmt: skip
@given(text=st.one_of(anything, sentences))
@few
def test_offsets_point_at_the_text_of_the_token(make: Any, name: str, text: str):
    tokenizer = make(name)
    assume(tokenizer._tokenizer.normalizer.normalize_str(text) == text)
    blank = str.maketrans({"_": " ", "\u2581": " "})
    for token, part in plain_tokens(tokenizer, text):
        if name == "wordpiece_tokenizer":
            assert token.removeprefix("##") == part or token == part
        elif spoken := token.translate(blank).strip(" "):
            assert spoken == part.translate(blank).strip(" ")
        else:  # the space put before a word points at the first character of it
            assert len(part) <= len(token)


@given(text=sentences)
@few
def test_offsets_point_into_the_original_where_characters_were_taken_out(text: str):
    tokenizer = published("wordpiece")  # its normalizer takes ZWNJ out
    for token, part in plain_tokens(tokenizer, text):
        assert token.removeprefix("##") == part.replace(ZWNJ, "")


@pytest.mark.parametrize(
    ("make", "name"), [(trained, "bpe_tokenizer"), (published, "bpe"), (trained, "whisper_bpe_tokenizer")]
)
@given(text=anything)
@few
def test_byte_level_offsets_cover_the_whole_text(make: Any, name: str, text: str):
    tokenizer = make(name)
    row = tokenizer(text, return_offsets_mapping=True, return_tokens=True, add_special_tokens=False)
    parts = [text[start:end] for start, end in row["offsets_mapping"]]
    assert row["tokens"] == parts or any(t in tokenizer.special_tokens for t in row["tokens"])
    end = 0
    for start, stop in row["offsets_mapping"]:
        assert start <= end, "nothing is left out"
        assert stop >= end
        end = stop
    assert end == len(text)
    assert tokenizer.decode(row["token_ids"], skip_special_tokens=False) == [text]


# ZWNJ ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("make", "name"), ALL)
@given(text=persian)
@few
def test_zwnj_survives_where_the_vocabulary_has_it(make: Any, name: str, text: str):
    tokenizer = make(name)
    (decoded,) = tokenizer.decode(tokenizer(text)["token_ids"], skip_special_tokens=True)
    if tokenizer.zwnj_report().in_vocabulary:
        assert decoded.count(ZWNJ) == text.count(ZWNJ)
        if make is trained or "bpe" in name:
            assert decoded == text or tokenizer.unk_token_id in tokenizer(text)["token_ids"]
    else:
        assert ZWNJ not in decoded
    if ZWNJ in text:
        report = tokenizer.zwnj_report(text)
        assert report.kept == (decoded.count(ZWNJ) == text.count(ZWNJ))
        assert (report.lost_in is None) == report.kept


# Padding and truncation ----------------------------------------------------------------------------------------------

batches = st.lists(st.one_of(sentences, st.tuples(sentences, sentences)), min_size=1, max_size=4)


@pytest.mark.parametrize("name", ["wordpiece", "bpe", "sentencepiece_bpe", "sentencepiece_unigram", "whisper_bpe"])
@given(
    inputs=batches,
    max_length=st.integers(8, 24),
    truncation=st.sampled_from([None, True, "longest_first", "only_first", "only_second"]),
    padding=st.sampled_from(["no_padding", "longest", "max_length"]),
    stride=st.integers(0, 1),
    multiple=st.sampled_from([0, 8]),
    sides=st.sampled_from([("right", "right"), ("left", "right"), ("right", "left"), ("left", "left")]),
)
@settings(max_examples=60, deadline=None)
def test_a_call_pads_and_cuts_as_the_pipeline_itself_does(
    name: str, inputs: list[Any], max_length: int, truncation: Any, padding: str, stride: int, multiple: int, sides: Any
):
    tokenizer = changed(name)
    tokenizer.config.update(truncation_side=sides[0], padding_side=sides[1])
    options: dict[str, Any] = {
        "truncation": truncation,
        "padding": padding,
        "max_length": max_length,
        "stride": stride,
        "pad_to_multiple_of": multiple,
    }
    try:
        tokenizer.set_truncation_and_padding(**options)
        encodings = tokenizer.encode(inputs)
    except InputError:
        with pytest.raises(InputError):
            tokenizer(inputs, **options, return_overflowing_tokens=True)
        return
    expected = [[encoding, *encoding.overflowing] for encoding in encodings]
    got = tokenizer(
        inputs, **options, return_overflowing_tokens=True, return_token_type_ids=True, return_special_tokens_mask=True
    )
    rows = [encoding for pieces in expected for encoding in pieces]
    assert got["token_ids"] == [row.ids for row in rows]
    assert got["attention_mask"] == [row.attention_mask for row in rows]
    assert got["special_tokens_mask"] == [row.special_tokens_mask for row in rows]
    assert got["overflow_to_sample_mapping"] == [i for i, pieces in enumerate(expected) for _ in pieces]
    assert tokenizer.padding is None, "a call clears the settings"
    assert tokenizer.truncation is None
    assert tokenizer(inputs, **options)["token_ids"] == [pieces[0].ids for pieces in expected]


@pytest.mark.parametrize("name", ["wordpiece", "bpe", "sentencepiece_bpe", "sentencepiece_unigram", "whisper_bpe"])
@given(texts=st.lists(sentences, min_size=1, max_size=4), max_length=st.integers(4, 16))
@few
def test_lengths_and_masks(name: str, texts: list[str], max_length: int):
    tokenizer = published(name)
    full = tokenizer(texts)["token_ids"]
    cut = tokenizer(texts, truncation=True, max_length=max_length, return_length=True)
    assert all(len(row) == min(len(whole), max_length) for row, whole in zip(cut["token_ids"], full, strict=True))
    assert cut["length"] == [len(row) for row in cut["token_ids"]]
    bare, cut_bare = (
        tokenizer(texts, add_special_tokens=False, **options)["token_ids"]
        for options in ({}, {"truncation": True, "max_length": max_length})
    )
    assert cut_bare == [row[:max_length] for row in bare], "what is left is the beginning"

    arrays = tokenizer(texts, return_tensors="numpy", return_token_type_ids=True)
    assert {array.shape for array in arrays.values()} == {(len(texts), max(map(len, full)))}
    assert {array.dtype for array in arrays.values()} == {np.dtype(np.int64)}
    assert arrays["attention_mask"].sum(axis=1).tolist() == [len(row) for row in full]
    for array, mask, row in zip(arrays["token_ids"], arrays["attention_mask"], full, strict=True):
        assert array[mask == 1].tolist() == row
        assert set(array[mask == 0].tolist()) <= {tokenizer.pad_token_id}
    again = tokenizer.pad_encoded_batch(
        [{"token_ids": row, "attention_mask": [1] * len(row)} for row in full], return_tensors="numpy"
    )
    np.testing.assert_array_equal(again["token_ids"], arrays["token_ids"])
    np.testing.assert_array_equal(again["attention_mask"], arrays["attention_mask"])
