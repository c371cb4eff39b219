"""The sentences that `hezar demo` learns from."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from itertools import pairwise, product

import pytest

from hezar.cli.demo.data import LABELS, Sentence, read_sentences

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


def test_no_test_sentence_resembles_a_train_sentence(train: list[Sentence], test: list[Sentence]) -> None:
    known = [(trigrams(sentence.text), sentence.text) for sentence in train]
    unseen = [(trigrams(sentence.text), sentence.text) for sentence in test]
    alike = [
        (one_text, other_text)
        for (one, one_text), (other, other_text) in product(unseen, known)
        if len(one & other) >= 0.5 * len(one | other)
    ]
    assert alike == []


def test_orthography(sentences: list[Sentence]) -> None:
    for sentence in sentences:
        text = sentence.text
        assert set(text) <= ALLOWED, (sentence.id, [unicodedata.name(char) for char in set(text) - ALLOWED])
        assert text == text.strip(), sentence.id
        assert "  " not in text, sentence.id
        assert not re.search(rf"\s[،؛:.؟!]|{ZWNJ}[\s،؛:.؟!]|\s{ZWNJ}|{ZWNJ}{ZWNJ}|{ZWNJ}$", text), sentence.id
        assert 3 <= len(text.split()) <= 40, sentence.id


def test_the_order_tells_nothing_about_the_label(sentences: list[Sentence]) -> None:
    labels = [sentence.label for sentence in sentences]
    changes = sum(one != other for one, other in pairwise(labels))
    assert 0.4 < changes / len(labels) < 0.6
