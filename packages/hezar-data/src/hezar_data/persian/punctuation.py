"""Rules for punctuation: its characters, and the spaces around it."""

from __future__ import annotations

import re

from hezar_data import characters as ch
from hezar_data.persian import known_words
from hezar_data.persian.affixes import word_before
from hezar_data.persian.rule import PatternRule

_L = f"{ch.LETTER_RANGES}{ch.MARK_RANGES}"
_ACADEMY = "Academy of Persian Language, Dastur-e Khatt, on punctuation"
_W3C = "W3C, Text Layout Requirements for the Arabic Script, on punctuation"
_DIGITS = frozenset(ch.DIGITS)
_MARKS = rf".:!?,;)\]}}{ch.COMMA}{ch.SEMICOLON}{ch.QUESTION_MARK}{ch.RIGHT_GUILLEMET}"
_OPENING = rf"(\[{{{ch.LEFT_GUILLEMET}"
_NEXT_WORD = re.compile(f"[{_L}]+")

# Characters --------------------------------------------------------------------------------------------------------

ELLIPSIS = PatternRule(
    "ellipsis",
    "three or more full stops become one ellipsis",
    f"{_ACADEMY}; Unicode Standard 6.2, U+2026",
    re.compile(f"[.{ch.ELLIPSIS}]{{2,}}"),
    lambda match: match[0] if match[0] == ".." else ch.ELLIPSIS,
    by_word=True,
)

_TO_PERSIAN = str.maketrans(ch.ASCII_TO_PERSIAN_PUNCTUATION)
_PERSIAN = f"{_L}{ch.PERSIAN_DIGITS}{ch.COMMA}{ch.SEMICOLON}{ch.QUESTION_MARK}{ch.RIGHT_GUILLEMET}"


def _persian_marks(match: re.Match[str]) -> str:
    in_number = match[0] == "," and match.string[match.end() : match.end() + 1] in _DIGITS
    return match[0] if in_number else match[0].translate(_TO_PERSIAN)


PERSIAN_PUNCTUATION = PatternRule(
    "persian_punctuation",
    "comma, semicolon and question mark after a Persian word become the Persian ones",
    f"Unicode Standard 9.2: U+060C, U+061B, U+061F; {_W3C}",
    re.compile(rf"[,;?!](?:(?<=[{_PERSIAN}].)|(?<=[{_PERSIAN}][)\] ].))[,;?!]*"),
    _persian_marks,
    hint=re.compile("[,;?]"),
)


def _guillemets(match: re.Match[str]) -> str:
    inside = match[0][1:-1]
    persian = _NEXT_WORD.search(inside) and not {ch.LEFT_GUILLEMET, ch.RIGHT_GUILLEMET} & {*inside}
    return f"{ch.LEFT_GUILLEMET}{inside}{ch.RIGHT_GUILLEMET}" if persian else match[0]


QUOTES = PatternRule(
    "quotes",
    "straight and curly double quotes around Persian text become guillemets",
    f"CLDR, locale fa, quotation marks; {_ACADEMY}",
    re.compile('"[^"\\n]*"|\u201c[^\u201c\u201d\\n]*\u201d|\u201e[^\u201c\u201d\u201e\\n]*[\u201c\u201d]'),
    _guillemets,
    hint=re.compile('["\u201c\u201e]'),
)


def _one_mark(match: re.Match[str]) -> str:
    marks = match[0]
    if len({*marks}) == 1:
        return marks[0]
    return next(mark for mark in marks if mark != "!") + ("!" if "!" in marks else "")


REPEATED_PUNCTUATION = PatternRule(
    "repeated_punctuation",
    "repeated exclamation and question marks, Persian commas and semicolons become one",
    _ACADEMY,
    re.compile(
        f"[!?{ch.QUESTION_MARK}{ch.COMMA}{ch.SEMICOLON}](?:(?<=[!?{ch.QUESTION_MARK}])[!?{ch.QUESTION_MARK}]+"
        f"|(?<={ch.COMMA}){ch.COMMA}+|(?<={ch.SEMICOLON}){ch.SEMICOLON}+)"
    ),
    _one_mark,
    by_word=True,
)

