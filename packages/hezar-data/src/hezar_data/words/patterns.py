"""Regular expressions for what stands in a Persian text besides plain words; tokenizer and splitter share them.

The cleaning rules have patterns of their own for addresses and emoji; `hezar_data.persian.entities` says why.

Sources: addresses as people write them in running text, a part of RFC 3986 and RFC 5322; emoji sequences, UTS #51.
"""

from __future__ import annotations

import re
from functools import lru_cache

from hezar_data import characters as ch

# Parts of character classes, for use inside [...]
DIGITS = ch.DIGIT_RANGES
LETTERS = f"{ch.LETTER_RANGES}{ch.MARK_RANGES}{ch.TATWEEL}"
"""What Persian words are made of, but for half-spaces."""
_LATIN = "A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0300-\u036f\u1e00-\u1eff"
_MARKS = "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f"
_JOINERS = (
    "\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"  # a short class: it is tried after every word
)
_QUOTES = f"\"'{ch.LEFT_GUILLEMET}{ch.RIGHT_GUILLEMET}\u201c\u201d"
_SINGLE = f"{ch.COMMA}{ch.SEMICOLON}{ch.LEFT_GUILLEMET}{ch.RIGHT_GUILLEMET}(\\[\\]"
_CLAUSE = f"{ch.COMMA}{ch.SEMICOLON}{ch.QUESTION_MARK}"
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

# Addresses: the mark that ends a sentence does not belong to them, nor a bracket that was not opened inside.
_HOST = r"[A-Za-z0-9][A-Za-z0-9-]{0,62}"
_IN_URL = rf"[^\s{ch.INVISIBLES}{_QUOTES}{_CLAUSE}<>(){{}}\[\]]"
URL = rf"(?:(?:https?|ftp)://|www\.)(?:{_IN_URL}|\([^\s()]*\))*(?:[^\s{ch.INVISIBLES}{_QUOTES}{_CLAUSE}<>(){{}}\[\].,;:!?{ch.ELLIPSIS}]|\([^\s()]*\))"
EMAIL = rf"[A-Za-z0-9][A-Za-z0-9._%+-]{{0,63}}@{_HOST}(?:\.{_HOST})*\.[A-Za-z]{{2,24}}"
DOMAIN = rf"(?:{_HOST}\.)+[A-Za-z]{{2,24}}(?![A-Za-z0-9])(?:/[\w\-.~%!$&*+=:@/?#]*[\w/=-]|/)?"
HASHTAG = rf"[#\uff03][\w{LETTERS}{ch.ZWNJ}]*[\w{LETTERS}]"
MENTION = r"@[A-Za-z0-9_](?:[A-Za-z0-9_.]*[A-Za-z0-9_])?"

# Numbers
_D = f"[{DIGITS}]"
_SEPARATOR = f"[.,/:{ch.COMMA}{ch.DECIMAL_SEPARATOR}{ch.THOUSANDS_SEPARATOR}]"
_PERCENT = f"[%{ch.PERCENT_SIGN}]"
_DATE = rf"{_D}{{4}}-{_D}{{1,2}}-{_D}{{1,2}}|{_D}{{1,2}}-{_D}{{1,2}}-{_D}{{4}}"
_PHONE = rf"\+{_D}{{6,15}}|(?:\+{_D}{{1,3}}|[0\u0660\u06f0]{_D}{{1,3}})(?:-{_D}{{2,8}}){{1,4}}"
NUMBER = (
    rf"(?:{_DATE}|{_PHONE}|(?:(?<![\w)\]{LETTERS}])[-+\u2212])?{_PERCENT}?{_D}+(?:{_SEPARATOR}{_D}+)*)"
    rf"(?!{_D})[%{ch.PERCENT_SIGN}\u2030°]?"
)
MEASURE = rf"{_D}+(?:[.,{ch.DECIMAL_SEPARATOR}]{_D}+)*(?:[eE][-+]{_D}+|[A-Za-z][A-Za-z0-9]*|{ch.ZWNJ}{PERSIAN_WORD})"
"""A number that belongs to the letters after it: 25MB, 4K, 1.5e-3; ``2\u200cبعدی`` with a half-space."""

# Emoji
_PICTOGRAPH = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u27bf\u2934\u2935\u2b05-\u2b55\u3030\u303d"
    "\u3297\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff]"
)
_ONE = rf"{_PICTOGRAPH}\ufe0f?[\U0001f3fb-\U0001f3ff]?[\U000e0020-\U000e007f]*"
_FLAG = "[\U0001f1e6-\U0001f1ff]{2}"
_KEYCAP = "[0-9#*]\ufe0f?\u20e3"
EMOJI = rf"(?:{_FLAG}|{_KEYCAP}|{_ONE}(?:{ch.ZWJ}{_ONE})*)"
EMOTICON = r"(?:[:;=][-'^]?[)(\]\[DPpOo/\\|*]+|<3+|[xX]D+|\^_+\^|-_+-)(?![A-Za-z0-9])"

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
