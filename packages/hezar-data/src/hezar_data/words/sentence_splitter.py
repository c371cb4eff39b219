"""`SentenceSplitter`: texts to sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Literal, overload

from hezar_data.configs.words import SentenceSplitterConfig
from hezar_data.persian import characters as ch
from hezar_data.preprocessors.base import Preprocessor
from hezar_data.words import patterns, verbs
from hezar_data.words.base import Span, texts_of
from hezar_data.words.lexicon import plain

Sentence = tuple[str, Span]

_BRACKETS = {"(": ")", "[": "]", "{": "}"}
_LONGEST_BRACKET = 200  # characters; a bracket that stays open longer was forgotten
_QUOTES = f"{ch.LEFT_GUILLEMET}\u201c\"'"
_CLOSERS = f"{ch.RIGHT_GUILLEMET}\u201d\u2019\"')\\]}}"
_ADDRESS = re.compile(f"{patterns.URL}|{patterns.EMAIL}")
_FIRST_WORD = re.compile(rf"\s*({patterns.PERSIAN_WORD})")
_LAST_WORD = re.compile(rf"({patterns.PERSIAN_WORD})[^\w]*$")
_LONGEST_WORD = 64  # characters before an ellipsis that are looked at
_ENUMERATOR = re.compile(rf"\s*[(\[]?(?:[{patterns.DIGITS}]{{1,3}}|[{patterns.LETTERS}]{{1,3}})$")
_WORD_CHARACTER = re.compile(rf"[\w{patterns.LETTERS}]|{patterns.EMOJI}")

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
    initials (م. امید) and enumerators (۱.). Closing quotes and brackets, and emoji behind the terminator, belong to the
    sentence. A sentence goes on after brackets inside it, and after direct speech when the words behind it tell who spoke.
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
        breaks = {"break": r"\n", "paragraph": r"\n[^\S\n]*\n", "ignore": "(?!)"}[self.config.newline]
        self._end = re.compile(
            rf"(?P<newline>{breaks})"
            rf"|(?P<marks>[.{ch.FULL_STOP}{ch.ELLIPSIS}{marks}]+)"
            rf"(?P<closers>[{_CLOSERS}]*)(?P<emoji>(?:[^\S\n]*{patterns.EMOJI})*)"
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
            InputError: An input is no text.
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
        start = 0
        for match in self._end.finditer(text):
            if match["newline"] is None:
                inside = any(a <= match.start() < b for a, b in protected)
                if inside or not self._is_end(text, start, match):
                    continue
            start = match.end()
            yield start
        yield len(text)

    def _protected(self, text: str) -> list[Span]:
        """Spans in which nothing ends: addresses, abbreviations, and brackets within a sentence."""
        spans = (
            [match.span() for match in _ADDRESS.finditer(text)]
            if "://" in text or "@" in text or "www." in text
            else []
        )
        if "." in text:
            spans += [match.span() for match in self._abbreviation.finditer(text)]
        return [*spans, *_brackets(text)]

    def _is_end(self, text: str, start: int, match: re.Match[str]) -> bool:
        marks, closers = match["marks"], match["closers"]
        before, after = text[start : match.start()], text[match.end() : match.end() + _LONGEST_WORD]
        if not _WORD_CHARACTER.search(before):
            return False
        spaced = after == "" or after[0].isspace()
        if not spaced and not (_is_persian(after[0]) or after[0] in _QUOTES or match["emoji"]):
            return False
        if marks == "." and not closers:
            if _ENUMERATOR.match(before) and spaced and after.strip():
                return False
            if not spaced and not _is_persian(before[-1]):
                return False
        first = _FIRST_WORD.match(after)
        word = first[1] if first else ""
        if set(marks) <= {".", ch.ELLIPSIS} and (len(marks) > 1 or ch.ELLIPSIS in marks) and after.strip():
            return not word or (word not in _CONJUNCTIONS and _has_verb(before))
        if any(closer in closers for closer in ")]}") and not _opens(text[start:].lstrip()):
            return False
        if closers and word:
            reported = _opens(before.lstrip(), _QUOTES) and _REPORTING.match(after) and ":" not in after
            return not (word in _CONJUNCTIONS or reported)
        return True


def _brackets(text: str) -> Iterator[Span]:
    """Yield the inside of brackets that are closed soon, with the closing bracket's own mark left to the rules."""
    for opener, closer in _BRACKETS.items():
        position = text.find(opener)
        while position >= 0:
            end = text.find(closer, position, position + _LONGEST_BRACKET)
            if end > 0 and "\n" not in text[position:end]:
                yield position, len(text[:end].rstrip(f".!?{ch.QUESTION_MARK}{ch.ELLIPSIS}"))
                position = end
            position = text.find(opener, position + 1)


def _opens(sentence: str, openers: str = "([{") -> bool:
    return sentence[:1] != "" and sentence[0] in openers


def _is_persian(character: str) -> bool:
    return re.match(f"[{ch.LETTER_RANGES}]", character) is not None


def _has_verb(clause: str) -> bool:
    """Whether the last word of a clause is a finite verb."""
    found = _LAST_WORD.search(clause[-_LONGEST_WORD:])
    if not found:
        return False
    word = plain(found[1])
    form = verbs.with_aspect(word) or verbs.past(word)
    return form is not None
