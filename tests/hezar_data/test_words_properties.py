"""Properties of everything that works on words, for any Unicode text."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hezar_data import Lemmatizer, SentenceSplitter, Stemmer, WordTokenizer
from hezar_data.characters import INVISIBLES
from hezar_data.lexicon.spelling import plain

SPLITTERS = [SentenceSplitter(), SentenceSplitter(newline="ignore", semicolon=True)]
TOKENIZERS = [WordTokenizer(), WordTokenizer(join_verb_parts=True, join_endings=True)]
LEMMATIZERS = [Lemmatizer(), Lemmatizer(verb_form="stems")]
STEMMER = Stemmer()

PIECES = """
آ ا ب پ ت د ر س ش ک گ ل م ن و ه ی ي ك \u0654 \u06c0 \u064b \u0640 ء می نمی ها های تر ترین ام اند ان ات ین رفت رو کتاب خانه گفته
شده است بود . ! ؟ … ... ، ؛ : « » ( ) [ ] " ' - / @ # ۱ 2 ٪ http:// a.ir Dr 😀 👍🏽 🇮🇷
"""
UNSEEN_PIECES = ["\u200c", "\u200c", " ", "\n", "\u200d", "\u200f", "\ufe0f", "\u00a0", "\u2028"]
PERSIAN = st.sampled_from([*PIECES.split(), *UNSEEN_PIECES])
TEXTS = st.one_of(st.text(max_size=60), st.lists(PERSIAN, max_size=25).map("".join))
WORDS = st.one_of(st.text(max_size=12), st.lists(PERSIAN, max_size=7).map("".join))
MANY = settings(max_examples=200, deadline=None)


@MANY
@given(TEXTS)
@example("(.")
@example("«؟» .")
@example("\ud800")
def test_sentences_are_slices_and_lose_nothing(text: str):
    for splitter in SPLITTERS:
        found = splitter(text, return_offsets=True)
        assert splitter(text) == [sentence for sentence, _ in found]
        assert found == splitter(text, return_offsets=True)
        position = 0
        for sentence, (start, end) in found:
            assert text[start:end] == sentence == sentence.strip() != ""
            assert text[position:start].strip() == ""
            position = end
        assert text[position:].strip() == ""


@MANY
@given(TEXTS)
@example("1\ufe0f\u20e3\u20e3")
def test_tokens_are_slices_and_lose_nothing(text: str):
    for tokenizer in TOKENIZERS:
        found = tokenizer(text, return_offsets=True)
        assert tokenizer(text) == [token for token, _ in found]
        position = 0
        for token, (start, end) in found:
            assert text[start:end] == token != ""
            assert re.fullmatch(rf"[\s{INVISIBLES}]*", text[position:start])
            position = end
        assert re.fullmatch(rf"[\s{INVISIBLES}]*", text[position:])


@MANY
@given(TEXTS)
def test_a_token_apart_is_not_cut_otherwise_than_before(text: str):
    """White space around every token changes no token, but for joins and marks that look at their neighbours."""
    tokens = WordTokenizer()(text)
    for token in tokens:
        if re.fullmatch(r"[\u0620-\u06d3\u200c]+", token):
            assert WordTokenizer()(token) == [token]


@MANY
@given(WORDS, st.sampled_from([None, "VERB", "NOUN", "ADJ", "X"]))
@example("رفتن", None)
@example("فرمایید", None)
def test_lemma_of_a_lemma_is_itself(word: str, pos: Any):
    for lemmatizer in LEMMATIZERS:
        lemma = lemmatizer(word, pos=pos)
        assert lemmatizer(lemma, pos=pos) == lemma
        assert lemmatizer(word, pos=pos) == lemma


@MANY
@given(WORDS)
def test_stem_of_a_stem_is_itself(word: str):
    stem = STEMMER(word)
    assert STEMMER(stem) == stem
    assert len(stem) <= len(plain(word)) + 1  # a final ه may come back


@pytest.mark.parametrize(
    "unit", ["? ", "(.", "a@a.", "م.", "http://(", "ا.ا", "« . » ", "می ", "[. ", "م", "1,", "😀\u200d"]
)
def test_long_texts(unit: str):
    text = unit * (10_000 // len(unit))
    for splitter in SPLITTERS:
        assert "".join("".join(splitter(text)).split()) == "".join(text.split())
    for tokenizer in TOKENIZERS:
        assert len(tokenizer(text)) > 0
    for lemmatizer in LEMMATIZERS:
        assert lemmatizer(text) == lemmatizer(lemmatizer(text))
