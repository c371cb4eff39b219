"""The Persian sentiment sentences that ship with Hezar; README.md beside this file tells what they are."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files

LABELS = ("negative", "positive")  # by class id


@dataclass(frozen=True)
class Example:
    """A text with its label, one of `LABELS`."""

    text: str
    label: str


@dataclass(frozen=True)
class Sentence(Example):
    """One sentence of ``sentiment.csv``.

    Attributes:
        id: Domain and number, such as ``"film-001"``.
        domain: What it is about: film, food, phone, hotel, book or service.
        style: ``"formal"`` or ``"colloquial"``.
        phenomena: What makes it hard: ``"negation"``, ``"irony"``, ``"mixed"`` (praise and blame in one sentence).
        split: ``"train"`` or ``"test"``.
    """

    id: str
    domain: str
    style: str
    phenomena: tuple[str, ...]
    split: str


def read_opinions() -> list[Example]:
    """Return short opinions to learn from, such as ``Example("حرف نداشت", "positive")``."""
    return [Example(row["text"], row["label"]) for row in _rows("opinions.csv")]


def read_words() -> list[Example]:
    """Return adjectives that praise or blame, such as ``Example("دلنشین", "positive")``."""
    return [Example(row["text"], row["label"]) for row in _rows("words.csv")]


def read_clauses() -> list[Example]:
    """Return a clause for each subject of a topic and each predicate of it, such as ``"باتریش زود تموم می‌شه"``."""
    return [
        Example(f"{subject} {predicate}", label)
        for row in _rows("topics.csv")
        for label in LABELS
        for subject in row["subjects"].split("|")
        for predicate in row[label].split("|")
    ]


def read_sentences(split: str | None = None) -> list[Sentence]:
    """Return the sentences of a split, or all of them, in the order of the file."""
    rows = [
        Sentence(
            id=row["id"],
            text=row["text"],
            label=row["label"],
            domain=row["domain"],
            style=row["style"],
            phenomena=tuple(row["phenomena"].split()),
            split=row["split"],
        )
        for row in _rows("sentiment.csv")
    ]
    return [row for row in rows if split in (None, row.split)]


def _rows(name: str) -> list[dict[str, str]]:
    text = files("hezar.cli.demo").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
