"""Rules for digits and the signs of numbers."""

from __future__ import annotations

import re

from hezar_data.persian import characters as ch
from hezar_data.persian import lexicon
from hezar_data.persian.affixes import word_before
from hezar_data.persian.rule import PatternRule

_CLDR = "CLDR, locale fa, numbering systems arabext (Persian), arab and latn"
_DIGIT_SETS = (ch.ASCII_DIGITS, ch.ARABIC_DIGITS, ch.PERSIAN_DIGITS)
_LATIN_NEIGHBOUR = "A-Za-z_"


def _digit_rule(name: str, language: str, target: str) -> PatternRule:
    others = [digits for digits in _DIGIT_SETS if digits != target]
    table = {ord(digit): target[value] for digits in others for value, digit in enumerate(digits)}

    def replace(match: re.Match[str]) -> str:
        # "MP3", "H2O", "COVID-19" and "x_1" are names, not numbers.
        text, start = match.string, match.start()
        before = text[max(0, start - 2) : start]
        in_name = match[0].isascii() and (
            re.search(f"[{_LATIN_NEIGHBOUR}][-.]?\\Z", before) is not None
            or re.match(f"[{_LATIN_NEIGHBOUR}]", text[match.end() : match.end() + 1]) is not None
        )
        return match[0] if in_name else match[0].translate(table)

    return PatternRule(
        name,
        f"digits become {language}, but in names such as MP3",
        _CLDR,
        re.compile("[{0}][{0}]*+".format("".join(others))),
        replace,
    )


PERSIAN_DIGITS = _digit_rule("persian_digits", "Persian", ch.PERSIAN_DIGITS)
ASCII_DIGITS = _digit_rule("ascii_digits", "ASCII", ch.ASCII_DIGITS)
ARABIC_DIGITS = _digit_rule("arabic_digits", "Arabic", ch.ARABIC_DIGITS)

_EASTERN = ch.ARABIC_DIGITS + ch.PERSIAN_DIGITS
_ANY = ch.DIGIT_RANGES
_INSIDE = f"{_ANY}.,/:\u066b\u066c\u060c-"


def _separators(match: re.Match[str]) -> str:
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
        f"(?P<groups>(?:,[{_ANY}]{{3}}(?![{_ANY}]))++|(?:\u066c[{_ANY}]{{3}}(?![{_ANY}]))++|)"
        f"(?P<fraction>[.\u066b][{_ANY}]++|)(?![{_INSIDE}][{_ANY}])(?![A-Za-z_])"
    ),
    _separators,
    hints=(".", ",", ch.DECIMAL_SEPARATOR, ch.THOUSANDS_SEPARATOR),
)
PERCENT_SIGN = PatternRule(
    "percent_sign",
    "the percent sign behind Persian or Arabic digits becomes the Arabic one",
    "CLDR, locale fa: percent U+066A",
    re.compile(f"%(?:(?<=[{_EASTERN}]%)|(?<=[{_EASTERN}] %))"),
    ch.PERCENT_SIGN,
    hints=("%",),
)

_LETTERS_AHEAD = re.compile(f"[{ch.LETTER_RANGES}{ch.MARK_RANGES}]{{3,30}}")


def _digit_space(match: re.Match[str]) -> str:
    text, start, end = match.string, match.start(), match.end()
    before, after = word_before(text, start), _LETTERS_AHEAD.match(text, end)
    tagged = text[start - len(before) - 1 : start - len(before)] in {"#", "_", "@"}
    left = " " if len(before) > 1 and not tagged else ""
    right = " " if after and not lexicon.listed(after[0], "behind digits") else ""
    return left + match[0] + right


DIGIT_SPACING = PatternRule(
    "digit_spacing",
    "a number that is joined to a word gets a space; endings of numbers stay joined",
    "W3C, Text Layout Requirements for the Arabic Script: words are separated by spaces",
    re.compile(f"[{_ANY}]++"),
    _digit_space,
)
