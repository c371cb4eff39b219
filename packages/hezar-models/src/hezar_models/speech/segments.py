"""What was said when: segments and words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from hezar_models.speech.fallback import Bad

#: The shortest segment, in seconds: one step of the time tokens.
SHORTEST = 0.02


@dataclass(frozen=True)
class SpokenWord:
    """A word with the punctuation that belongs to it.

    Attributes:
        text: The word, with the space before it.
        start: Seconds.
        end: Seconds.
        score: Mean probability of its tokens.
    """

    text: str
    start: float
    end: float
    score: float

    def to_dict(self) -> dict[str, Any]:
        return {f.name: getattr(self, f.name) for f in fields(self)}


@dataclass(frozen=True)
class Segment:
    """Something that was said in one go.

    Attributes:
        text: The text, with the space before it: put together, the texts of all segments are the transcript.
        start: Seconds from the beginning of the recording.
        end: Seconds; not after the end of the recording.
        score: Mean log p of the tokens of its window.
        no_speech: Probability that nobody speaks in its window, according to the model; ``None`` if it was not needed.
        compression: How many times shorter the text of its window becomes when it is compressed.
        temperature: At which its window was decoded.
        language: Code of the language in which its window was decoded; ``None`` for a model of one language.
        bad: What is wrong with its window, if anything is: ``"repetition"``, ``"unlikely"`` or ``"unfinished"``.
        words: Its words, if they were asked for.
        token_ids: Its tokens.
    """

    text: str
    start: float
    end: float
    score: float | None = None
    no_speech: float | None = None
    compression: float | None = None
    temperature: float = 0.0
    language: str | None = None
    bad: Bad | None = None
    words: tuple[SpokenWord, ...] | None = None
    token_ids: tuple[int, ...] = field(default=(), repr=False)

    def shifted(self, seconds: float) -> Segment:
        """Return the segment on a clock that shows so much more."""
        words = None
        if self.words is not None:
            words = tuple(
                replace(word, start=_rounded(word.start + seconds), end=_rounded(word.end + seconds))
                for word in self.words
            )
        return replace(self, start=_rounded(self.start + seconds), end=_rounded(self.end + seconds), words=words)

    def to_dict(self) -> dict[str, Any]:
        """Return what was found out, as JSON holds it; without tokens."""
        values = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("token_ids", "words")}
        found = {name: value for name, value in values.items() if value is not None}
        return found if self.words is None else {**found, "words": [word.to_dict() for word in self.words]}


def within(start: float | None, end: float | None, length: float) -> tuple[float, float]:
    """Return the times of a segment inside of a window of `length` seconds, at least `SHORTEST` apart if there is room."""
    start = min(max(start or 0.0, 0.0), max(length - SHORTEST, 0.0))
    end = length if end is None else min(end, length)
    return _rounded(start), _rounded(max(end, min(start + SHORTEST, length)))


def joined(segments: Sequence[Segment], so_far: bool = False) -> list[Segment]:
    """Return segments whose texts can be put together: a space is before each but the first.

    Args:
        segments: In order.
        so_far: There is text before the first one.
    """
    spaced: list[Segment] = []
    for segment in segments:
        if (spaced or so_far) and segment.text and not segment.text[0].isspace():
            words = segment.words
            if words:
                words = (replace(words[0], text=f" {words[0].text}"), *words[1:])
            segment = replace(segment, text=f" {segment.text}", words=words)  # noqa: PLW2901 - the same, with a space
        spaced.append(segment)
    return spaced


def _rounded(seconds: float) -> float:
    return round(seconds, 3)
