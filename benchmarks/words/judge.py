"""Holds what the libraries gave against the right answers, and says why one is wrong.

A difference is *wrong*, or of *convention*: the cut is as good, only other. Reasons follow from the right answer, never from
the library.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from words_gold import Text, Word

RIGHT, CONVENTION, WRONG = "right", "convention", "wrong"
Span = tuple[int, int]


@dataclass
class Answer:
    """What one library gave in one place, and how good it is."""

    shown: str
    verdict: str


@dataclass
class Place:
    """A place where the libraries disagree, or one of them is wrong."""

    where: str
    right: str
    reason: str
    answers: dict[str, Answer]


@dataclass
class Task:
    """A task, its places of disagreement, and the figures by library.

    Attributes:
        places: The disagreements.
        total: How many items were judged.
        correct: Items without a wrong answer, by library.
        strict: Items equal to the right answer, conventions counted as wrong.
        seconds: Median times by library and task (only in the last, nameless task).
    """

    name: str
    unit: str
    places: list[Place] = field(default_factory=list)
    total: int = 0
    correct: dict[str, int] = field(default_factory=dict)
    strict: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, dict[str, float]] = field(default_factory=dict)


# Sentences and tokens ----------------------------------------------------------------------------------------------


def sentences(texts: list[Text], given: dict[str, list[list[str]]]) -> Task:
    return _segments(Task("Sentences", "texts"), texts, given, lambda text: text.sentences, _sentence_reason)


def tokens(texts: list[Text], given: dict[str, list[list[str]]]) -> Task:
    return _segments(Task("Tokens", "texts"), texts, given, lambda text: text.tokens, _token_reason)


def _segments(
    task: Task,
    texts: list[Text],
    given: dict[str, list[list[str]]],
    right_of: Callable[[Text], list[Span]],
    reason_of: Callable[[str, str, list[str]], tuple[str, str]],
) -> Task:
    task.total = len(texts)
    task.correct, task.strict = dict.fromkeys(given, 0), dict.fromkeys(given, 0)
    for i, text in enumerate(texts):
        right = right_of(text)
        found = {library: align(text.text, pieces[i]) for library, pieces in given.items()}
        verdicts: dict[str, set[str]] = {library: set() for library in given}
        for start, end in regions(right, list(found.values())):
            wanted = _within(right, start, end)
            answers: dict[str, Answer] = {}
            reason = ""
            for library, spans in found.items():
                pieces = _within(spans, start, end)
                if pieces == wanted:
                    answers[library] = Answer("", RIGHT)
                    continue
                cuts = [text.text[a:b] for a, b in pieces]
                why, verdict = reason_of(text.text[start:end], text.text[end:], [text.text[a:b] for a, b in wanted])
                if task.name == "Sentences":
                    why, verdict = _sentence_verdict(text.text, wanted, pieces)
                elif verdict == WRONG:
                    verdict = _token_verdict(text.text[start:end], cuts)
                reason = why if not reason or verdict == WRONG else reason
                answers[library] = Answer(_shown(cuts), verdict)
                verdicts[library].add(verdict)
            if any(answer.verdict != RIGHT for answer in answers.values()):
                right_shown = _shown([text.text[a:b] for a, b in wanted])
                task.places.append(Place(f"{text.kind}, {text.number}", right_shown, reason, answers))
        for library, verdict in verdicts.items():
            task.correct[library] += WRONG not in verdict
            task.strict[library] += not verdict
    return task


def align(text: str, pieces: Iterable[str]) -> list[Span]:
    """Find pieces in the text they were cut from; a piece that was rewritten takes up the gap it stands in."""
    spans: list[Span] = []
    position = 0
    for piece in pieces:
        start = text.find(piece, position)
        if start < 0:
            # Rewritten: match what is left of it letter by letter, white space and half-spaces aside.
            while position < len(text) and text[position].isspace():
                position += 1
            start = position
            end = start + len(piece)
        else:
            end = start + len(piece)
        spans.append((start, min(end, len(text))))
        position = min(end, len(text))
    return spans


def regions(right: list[Span], others: list[list[Span]]) -> list[Span]:
    """Return the smallest stretches of text, whole tokens of everyone, in which somebody disagrees."""
    disputed = sorted({span for spans in others for span in {*spans} ^ {*right}})
    merged: list[Span] = []
    for start, end in disputed:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _within(spans: list[Span], start: int, end: int) -> list[Span]:
    return [(a, b) for a, b in spans if a < end and b > start]


def _shown(pieces: list[str]) -> str:
    return " ¦ ".join(pieces)


_KINDS = (
    (r"https?://|www\.|\w\.(?:ir|com|org|dev|z)\b.*", "address"),
    (r"\S+@\S+\.\w+", "e-mail address"),
    (r"#[\w_]+", "hashtag"),
    (r"@\w+", "mention"),
    ("[\u2600-\u27bf\U0001f000-\U0001faff]", "emoji"),
    (r"^(?::\)|:\(|:D|<3|;\))$", "emoticon"),
)


def _token_reason(region: str, after: str, wanted: list[str]) -> tuple[str, str]:
    """Say what kind of token the region is about, and whether cutting it otherwise is wrong."""
    if any(mark in region for mark in "\u200f\u200e"):
        return "direction marks are no part of a word", WRONG
    if re.fullmatch("[\u2600-\u27bf\U0001f000-\U0001faff]+", region) and "\u200d" not in region and len(wanted) > 1:
        return "row of emoji: one token or several", CONVENTION
    for pattern, name in _KINDS:
        if any(re.search(pattern, token) for token in wanted):
            return f"{name} is one token", WRONG
    if any(re.search(r"\d", token) for token in wanted):
        if re.search(r"^\d+\.$", region):
            return "dot of an enumerator: on it or apart", CONVENTION
        if "=" in region:
            return "sign between words", CONVENTION
        if re.search(r"[٪%°$+]|^-\d+$", region):
            return "sign of a number: on it or apart", CONVENTION
        if re.search(r"\d[^\W\d_]|[^\W\d_]\d", region):
            return "number and letters without a space", CONVENTION
        if re.search(r"\d[-–×]\d", region) and len(wanted) > 1:
            return "hyphen of a range", CONVENTION
        return "number with its separators is one token", WRONG
    if any(re.fullmatch(r"(?:\w{1,4}\.)+\w?\.?", token) for token in wanted):
        return "dot of an abbreviation belongs to it", WRONG
    if re.fullmatch(r"[.…!?؟]+", region):
        return "run of marks: one token or several", CONVENTION
    if re.search(r"\w\.[a-z]{2,4}$", region):
        return "file name: one token or several", CONVENTION
    if re.search(r"\w-\w", region):
        return "hyphen of a compound", CONVENTION
    if re.search("[=/+×]", region):
        return "sign between words", CONVENTION
    if "\u200c" in region:
        return "half-space holds a word together", WRONG
    if any(re.search("[\u064b-\u0655]", token) for token in wanted):
        return "vowel marks belong to the word", WRONG
    return "punctuation is cut off words", WRONG


def _token_verdict(region: str, cuts: list[str]) -> str:
    """Only the last dot of an abbreviation apart is a matter of convention."""
    return CONVENTION if re.fullmatch(r"(?:\w{1,4}\.)+", region) and cuts == [region[:-1], "."] else WRONG


def _sentence_reason(region: str, after: str, wanted: list[str]) -> tuple[str, str]:
    return "", WRONG  # judged with all cuts in view


def _sentence_verdict(text: str, wanted: list[Span], pieces: list[Span]) -> tuple[str, str]:
    """Say why the cuts of a stretch differ from the right ones; a wrong cut outweighs a matter of convention."""
    right, found = ({start for start, _ in spans[1:]} for spans in (wanted, pieces))
    reasons = [_extra_cut(text, cut) for cut in found - right] + [_missing_cut(text, cut) for cut in right - found]
    if not reasons:
        return "signs at the edge of a sentence", CONVENTION
    return min(reasons, key=lambda reason: reason[1] != WRONG)


def _extra_cut(text: str, cut: int) -> tuple[str, str]:
    before, after = text[:cut].rstrip(), text[cut:].lstrip()
    if re.match("[\u2600-\u27bf\U0001f000-\U0001faff]", after):
        return "emoji behind the mark: with the sentence or alone", CONVENTION
    if before.endswith(("؛", ":")):
        return "semicolon or colon as an end", CONVENTION
    if re.search(r"(?:^|[\s(])(?:\w\.)+$|(?:^|\s)(?:Dr|Inc)\.$", before):
        return "abbreviation or initial ends no sentence", WRONG
    if re.search(r"^\d+\.$", before):
        return "enumerator is no sentence", WRONG
    if re.search(r"(?:\.\.+|…)$", before):
        return "dots in a sentence do not end it", WRONG
    if re.search('[»"]$', before):
        return "who speaks belongs to what is said", WRONG
    if re.search(r"[!؟]$", before) and re.match('[»")]', after):
        return "closing mark belongs to its sentence", WRONG
    return "nothing ends here", WRONG


def _missing_cut(text: str, cut: int) -> tuple[str, str]:
    gap = re.search(r"\s*$", text[:cut])
    before = text[:cut].rstrip()
    if gap and "\n" in gap[0]:
        return "line break ends a sentence", CONVENTION
    if re.search("[\u2600-\u27bf\U0001f000-\U0001faff\ufe0f]$", before):
        return "emoji stands between mark and next sentence", WRONG
    if re.search(r"(?:\.\.+|…)$", before):
        return "dots end a complete sentence", WRONG
    if gap and gap[0] == "":
        return "space missing behind the mark", WRONG
    if re.search(r"[»\")]$", before):
        return "mark stands before a closing quote or bracket", WRONG
    if text[:cut].count("«") > text[:cut].count("»"):
        return "direct speech of several sentences", CONVENTION
    return "mark ends a sentence", WRONG


# Lemmas and stems --------------------------------------------------------------------------------------------------


def lemmas(words: list[Word], given: dict[str, list[list[str]]]) -> Task:
    return _words(Task("Lemmas", "words"), words, given, lambda word: word.lemmas)


def stems(words: list[Word], given: dict[str, list[list[str]]]) -> Task:
    return _words(Task("Stems", "words"), words, given, lambda word: word.stems)


def _words(
    task: Task, words: list[Word], given: dict[str, list[list[str]]], right_of: Callable[[Word], list[str] | None]
) -> Task:
    task.correct, task.strict = dict.fromkeys(given, 0), dict.fromkeys(given, 0)
    for i, word in enumerate(words):
        right = right_of(word)
        if right is None:
            continue
        task.total += 1
        answers: dict[str, Answer] = {}
        for library, results in given.items():
            found = [_dictionary_form(result) for result in results[i]]
            best = next((result for result in found if result in right), found[0])
            verdict = RIGHT if best in right else WRONG
            if verdict == WRONG and task.name == "Stems" and word.pos == "verb":
                verdict = CONVENTION  # Hazm and Shekar promise to take nominal endings off, not verbal ones
            answers[library] = Answer(best, verdict)
            task.correct[library] += verdict != WRONG
            task.strict[library] += verdict == RIGHT
        if any(answer.verdict != RIGHT for answer in answers.values()):
            task.places.append(Place(word.form, " / ".join(right), word.difficulty, answers))
    return task


def _dictionary_form(lemma: str) -> str:
    """Hazm and Shekar name a verb by its stems, past#present and past/present; ours are infinitives."""
    past, separator, _ = lemma.replace("/", "#").partition("#")
    return f"{past}ن" if separator and past else lemma.strip("#/")
