"""From labelled tokens to labelled words and spans."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

#: Characters inside a word that are no letters to `re`: marks above and below letters (Arabic script), and joiners.
_INNER = r"\u0610-\u061A\u064B-\u065F\u0670\u06D6-\u06ED\u0640\u200C\u200D"
#: A run of letters and digits, or any other visible character by itself.
WORD = re.compile(rf"[\w{_INNER}]+|\S")


@dataclass
class LabeledToken:
    """A part of a text and its label.

    Attributes:
        token: What it is called.
        label: The label.
        start: First character in the text.
        end: One after the last character.
        score: Probability of the label.
    """

    token: str
    label: str
    start: int
    end: int
    score: float


def merge_words(tokens: Sequence[LabeledToken], text: str) -> list[LabeledToken]:
    """Return one entry per word of the text that has a token: the label and score of its first token."""
    words: list[LabeledToken] = []
    i = 0
    for word in WORD.finditer(text):
        while i < len(tokens) and tokens[i].end <= word.start():
            i += 1
        if i < len(tokens) and tokens[i].start < word.end():
            words.append(replace(tokens[i], token=word[0], start=word.start(), end=word.end()))
    return words


def merge_spans(tokens: Sequence[LabeledToken], text: str) -> list[LabeledToken]:
    """Merge words: ``B-X`` and the words ``I-X`` after it become one ``X``; ``O`` is left out.

    An ``I-X`` that follows no ``X`` begins a span; a label that is neither ``B-…``, ``I-…`` nor ``O`` stays one word.
    The score of a span is the mean of its words.
    """
    spans: list[list[LabeledToken]] = []
    open_type: str | None = None  # of a span that may go on
    for word in merge_words(tokens, text):
        prefix, dash, kind = word.label.partition("-")
        tagged = bool(dash) and prefix in ("B", "I")
        if tagged and prefix == "I" and kind == open_type:
            spans[-1].append(word)
        elif word.label != "O":
            spans.append([replace(word, label=kind if tagged else word.label)])
        open_type = kind if tagged else None
    return [
        LabeledToken(
            token=text[words[0].start : words[-1].end],
            label=words[0].label,
            start=words[0].start,
            end=words[-1].end,
            score=sum(word.score for word in words) / len(words),
        )
        for words in spans
    ]
