"""Reads the hand-cut corpus in ``hezar_data/words_corpus``; its README tells what the marks mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

CORPUS = Path(__file__).parent / "hezar_data" / "words_corpus"

SENTENCE, TOKEN, HALF_SPACE, BREAK = "‖", "¦", "~", "⏎"


@dataclass(frozen=True)
class Text:
    """A text and where its tokens and sentences are.

    Attributes:
        number: Line number in the file.
        kind: Where such texts come from.
        text: The text.
        tokens: Offsets of the tokens.
        sentences: Offsets of the sentences.
    """

    number: int
    kind: str
    text: str
    tokens: list[tuple[int, int]]
    sentences: list[tuple[int, int]]


@dataclass(frozen=True)
class Word:
    """A word and what it is a form of; ``None`` where that is not judged."""

    form: str
    lemmas: list[str] | None
    stems: list[str] | None
    pos: str
    difficulty: str


def texts(*, held_out: bool = False) -> list[Text]:
    """Return the texts of ``sentences.txt``, or the held-out ones."""
    found: list[Text] = []
    kind = ""
    for number, line in enumerate(
        (CORPUS / ("heldout_sentences.txt" if held_out else "sentences.txt")).read_text(encoding="utf-8").splitlines(),
        1,
    ):
        if line.startswith("## "):
            kind = line.removeprefix("## ")
        elif line and not line.startswith("# "):
            found.append(_text(number, kind, line))
    return found


def words(*, held_out: bool = False) -> list[Word]:
    """Return the words of ``words.tsv``, or the held-out ones."""
    found: list[Word] = []
    difficulty = ""
    for line in (CORPUS / ("heldout_words.tsv" if held_out else "words.tsv")).read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            difficulty = line.removeprefix("## ")
        elif not line.startswith("#"):
            form, lemma, stem, pos = line.replace(HALF_SPACE, "\u200c").split("\t")
            judged = [None if answer == "-" else answer.split("|") for answer in (lemma, stem)]
            found.append(Word(form, judged[0], judged[1], pos, difficulty))
    return found


def _text(number: int, kind: str, line: str) -> Text:
    marked = re.sub(r"\{([0-9a-f]{4})\}", lambda match: chr(int(match[1], 16)), line)
    marked = marked.replace(HALF_SPACE, "\u200c").replace(BREAK, "\n")
    text = marked.replace(TOKEN, "").replace(SENTENCE, "")
    return Text(
        number,
        kind,
        text,
        tokens=_spans(marked, rf"[^\s{TOKEN}{SENTENCE}\u200f]+"),
        sentences=_spans(marked, rf"[^\s{SENTENCE}][^{SENTENCE}]*(?<!\s)"),
    )


def _spans(marked: str, pattern: str) -> list[tuple[int, int]]:
    def position(end: int) -> int:
        return end - marked.count(TOKEN, 0, end) - marked.count(SENTENCE, 0, end)

    return [(position(m.start()), position(m.end())) for m in re.finditer(pattern, marked)]
