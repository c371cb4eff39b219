"""Rules for digits and the signs of numbers."""

from __future__ import annotations

import re

from hezar_data import characters as ch
from hezar_data.persian import known_words
from hezar_data.persian.affixes import word_before
from hezar_data.persian.rule import PatternRule

_CLDR = "CLDR, locale fa, numbering systems arabext (Persian), arab and latn"
_DIGIT_SETS = (ch.ASCII_DIGITS, ch.ARABIC_DIGITS, ch.PERSIAN_DIGITS)
_NAME = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")


_INSIDE_NAME = frozenset(f"{ch.ASCII_DIGITS}.-")


def _in_name(text: str, start: int, end: int) -> bool:
    """Whether digits belong to a name, as in "MP3", "H2O", "COVID-19", "v2.0" and "x_1"."""
    if text[end : end + 1] in _NAME:
        return True
    for place in range(start - 1, max(-1, start - 30), -1):
        if text[place] not in _INSIDE_NAME:
            return text[place] in _NAME
    return False


def _digit_rule(name: str, language: str, target: str, wakes: tuple[str, ...] = ()) -> PatternRule:
    others = [digits for digits in _DIGIT_SETS if digits != target]
    table = {ord(digit): target[value] for digits in others for value, digit in enumerate(digits)}

    def replace(match: re.Match[str]) -> str:
        digits = match[0]
        if digits.isascii() and _in_name(match.string, *match.span()):
            return digits
        return digits.translate(table)

    return PatternRule(
        name,
        f"digits become {language}, but in names such as MP3",
        _CLDR,
        re.compile("[{0}][{0}]*+".format("".join(others))),
        replace,
        by_word=True,
        wakes=wakes,
    )


PERSIAN_DIGITS = _digit_rule("persian_digits", "Persian", ch.PERSIAN_DIGITS)
ASCII_DIGITS = _digit_rule("ascii_digits", "ASCII", ch.ASCII_DIGITS, wakes=("remove_emoji",))  # keycaps
ARABIC_DIGITS = _digit_rule("arabic_digits", "Arabic", ch.ARABIC_DIGITS)

_EASTERN = ch.ARABIC_DIGITS + ch.PERSIAN_DIGITS
_ANY = ch.DIGIT_RANGES
_L = f"{ch.LETTER_RANGES}{ch.MARK_RANGES}"
_INSIDE = f"{_ANY}.,/:\u066b\u066c\u060c-"


def _separators(match: re.Match[str]) -> str:
    if match["groups"] and len(match["whole"]) > 3:
        return match[0]
    comma, point = (ch.THOUSANDS_SEPARATOR, ch.DECIMAL_SEPARATOR) if match[0][0] in _EASTERN else (",", ".")
    groups = re.sub(f"[,{ch.THOUSANDS_SEPARATOR}]", comma, match["groups"] or "")
    fraction = match["fraction"]
    return match["whole"] + groups + (point + fraction[1:] if fraction else "")


NUMBER_SEPARATORS = PatternRule(
    "number_separators",
    "thousands and decimals get the separators of their digits; dates, times, versions and lists stay",
    "CLDR, locale fa: decimal U+066B, group U+066C",
    # Nothing that would make it a date, a version, a list or a name may touch the number.
    re.compile(
        f"(?P<whole>[{_ANY}](?<![{_INSIDE}][{_ANY}])(?<![A-Za-z_][{_ANY}])(?<![A-Za-z][ .-][{_ANY}])[{_ANY}]*+)"
        f"(?=[.,\u066b\u066c][{_ANY}])(?P<groups>(?:,[{_ANY}]{{3}}(?![{_ANY}]))++|(?:\u066c[{_ANY}]{{3}}(?![{_ANY}]))++|)"
        f"(?P<fraction>[.\u066b][{_ANY}]++|)(?![{_INSIDE}][{_ANY}])(?![A-Za-z_])"
    ),
    _separators,
    hint=re.compile(f"[{_ANY}][.,\u066b\u066c][{_ANY}]"),
)
PERCENT_SIGN = PatternRule(
    "percent_sign",
    "the percent sign after Persian or Arabic digits becomes the Arabic one",
    "CLDR, locale fa: percent U+066A",
    re.compile(f"%(?:(?<=[{_EASTERN}]%)|(?<=[{_EASTERN}] %))"),
    ch.PERCENT_SIGN,
    hint=re.compile("%"),
)

_LETTERS_AHEAD = re.compile(f"[{_L}]{{3,30}}")


def _digit_space(match: re.Match[str]) -> str:
    text, start, end = match.string, match.start(), match.end()
    if match["after"] is not None:
        word = word_before(text, start)
        tagged = text[start - len(word) - 1 : start - len(word)] in ("#", "_", "@")
        return match[0] if tagged else f" {match[0]}"
    ending = _LETTERS_AHEAD.match(text, end)
    return match[0] if ending and known_words.listed(ending[0], "after digits") else f"{match[0]} "


DIGIT_SPACING = PatternRule(
    "digit_spacing",
    "a number that is joined to a word gets a space; endings of numbers stay joined",
    "W3C, Text Layout Requirements for the Arabic Script: words are separated by spaces",
    re.compile(f"[{_ANY}](?:(?P<after>(?<=[{_L}][{_L}].))|(?=[{_L}]{{3}}))"),
    _digit_space,
    hint=re.compile(f"[{_ANY}]"),
    by_word=True,
)