# Spaces ------------------------------------------------------------------------------------------------------------


def _no_space(match: re.Match[str]) -> str:
    text, start, end = match.string, match.start(), match.end()
    before, mark, after = text[start - 1 : start], text[end], text[end + 1 : end + 3]
    match mark:
        case "%" | ch.PERCENT_SIGN:
            stays = before not in _DIGITS
        case ".":  # ".NET", ".5", "..."
            stays = after[:1].isascii() and (after[:1].isalnum() or after[:1] == ".")
        case ":":  # "12 : 30", ":("
            stays = after[:1] in {*"()[]/\\|"} or (before in _DIGITS and after.strip()[:1] in _DIGITS)
        case "!":
            stays = after[:1] == "="
        case _:
            stays = False
    return match[0] if stays else ""


NO_SPACE_BEFORE_PUNCTUATION = PatternRule(
    "no_space_before_punctuation",
    "spaces before punctuation, closing brackets and percent signs are removed",
    f"{_ACADEMY}; CLDR, locale fa, percent pattern",
    re.compile(f"  *+(?=[{_MARKS}%{ch.PERCENT_SIGN}])"),
    _no_space,
    hint=re.compile(f" [{_MARKS}%{ch.PERCENT_SIGN}]"),
    wakes=(
        "number_separators",
        "percent_sign",
        "digit_spacing",
        "ellipsis",
        "repeated_punctuation",
        "persian_punctuation",
        "quotes",
        "no_space_before_punctuation",
    ),
)


def _space_after(match: re.Match[str]) -> str:
    text, mark, start, end = match.string, match[0], match.start(), match.end()
    before = text[start - 1 : start]
    if text[end] in _DIGITS:
        needed = mark not in ".:!" and mark not in ")]}\u00bb" and before in ch.LETTERS_AND_MARKS
    elif mark == ".":  # not in abbreviations such as "q.m."
        following = _NEXT_WORD.match(text, end)
        abbreviation = following and len(following[0]) == 1 and text[following.end() : following.end() + 1] == "."
        needed = (before in _DIGITS or len(word_before(text, start)) > 1) and not abbreviation
    elif mark in ")]}\u00bb":
        following = _NEXT_WORD.match(text, end)
        needed = following is not None and not known_words.listed(following[0], "after brackets")
    else:
        needed = True
    return f"{mark} " if needed else mark


SPACE_AFTER_PUNCTUATION = PatternRule(
    "space_after_punctuation",
    "a space follows punctuation and closing brackets before a Persian word; numbers, times and abbreviations stay",
    _ACADEMY,
    re.compile(f"[{_MARKS}](?=[{_L}{ch.DIGIT_RANGES}])"),
    _space_after,
    by_word=True,
)

_SETS_APART = f":.!{ch.COMMA}{ch.SEMICOLON}{ch.QUESTION_MARK}"
_OPTIONAL_ENDING = re.compile(rf"\(([{_L}]{{1,5}})\)")


def _bracket(match: re.Match[str]) -> str:
    text, start, bracket = match.string, match.start(), match["bracket"]
    before = text[start - 1 : start]
    apart = before in ch.LETTERS_AND_MARKS or before in {*_SETS_APART}
    note = bracket == "[" and text[match.end() : match.end() + 1] in _DIGITS
    optional = _OPTIONAL_ENDING.match(text, start)
    ending = optional is not None and known_words.listed(optional[1], "after brackets")
    latin = before in {":", ".", "!"} and text[match.end() : match.end() + 1] not in ch.LETTERS_AND_MARKS
    return f" {bracket}" if apart and not (note or ending or latin) else bracket


BRACKET_SPACING = PatternRule(
    "bracket_spacing",
    "a space stands before an opening bracket after a Persian word, and none inside",
    _ACADEMY,
    re.compile(f"(?P<bracket>[{_OPENING}]) *+"),
    _bracket,
    hint=re.compile(f"[{_OPENING}](?:(?<=[{_L}{_SETS_APART}].)| )"),
)
