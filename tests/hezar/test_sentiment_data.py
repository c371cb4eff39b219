"""The sentences that `hezar demo` learns from."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from itertools import pairwise

import pytest

from hezar.cli.demo.data import LABELS, Example, Sentence, read_clauses, read_opinions, read_sentences, read_words
from hezar.cli.demo.grammar import Grammar

ZWNJ = "\u200c"
HAMZA_ABOVE = "\u0654"
DIACRITICS = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652"
LETTERS = "ءآأؤئابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"
ALLOWED = set(LETTERS + " .،؛:؟!«»()…" + ZWNJ + HAMZA_ABOVE + DIACRITICS)


@pytest.fixture(scope="module")
def sentences() -> list[Sentence]:
    return read_sentences()


@pytest.fixture(scope="module")
def train(sentences: list[Sentence]) -> list[Sentence]:
    return [sentence for sentence in sentences if sentence.split == "train"]


@pytest.fixture(scope="module")
def test(sentences: list[Sentence]) -> list[Sentence]:
    return [sentence for sentence in sentences if sentence.split == "test"]


def trigrams(text: str) -> set[str]:
    return {text[start : start + 3] for start in range(len(text) - 2)}


def test_there_are_enough_and_no_doubles(sentences: list[Sentence]) -> None:
    assert len(sentences) >= 600
    assert len({sentence.text for sentence in sentences}) == len(sentences)
    assert len({sentence.id for sentence in sentences}) == len(sentences)


def test_every_field_has_one_of_its_values(sentences: list[Sentence]) -> None:
    assert {sentence.label for sentence in sentences} == set(LABELS)
    assert {sentence.style for sentence in sentences} == {"formal", "colloquial"}
    assert {sentence.domain for sentence in sentences} == {"film", "food", "phone", "hotel", "book", "service"}
    assert {sentence.split for sentence in sentences} == {"train", "test"}
    assert {name for sentence in sentences for name in sentence.phenomena} == {"negation", "irony", "mixed"}


def test_a_fifth_is_for_the_test_in_every_corner(sentences: list[Sentence]) -> None:
    def cell(sentence: Sentence) -> tuple[str, str, str]:
        return sentence.domain, sentence.label, sentence.style

    everything = Counter(map(cell, sentences))
    held_out = Counter(cell(sentence) for sentence in sentences if sentence.split == "test")
    assert len(everything) == 6 * 2 * 2
    for corner, count in everything.items():
        assert 0.17 < held_out[corner] / count < 0.23, corner


def test_labels_are_balanced_in_both_splits(train: list[Sentence], test: list[Sentence]) -> None:
    for split in (train, test):
        counts = Counter(sentence.label for sentence in split)
        assert counts["positive"] == counts["negative"]


def test_no_test_sentence_resembles_what_is_learnt(train: list[Sentence], test: list[Sentence]) -> None:
    unseen = [trigrams(sentence.text) for sentence in test]
    having: dict[str, list[int]] = {}
    for number, parts in enumerate(unseen):
        for part in parts:
            having.setdefault(part, []).append(number)
    alike: list[tuple[str, str]] = []
    for example in [*train, *read_opinions(), *read_clauses(), *read_words()]:
        known = trigrams(example.text)
        shared = Counter(number for part in known for number in having.get(part, ()))
        for number, count in shared.items():
            if 2 * count >= len(known) + len(unseen[number]) - count:  # half of all trigrams of the two
                alike.append((test[number].text, example.text))
    assert alike == []


def test_opinions_clauses_and_words_are_balanced_and_no_doubles() -> None:
    for examples in (read_opinions(), read_clauses(), read_words()):
        counts = Counter(example.label for example in examples)
        assert set(counts) == set(LABELS)
        assert max(counts.values()) < 1.1 * min(counts.values())
        labels: dict[str, set[str]] = {}
        for example in examples:
            labels.setdefault(example.text, set()).add(example.label)
        assert [text for text, its in labels.items() if len(its) > 1] == []
    for examples in (read_opinions(), read_words()):
        assert len({example.text for example in examples}) == len(examples)


def grammar(sentences: list[Sentence]) -> Grammar:
    return Grammar(sentences, read_opinions(), read_clauses(), read_words(), seed=0)


def test_a_grammar_makes_what_is_asked_and_the_same_every_time(train: list[Sentence]) -> None:
    counts = {"clause": 20, "joined": 40, "contrast": 20, "denial": 20, "assertion": 20}
    texts = grammar(train).texts(counts)
    assert texts == grammar(train).texts(counts)
    assert Counter(text.label for text in texts) == {"positive": 60, "negative": 60}


def test_a_denial_has_the_other_label_and_an_assertion_its_own(train: list[Sentence]) -> None:
    one_each = [
        Example("خوب", "positive"),
        Example("زیبا", "positive"),
        Example("بد", "negative"),
        Example("کند", "negative"),
    ]
    rules = Grammar(train, one_each, one_each, one_each, seed=0)
    for _ in range(20):
        assert {"خوب", "زیبا"} & set(re.split(r"[ .]", rules.denial("negative").text))
        assert {"بد", "کند"} & set(re.split(r"[ .]", rules.denial("positive").text))
        assert {"بد", "کند"} & set(re.split(r"[ .]", rules.assertion("negative").text))


def test_the_verdict_comes_after_the_concession() -> None:
    opinions = [Example("خوب بود", "positive"), Example("بد بود", "negative")]
    rules = Grammar([], opinions, opinions, opinions, seed=0)
    for _ in range(20):
        assert rules.contrast("positive").text.endswith("خوب بود.")
        assert rules.contrast("negative").text.endswith("بد بود.")


def test_orthography(sentences: list[Sentence]) -> None:
    for text in [example.text for example in [*sentences, *read_opinions(), *read_clauses(), *read_words()]]:
        assert set(text) <= ALLOWED, (text, [unicodedata.name(char) for char in set(text) - ALLOWED])
        assert text == text.strip(), text
        assert "  " not in text, text
        assert not re.search(rf"\s[،؛:.؟!]|{ZWNJ}[\s،؛:.؟!]|\s{ZWNJ}|{ZWNJ}{ZWNJ}|{ZWNJ}$", text), text


def test_sentences_are_of_a_sentence_s_length(sentences: list[Sentence]) -> None:
    assert all(3 <= len(sentence.text.split()) <= 40 for sentence in sentences)


def test_the_order_tells_nothing_about_the_label(sentences: list[Sentence]) -> None:
    labels = [sentence.label for sentence in sentences]
    changes = sum(one != other for one, other in pairwise(labels))
    assert 0.4 < changes / len(labels) < 0.6
