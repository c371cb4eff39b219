"""The rule for letters that are repeated for emphasis."""

from __future__ import annotations

import re

from hezar_data.persian import characters as ch
from hezar_data.persian import lexicon
from hezar_data.persian.affixes import word_before
from hezar_data.persian.rule import PatternRule

_LETTER = f"[{ch.LETTER_RANGES}]"
_RUN = re.compile(f"({_LETTER})\\1{{2,}}")
_AHEAD = re.compile(f"{_LETTER}{{1,30}}")


def _shortened(match: re.Match[str]) -> str:
    text, letter = match.string, match[1]
    ahead = _AHEAD.match(text, match.end())
    before = _RUN.sub(r"\1", word_before(text, match.start()))
    after = _RUN.sub(r"\1", ahead[0] if ahead else "")
    if not before and not after:
        return letter * 3  # laughter
    return letter * 2 if _is_doubled(before, letter, after) else letter


def _is_doubled(before: str, letter: str, after: str) -> bool:
    """Whether a letter rightly stands twice between the two parts of a word."""
    double = letter * 2
    word = f"{before}{double}{after}"
    if letter == ch.PERSIAN_YEH and not after and before[-1:] in (ch.ALEF, ch.WAW):
        return not lexicon.listed(before + letter, "exclamations")  # jayi, danesh-juyi, but vay
    return any(
        len(before) >= (place := known.index(double)) and word.startswith(known, len(before) - place)
        for known in lexicon.legal_doubles().get(double, ())
    )


REPEATED_LETTERS = PatternRule(
    "repeated_letters",
    "a letter that is written three times or more is written once, or twice where the word is spelled so",
    "the spelling of the words: Academy of Persian Language, Farhang-e Emlayi-ye Khatt-e Farsi",
    _RUN,
    _shortened,
)
