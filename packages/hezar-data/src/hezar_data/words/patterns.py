"""Regular expressions for words, abbreviations and marks, and the pattern that cuts a text; tokenizer and splitter share them.

Addresses, identifiers, numbers and emoji are those of `hezar_data.patterns`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from hezar_data import characters as ch
from hezar_data.patterns import (
    DIGITS,
    DOMAIN,
    EMAIL,
    EMOJI,
    EMOTICON,
    HASHTAG,
    IDENTIFIER_TOKEN,
    LETTERS,
    MENTION,
    NUMBER,
    UNIT_NUMBER,
    URL,
)

# Parts of character classes, for use inside [...]
_LATIN = "A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0300-\u036f\u1e00-\u1eff"
_MARKS = "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f"
_JOINERS = (
    "\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"  # a short class: it is tried after every word
)
_SINGLE = f"{ch.COMMA}{ch.SEMICOLON}{ch.LEFT_GUILLEMET}{ch.RIGHT_GUILLEMET}(\\[\\]"
TERMINATORS = f"!?{ch.QUESTION_MARK}\u203c\u2047\u2048\u2049"

# Words
PERSIAN_WORD = rf"[{LETTERS}]+(?:[{_JOINERS}]+[{LETTERS}]+)*"
FREQUENT = rf"(?>[{LETTERS}]{{3,}}(?:[{_JOINERS}]+[{LETTERS}]+)*)(?!\.)|[{_SINGLE}]"
"""What most tokens are, to be tried first: longer words, and marks that are tokens wherever they stand."""
LATIN_WORD = (
    rf"[{_LATIN}][{_LATIN}0-9_]*(?:(?:['\u2019.&+-]|[{_JOINERS}]+)[{_LATIN}0-9_]+)*(?:\+\+|#(?![\w{LETTERS}]))?"
)
"""Also compounds and names: e-mail, don't, python3.12, C++."""
OTHER_WORD = rf"[^\W\d_][\w{_MARKS}]*"

MEASURE = rf"{UNIT_NUMBER}|[{DIGITS}]+(?:[.,{ch.DECIMAL_SEPARATOR}][{DIGITS}]+)*{ch.ZWNJ}{PERSIAN_WORD}"
"""A number that belongs to the letters after it: 25MB, 4K, 1.5e-3; ``2\u200cبعدی`` with a half-space."""

# Punctuation of more than one character
RUN = rf"\.{{2,}}|{ch.ELLIPSIS}+|[{TERMINATORS}]+|[-{ch.EN_DASH}{ch.EM_DASH}]{{2,}}"

# Abbreviations
_LETTER = rf"[{ch.LETTER_RANGES}][{ch.MARK_RANGES}{ch.TATWEEL}{ch.ZWJ}]*"
DOTTED = rf"(?:{_LETTER}\.)+{_LETTER}\.?(?![{LETTERS}])|[A-Za-z]\.(?:[A-Za-z]\.)*[A-Za-z]\.?(?![A-Za-z0-9])"
"""Letters with dots, as in *BC* and *U.S.A.*; the last dot may be missing."""
INITIAL = (
    rf"(?!{ch.WAW}){_LETTER}\.(?=[^\S{ch.LINE_BREAKS}]+[^\s]|{_LETTER}{_LETTER})|[A-Z]\.(?=[^\S{ch.LINE_BREAKS}]+[A-Z])"
)
"""A letter with a dot before more text, as in *M. Omid*; *va* (and) is a word, not an initial."""
_ABBREVIATIONS = """
صص رک نک
Mr Mrs Ms Dr Prof Sr Jr St Inc Ltd Co Corp vs etc al No Nos Fig Eq Vol pp ed eds approx dept est
Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec
"""
ABBREVIATIONS = frozenset(_ABBREVIATIONS.split())
"""Abbreviations of several letters that are written with a dot at the end."""


def abbreviation(more: list[str]) -> str:
    """Return a pattern of all kinds of abbreviations with their dots.

    Args:
        more: Abbreviations besides `ABBREVIATIONS`, with or without the last dot.
    """
    words = {*ABBREVIATIONS, *(word.rstrip(".") for word in more)} - {""}
    listed = "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))
    return rf"{DOTTED}|{INITIAL}|(?:{listed})\."


@lru_cache(maxsize=8)
def token(more: tuple[str, ...] = ()) -> re.Pattern[str]:
    """Return what cuts a text into tokens: each match is one.

    This is the notion of a word in Hezar: the tokenizer cuts with it, and labels of words are given to what it finds. Blanks
    and characters that cannot be seen are in no match by themselves; every other character is in exactly one.

    Args:
        more: Abbreviations besides `ABBREVIATIONS`.
    """
    kinds = (
        FREQUENT,
        URL,
        EMAIL,
        IDENTIFIER_TOKEN,
        abbreviation([*more]),
        PERSIAN_WORD,
        DOMAIN,
        EMOTICON,
        LATIN_WORD,
        EMOJI,
        MEASURE,
        NUMBER,
        HASHTAG,
        MENTION,
        OTHER_WORD,
        RUN,
        rf"[^\s{ch.INVISIBLES}]",
    )
    return re.compile("|".join(kinds))
