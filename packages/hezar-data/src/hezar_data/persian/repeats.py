"""The rule for letters that are repeated for emphasis."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hezar_data import characters as ch
from hezar_data.persian import known_words
from hezar_data.persian.affixes import word_before
from hezar_data.persian.rule import PatternRule

_LETTER = f"[{ch.LETTER_RANGES}]"
_RUN = re.compile(f"({_LETTER})\\1\\1\\1*")  # three times as fast as "{2,}"
_LETTERS = ch.LETTERS_AND_MARKS
_AHEAD = re.compile(f"{_LETTER}{{1,30}}")


def _shortened(match: re.Match[str]) -> str:
    text, letter = match.string, match[1]
    if text[match.start() - 1 : match.start()] not in _LETTERS and text[match.end() : match.end() + 1] not in _LETTERS:
        return letter * 3  # laughter
    known = known_words.legal_doubles().get(letter * 2, ())
    if not known and letter != ch.PERSIAN_YEH:
        return letter
    ahead = _AHEAD.match(text, match.end())
    before = _RUN.sub(r"\1", word_before(text, match.start()))
    after = _RUN.sub(r"\1", ahead[0] if ahead else "")
    return letter * 2 if _is_doubled(before, letter, after, known) else letter


def _is_doubled(before: str, letter: str, after: str, known: Sequence[str]) -> bool:
    """Whether a letter rightly stands twice between the two parts of a word."""
    double = letter * 2
    word = f"{before}{double}{after}"
    if letter == ch.PERSIAN_YEH and not after and before[-1:] in (ch.ALEF, ch.WAW):
        return not known_words.listed(before + letter, "exclamations")  # jayi, danesh-juyi, but vay
    return any(
        len(before) >= (place := spelled.index(double)) and word.startswith(spelled, len(before) - place)
        for spelled in known
    )


REPEATED_LETTERS = PatternRule(
    "repeated_letters",
    "a letter that is written three times or more is written once, or twice where the word is spelled so",
    "the spelling of the words: Academy of Persian Language, Farhang-e Emlayi-ye Khatt-e Farsi",
    _RUN,
    _shortened,
    by_word=True,
)
