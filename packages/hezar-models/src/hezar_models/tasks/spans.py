"""From labelled tokens to labelled words and spans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hezar_data.words import patterns


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
    """Return one entry per word of the text that has a token: the label and score of its first token.

    Words are what `hezar_data.WordTokenizer` cuts: a number, an address or a word with its half-spaces is one.
    """
    words: list[LabeledToken] = []
    i = 0
    for word in patterns.token().finditer(text):
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
