"""`SentenceSplitter`: texts to sentences."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from operator import itemgetter
from typing import Any, Literal, overload

from hezar_data import characters as ch
from hezar_data.configs.words import SentenceSplitterConfig
from hezar_data.lexicon.spelling import plain
from hezar_data.preprocessors.base import Preprocessor
from hezar_data.words import patterns, verbs
from hezar_data.words.base import Span, texts_of

Sentence = tuple[str, Span]

_BRACKETS = {"(": ")", "[": "]", "{": "}"}
_OPENING_BRACKET = re.compile(r"[(\[{]")
_LONGEST_BRACKET = 200  # characters; a bracket that stays open longer was forgotten
_QUOTES = frozenset(f"{ch.LEFT_GUILLEMET}\u201c\"'")
_CLOSERS = f"{ch.RIGHT_GUILLEMET}\u201d\u2019\"')\\]}}"
_LINE_BREAKS = frozenset(ch.LINE_BREAKS)
_FAR = 64  # characters around a terminator that are looked at
_PERSIAN = re.compile(f"[{ch.LETTER_RANGES}]")
_ADDRESS = re.compile(f"{patterns.URL}|{patterns.EMAIL}")
_BREAK = f"(?>\r\n|[{ch.LINE_BREAKS}])"
_SPACE = rf"[^\S{ch.LINE_BREAKS}]"
_FIRST_CHARACTER = re.compile(r"\s*(\S)")
_MORE_MARKS = re.compile(rf"{_SPACE}*[{patterns.TERMINATORS}]")
_FIRST_WORD = re.compile(rf"\s*({patterns.PERSIAN_WORD})")
_LAST_WORD = re.compile(rf"({patterns.PERSIAN_WORD})[^\w]*$")
_LONGEST_ENUMERATOR = 12
_ENUMERATOR = re.compile(rf"\s*[(\[]?(?:[{patterns.DIGITS}]{{1,3}}|[{patterns.LETTERS}]{{1,3}})")
_WORD_CHARACTER = re.compile(rf"[\w{patterns.LETTERS}]|{patterns.EMOJI}")
_DOTS = re.compile(rf"\.{{2,}}|\.*{ch.ELLIPSIS}[.{ch.ELLIPSIS}]*")

_CONJUNCTIONS = frozenset({"و", "که", "را", "تا", "ولی", "اما", "بلکه", "یا"})
"""What goes on after a quotation or an ellipsis."""
_REPORTING = re.compile(
    r"\s*(?:ن?می\u200c?)?(?:گفت|پرسید|افزود|گوی|پرس|نوشت|غرید|نالید)(?:م|ی|د|یم|ید|ند|ه)?(?![\w\u200c])"
    r"|\s*(?:فریاد|داد|جیغ|جواب|پاسخ|ادامه|زمزمه)\s+(?:می\u200c?)?(?:زد|داد|کشید|کرد|زن|ده|کن)"
)
"""The words that come after what was said: «…» گفت مادرم."""


class SentenceSplitter(Preprocessor):
    """Cuts texts into sentences.

    A sentence ends at ``. ! ? ؟`` and at line breaks; not at decimal points, dates, times, addresses, abbreviations (ق.م., U.S.A.),
    initials (م. امید) and enumerators (۱.). Closing quotes and brackets, and emoji after the terminator, belong to the
    sentence. A sentence goes on after brackets inside it, and after direct speech when the words after it tell who spoke.
    Three dots end a sentence that has its verb, since a Persian sentence ends with it.

    Example:
        >>> SentenceSplitter()("سلام! حال شما چطور است؟ من خوبم.")
        ['سلام!', 'حال شما چطور است؟', 'من خوبم.']
        >>> SentenceSplitter()("دما ۳.۵ درجه بود. سرد است.", return_offsets=True)
        [('دما ۳.۵ درجه بود.', (0, 17)), ('سرد است.', (18, 26))]
    """

    role = "sentence_splitter"
    config_class = SentenceSplitterConfig
    upload_message = "Hezar: Upload sentence splitter"

    def __init__(self, config: SentenceSplitterConfig | None = None, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        marks = patterns.TERMINATORS + (f"{ch.SEMICOLON};" if self.config.semicolon else "")
        breaks = {
            "break": f"[{ch.LINE_BREAKS}]",
            "paragraph": f"{ch.PARAGRAPH_SEPARATOR}|{_BREAK}{_SPACE}*{_BREAK}",
            "ignore": "(?!)",
        }[self.config.newline]
        self._end = re.compile(
            rf"(?P<newline>{breaks})"
            rf"|(?P<marks>[.{ch.FULL_STOP}{ch.ELLIPSIS}{marks}]+)"
            rf"(?P<closers>[{_CLOSERS}]*)(?P<emoji>(?:{_SPACE}*{patterns.EMOJI})*)"
        )
        self._abbreviation = re.compile(
            rf"(?<![\w{patterns.LETTERS}.])(?:{patterns.abbreviation(self.config.abbreviations)})"
        )

    @overload
    def __call__(self, inputs: str, return_offsets: Literal[False] = False) -> list[str]: ...  # pyright: ignore[reportOverlappingOverload] - a str is iterable, too
    @overload
    def __call__(self, inputs: str, return_offsets: Literal[True]) -> list[Sentence]: ...  # pyright: ignore[reportOverlappingOverload] - a str is iterable, too
    @overload
    def __call__(self, inputs: Iterable[str], return_offsets: Literal[False] = False) -> list[list[str]]: ...
    @overload
    def __call__(self, inputs: Iterable[str], return_offsets: Literal[True]) -> list[list[Sentence]]: ...
    def __call__(self, inputs: str | Iterable[str], return_offsets: bool = False) -> list[Any]:
        """Split one text or many.

        Args:
            inputs: A text, or texts.
            return_offsets: Give each sentence as ``(sentence, (start, end))``, so that ``text[start:end] == sentence``.

        Returns:
            The sentences of the text, without white space around them; of several texts, a list of such lists.
            Nothing but white space is lost between them.

        Raises:
            InputError: An input is not a text.
        """
        texts = texts_of(inputs, "SentenceSplitter", "text")
        results: list[Any] = []
        for text in texts:
            spans = [*self._spans(text)]
            results.append([(text[a:b], (a, b)) if return_offsets else text[a:b] for a, b in spans])
        return results[0] if isinstance(inputs, str) else results

    def _spans(self, text: str) -> Iterator[Span]:
        """Yield the offsets of the sentences, white space around them left out."""
        start = 0
        for end in self._ends(text):
            sentence = text[start:end]
            stripped = sentence.strip()
            if stripped:
                begin = start + len(sentence) - len(sentence.lstrip())
                yield begin, begin + len(stripped)
            start = end

    def _ends(self, text: str) -> Iterator[int]:
        """Yield where sentences end, the end of the text last."""
        protected = self._protected(text)
        start = checked = 0
        wordless = True  # nothing but signs since `start`
        for match in self._end.finditer(text):
            position = match.start()
            if match["newline"] is None:
                if wordless:
                    wordless = _WORD_CHARACTER.search(text, checked, position) is None
                    checked = position
                if wordless or _inside(protected, position) or not self._is_end(text, start, match):
                    continue
            start = checked = match.end()
            wordless = True
            yield start
        yield len(text)

    def _protected(self, text: str) -> list[Span]:
        """Spans in which nothing ends, in order: addresses, abbreviations, and brackets within a sentence."""
        spans: list[Span] = []
        if "://" in text or "@" in text or "www." in text:
            spans += [match.span() for match in _ADDRESS.finditer(text)]
        if "." in text[:-1]:
            spans += [match.span() for match in self._abbreviation.finditer(text)]
        if _OPENING_BRACKET.search(text):
            spans += _brackets(text)
        return _merged(spans)

    def _is_end(self, text: str, start: int, match: re.Match[str]) -> bool:
        """Whether a terminator ends the sentence that begins at `start`; only some characters around it are looked at."""
        marks, closers, end = match["marks"], match["closers"], match.end()
        following = text[end : end + 1]
        if not following:
            return True
        spaced = following.isspace()
        if not spaced and not (following in _QUOTES or match["emoji"] or _PERSIAN.match(following)):
            return False
        if _MORE_MARKS.match(text, end):
            return False
        position = match.start()
        if marks == "." and not closers:
            if spaced and position - start < _LONGEST_ENUMERATOR and _ENUMERATOR.fullmatch(text, start, position):
                return False
            if not spaced and not _PERSIAN.match(text, position - 1):
                return False
        first = _FIRST_WORD.match(text, end)
        word = first[1] if first else ""
        if _DOTS.fullmatch(marks) and text[end : end + _FAR].strip():
            return not word or (word not in _CONJUNCTIONS and _has_verb(text[max(start, position - _FAR) : position]))
        if not closers:
            return True
        opener = _FIRST_CHARACTER.match(text, start)
        opener = opener[1] if opener else ""
        if opener not in _BRACKETS and any(closer in closers for closer in _BRACKETS.values()):
            return False
        reported = opener in _QUOTES and _REPORTING.match(text, end) and ":" not in text[end : end + _FAR]
        return not (word in _CONJUNCTIONS or reported)


def _inside(spans: list[Span], position: int) -> bool:
    """Whether a position lies in one of the spans, which are in order and do not overlap."""
    i = bisect_right(spans, position, key=itemgetter(0))
    return i > 0 and position < spans[i - 1][1]


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _brackets(text: str) -> Iterator[Span]:
    """Yield brackets that are closed soon, up to the marks before the closing one: those are left to the rules."""
    for opener, closer in _BRACKETS.items():
        position = text.find(opener)
        while position >= 0:
            end = text.find(closer, position, position + _LONGEST_BRACKET)
            inside = text[position:end] if end > 0 else "\n"
            if _LINE_BREAKS.isdisjoint(inside):
                yield position, position + len(inside.rstrip(f".{patterns.TERMINATORS}{ch.ELLIPSIS}"))
            position = text.find(opener, position + max(len(inside), 1))


def _has_verb(clause: str) -> bool:
    """Whether the last word of a clause is a finite verb."""
    found = _LAST_WORD.search(clause)
    word = plain(found[1]) if found else ""
    return (verbs.with_aspect(word) or verbs.past(word)) is not None
