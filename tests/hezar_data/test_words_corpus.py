"""Words and sentences against the hand-cut corpus; what we get wrong is listed, and nothing else may be."""

from __future__ import annotations

import pytest

import words_gold
from hezar_data import Lemmatizer, SentenceSplitter, Stemmer, WordTokenizer

MISSED_SENTENCES = {
    "«اینم از امروز...» has no verb, so its dots are taken for a pause": "اینم از امروز",
    "a verb before dots is taken for the end": "میگم... یه لحظه",
    "الف is no letter but a word, so its dot ends a sentence": "آقای ب. الف.",
}
MISSED_TOKENS = {"آقای ب. الف."}
MISSED_LEMMAS = {"مطمئنی", "بچم", "اتاقمه", "پاشو"}
MISSED_STEMS = {"مطمئنی", "بهش", "بهت"}


def all_texts() -> list[words_gold.Text]:
    return words_gold.texts() + words_gold.texts(held_out=True)


def all_words() -> list[words_gold.Word]:
    return words_gold.words() + words_gold.words(held_out=True)


def test_corpus_is_whole():
    texts, words = words_gold.texts(), words_gold.words()
    assert len(texts) == 300
    assert len(words) > 450
    tokens = {text.text[start:end] for text in texts for start, end in text.tokens}
    assert {word.form for word in words} <= tokens


def cut(text: str, spans: list[tuple[int, int]]) -> list[str]:
    return [text[start:end] for start, end in spans]


def test_sentences():
    splitter = SentenceSplitter()
    wrong = [text.text for text in all_texts() if splitter(text.text) != cut(text.text, text.sentences)]
    assert len(wrong) == len(MISSED_SENTENCES)
    assert all(text.startswith(tuple(MISSED_SENTENCES.values())) for text in wrong)


def test_tokens():
    tokenizer = WordTokenizer()
    wrong = [text.text for text in all_texts() if tokenizer(text.text) != cut(text.text, text.tokens)]
    assert all(text.startswith(tuple(MISSED_TOKENS)) for text in wrong)
    assert len(wrong) == len(MISSED_TOKENS)


@pytest.mark.parametrize("word", [w for w in all_words() if w.lemmas], ids=lambda word: word.form)
def test_lemmas(word: words_gold.Word):
    assert (Lemmatizer()(word.form) in (word.lemmas or [])) is (word.form not in MISSED_LEMMAS)


@pytest.mark.parametrize("word", [w for w in all_words() if w.stems], ids=lambda word: word.form)
def test_stems(word: words_gold.Word):
    assert (Stemmer()(word.form) in (word.stems or [])) is (word.form not in MISSED_STEMS)
