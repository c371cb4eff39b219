"""Subtitles: SRT, WebVTT and tables of what was said when.

Text is written as it is said; players know by themselves which way it runs. `right_to_left` puts a mark before each line that
holds a letter of a script that runs from right to left, for players that do not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hezar_registry import InputError, suggest

#: Forms that subtitles are written in.
FORMS = ("srt", "vtt", "tsv")
#: Says to a player that a line runs from right to left.
RIGHT_TO_LEFT_MARK = "\u200f"

#: A pause between words that is longer than this, in seconds, ends a cue.
_PAUSE = 0.8
_ENDS_SENTENCE = re.compile(r"[.!?؟…]['\"»”)\]]*$")
_ENDS_CLAUSE = re.compile(r"[،؛,;:]['\"»”)\]]*$")


@dataclass(frozen=True)
class Cue:
    """A text that is shown for some time.

    Attributes:
        text: The text, with a line break where it is two lines.
        start: Seconds.
        end: Seconds.
    """

    text: str
    start: float
    end: float


def make_cues(
    segments: Iterable[Mapping[str, Any]],
    *,
    max_line: int = 42,
    max_lines: int = 2,
    max_seconds: float = 7.0,
    min_seconds: float = 1.0,
) -> list[Cue]:
    """Turn segments into cues that can be read.

    Segments are cut at the ends of sentences, at pauses, and where a cue would be too long. Where a segment has no words, its
    time is shared among them by their length. Times never decrease, and no cue lasts beyond the beginning of the next.

    Args:
        segments: In order, each with ``text``, ``start`` and ``end`` in seconds, and maybe ``words`` with the same. A segment
            whose end is not known (``None``) lasts until the next begins.
        max_line: Most characters of a line; a longer word has a line of its own.
        max_lines: Most lines of a cue.
        max_seconds: Longest time of a cue.
        min_seconds: A shorter cue is shown longer, where the next one leaves time for it.
    """
    cues: list[Cue] = []
    for segment in _with_ends(list(segments), min_seconds):
        words = list(segment.get("words") or ()) or _spread(segment, max_line * max_lines, max_seconds)
        cues += [
            Cue(_in_lines("".join(part["text"] for part in group), max_line), group[0]["start"], group[-1]["end"])
            for group in _grouped(words, max_line, max_lines, max_seconds)
        ]
    return _in_order([cue for cue in cues if cue.text], min_seconds)


def _with_ends(segments: Sequence[Mapping[str, Any]], seconds: float) -> Iterator[Mapping[str, Any]]:
    """Yield the segments; one without an end lasts until the next, and the last of all some seconds."""
    starts = [segment["start"] for segment in segments[1:]] + [segment["start"] + seconds for segment in segments[-1:]]
    for segment, following in zip(segments, starts, strict=True):
        yield segment if segment.get("end") is not None else {**segment, "end": max(following, segment["start"])}


def _spread(segment: Mapping[str, Any], characters: int, seconds: float) -> list[Mapping[str, Any]]:
    """Return a segment as words that take their share of its time; as it is where it fits into a cue."""
    text, start, lasts = segment["text"].strip(), segment["start"], segment["end"] - segment["start"]
    if len(text) <= characters and lasts <= seconds:
        return [segment]
    words: list[Mapping[str, Any]] = []
    for match in re.finditer(r"\S+\s*", text):
        begin, end = (start + lasts * place / len(text) for place in match.span())
        words.append({"text": match[0], "start": begin, "end": end})
    return words


def _in_order(cues: Sequence[Cue], min_seconds: float) -> list[Cue]:
    """Return the cues with times that never decrease, each shown as long as the next one allows."""
    starts: list[float] = []
    for cue in cues:
        starts.append(max(cue.start, starts[-1]) if starts else cue.start)
    return [
        Cue(cue.text, start, min(max(cue.end, start + min_seconds), max(following, start)))
        for cue, start, following in zip(cues, starts, starts[1:] + [float("inf")] * len(starts[-1:]), strict=True)
    ]


def write_subtitles(cues: Iterable[Cue], form: str = "srt", *, right_to_left: bool = False) -> str:
    """Return subtitles as the text of a file.

    Args:
        cues: What is shown when.
        form: ``"srt"``, ``"vtt"``, or ``"tsv"``: start and end in milliseconds, and the text.
        right_to_left: Put a mark before each line that runs from right to left.

    Raises:
        InputError: There is no such form.
    """
    if form not in FORMS:
        raise InputError(f"Subtitles are written as {', '.join(FORMS)}; found {form!r}.{suggest(str(form), FORMS)}")
    # An empty line ends a cue, so that what follows it would be read as another.
    texts = [(cue, "\n".join(line for line in cue.text.splitlines() if line.strip())) for cue in cues]
    shown = [Cue(_marked(text) if right_to_left else text, cue.start, cue.end) for cue, text in texts]
    if form == "tsv":
        rows = [f"{_milliseconds(cue.start)}\t{_milliseconds(cue.end)}\t{' '.join(cue.text.split())}" for cue in shown]
        return "".join(f"{row}\n" for row in ["start\tend\ttext", *rows])
    if form == "vtt":
        bodies = [f"{_clock(cue.start, '.')} --> {_clock(cue.end, '.')}\n{_escaped(cue.text)}\n" for cue in shown]
        return "\n".join(["WEBVTT\n", *bodies])
    bodies = [
        f"{number}\n{_clock(cue.start, ',')} --> {_clock(cue.end, ',')}\n{cue.text.replace('-->', '->')}\n"
        for number, cue in enumerate(shown, 1)
    ]
    return "\n".join(bodies)


def _grouped(
    words: Sequence[Mapping[str, Any]], max_line: int, max_lines: int, seconds: float
) -> list[list[Mapping[str, Any]]]:
    """Cut words into cues: at ends of sentences and pauses; where one would be too long, at a clause in its second half."""
    groups: list[list[Mapping[str, Any]]] = [[]]
    for word in words:
        group = groups[-1]
        if group:
            ends = _ENDS_SENTENCE.search(group[-1]["text"]) or word["start"] - group[-1]["end"] > _PAUSE
            lines = _in_lines("".join(part["text"] for part in [*group, word]), max_line).count("\n") + 1
            if ends:
                groups.append([])
            elif lines > max_lines or word["end"] - group[0]["start"] > seconds:
                places = [i for i, part in enumerate(group, 1) if _ENDS_CLAUSE.search(part["text"])]
                place = places[-1] if places and places[-1] > len(group) // 2 else len(group)
                groups[-1:] = [group[:place], group[place:]]
        groups[-1].append(word)
    return [group for group in groups if group]


def _in_lines(text: str, most: int) -> str:
    """Break a text into lines of about the same length, none longer than `most` if its words allow."""
    words = text.split()
    if not words:
        return ""
    count = -(-len(" ".join(words)) // most)
    target = max(len(" ".join(words)) / count, 1)
    lines = [words[0]]
    for word in words[1:]:
        longer = f"{lines[-1]} {word}"
        fits = len(longer) <= most
        is_nearer = abs(len(longer) - target) <= abs(len(lines[-1]) - target) or len(lines) >= count
        if fits and is_nearer:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join(lines)


def _marked(text: str) -> str:
    lines = text.split("\n")
    return "\n".join(RIGHT_TO_LEFT_MARK + line if _runs_left(line) else line for line in lines)


def _runs_left(line: str) -> bool:
    return any(unicodedata.bidirectional(character) in ("R", "AL") for character in line)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def _clock(seconds: float, point: str) -> str:
    minutes, milliseconds = divmod(_milliseconds(seconds), 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{milliseconds // 1000:02}{point}{milliseconds % 1000:03}"
