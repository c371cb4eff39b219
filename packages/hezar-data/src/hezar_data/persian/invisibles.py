"""Rules for what cannot be seen: bidi controls, half-spaces, joiners, tatweel, spaces."""

from __future__ import annotations

import re

from hezar_data import characters as ch
from hezar_data.persian.rule import CharacterRule, PatternRule, StripRule

_ACADEMY = "Academy of Persian Language, Dastur-e Khatt (half-space within a word); Unicode Standard 9.2 and 23.2, ZWNJ"


def is_letter(text: str, position: int) -> bool:
    """Whether an Arabic letter, or a mark on one, stands at `position`; ``False`` outside the text."""
    return 0 <= position < len(text) and text[position] in ch.LETTERS_AND_MARKS


BIDI_CONTROLS = CharacterRule(
    "bidi_controls",
    "marks, embeddings, overrides and isolates of direction are removed",
    "Unicode Standard Annex 9: the characters with the property Bidi_Control",
    dict.fromkeys(ch.BIDI_CONTROLS, ""),
)
UNICODE_SPACES = CharacterRule(
    "unicode_spaces",
    "no-break, thin, wide and other spaces become a space",
    "Unicode Character Database, category Zs",
    dict.fromkeys(ch.UNICODE_SPACES, " "),
)


def _half_space(match: re.Match[str]) -> str:
    between_letters = is_letter(match.string, match.start() - 1) and is_letter(match.string, match.end())
    return ch.ZWNJ if between_letters else match[0]


HALF_SPACE_IMPOSTORS = PatternRule(
    "half_space_impostors",
    "a not sign, soft hyphen, zero width space and the like between two letters become a half-space",
    _ACADEMY,
    re.compile(f"[{ch.HALF_SPACE_IMPOSTORS}]+"),
    _half_space,
    by_word=True,
)
INVISIBLE_CONTROLS = CharacterRule(
    "invisible_controls",
    "control characters, soft hyphens, zero width spaces and byte order marks are removed; line breaks and tabs stay",
    "Unicode Standard 23.1 and 23.2; Unicode Character Database, categories Cc and Cf",
    dict.fromkeys(re.findall(f"[{ch.CONTROLS}\x1c-\x1f{ch.FORMAT_CONTROLS}]", "".join(map(chr, range(0x10000)))), ""),
)


# A half-space is right between two characters of a word, and before an ending of a quotation, number or Latin word.
_LEFT = f"\\w{ch.MARK_RANGES})\\]}}\u00bb\u201d%{ch.PERCENT_SIGN}{ch.NONCHARACTERS}"
_RIGHT = f"\\w{ch.MARK_RANGES}"

REDUNDANT_ZWNJ = PatternRule(
    "redundant_zwnj",
    "half-spaces in a row become one; those at the edge of a word are removed",
    _ACADEMY,
    re.compile(f"{ch.ZWNJ}(?:(?={ch.ZWNJ})|(?![{_RIGHT}])|(?<![{_LEFT}{ch.ZWNJ}]{ch.ZWNJ}))"),
    "",
    by_word=True,
)


def _joiner(match: re.Match[str]) -> str:
    text, start, end = match.string, match.start(), match.end()
    before, after = is_letter(text, start - 1), is_letter(text, end)
    keeps_shape = before and not after and text[start - 1] == ch.HEH
    inside = text[start - 1 : start].strip() and text[end : end + 1].strip()
    joins_others = inside and not before and not after
    return ch.ZWJ if keeps_shape or joins_others else ""


REDUNDANT_ZWJ = PatternRule(
    "redundant_zwj",
    "zero width joiners are removed, but for the abbreviation of hijri and within emoji and other scripts",
    "Unicode Standard 9.2 and 23.2, ZWJ; Unicode Technical Standard 51 (emoji sequences)",
    re.compile(f"{ch.ZWJ}+"),
    _joiner,
    by_word=True,
)


def _tatweel(match: re.Match[str]) -> str:
    in_word = is_letter(match.string, match.start() - 1) or is_letter(match.string, match.end())
    return "" if in_word else match[0]


REMOVE_TATWEEL = PatternRule(
    "remove_tatweel",
    "the stroke that stretches a word is removed; one that stands alone, as a dash, stays",
    "Unicode Standard 9.2, Arabic: tatweel has no meaning",
    re.compile(f"{ch.TATWEEL}+"),
    _tatweel,
    by_word=True,
)
ZWNJ_TO_SPACE = CharacterRule(
    "zwnj_to_space",
    "half-spaces become spaces, so that both spellings are found",
    "Unicode Standard 23.2: ZWNJ is ignored in searching; analyzers for Persian search split words at it",
    {ch.ZWNJ: " "},
)


_BLANK = f" \t{ch.UNICODE_SPACES}"


def _stray_marks(match: re.Match[str]) -> str:
    found = match[0]
    if found[0] not in _BLANK:
        return ""
    marks = "".join(character for character in found if character not in _BLANK)
    is_last = match.end() == len(match.string) or match.string[match.end()].isspace()
    return marks if is_last else marks + found[: len(found) - len(found.lstrip(_BLANK))]


STRAY_MARKS = PatternRule(
    "stray_marks",
    "a vowel mark or hamza typed after a space goes to the letter before the space; at the start of a line it is removed",
    "Unicode Standard 2.11: a mark combines with the character before it, and a space is no letter",
    re.compile(
        f"[{_BLANK}](?<=[{ch.LETTER_RANGES}{ch.MARK_RANGES}{ch.TATWEEL}].)[{_BLANK}]*+[{ch.MARK_RANGES}]++"
        f"(?:[{_BLANK}]++[{ch.MARK_RANGES}]++)*+"
        f"|[{ch.MARK_RANGES}](?<!\\S.)[{ch.MARK_RANGES}]*+(?=[{ch.LETTER_RANGES}])"
    ),
    _stray_marks,
    hint=re.compile(rf"\s[{ch.MARK_RANGES}]"),
)


def _one_space(match: re.Match[str]) -> str:
    text, start, end = match.string, match.start(), match.end()
    at_break = text[start - 1 : start] in _LINE_BREAKS or text[end : end + 1] in _LINE_BREAKS
    return "" if at_break else " "


_LINE_BREAKS = frozenset(ch.LINE_BREAKS)
REPEATED_SPACES = PatternRule(
    "repeated_spaces",
    "spaces and tabs in a row become one space; at line breaks they are removed, the breaks stay",
    "W3C, Text Layout Requirements for the Arabic Script; Unicode Standard Annex 14",
    re.compile(f"[ \t](?:[ \t]++|(?<=\t)|(?=[{ch.LINE_BREAKS}])|(?<=[{ch.LINE_BREAKS}].))"),
    _one_space,
    hint=re.compile(f"[\t {ch.LINE_BREAKS}](?:(?<=\t)|(?<= [ {ch.LINE_BREAKS}])|(?<=[{ch.LINE_BREAKS}] ))"),
    wakes=(),
)
EDGE_SPACES = StripRule(
    "edge_spaces",
    "spaces and tabs at the two ends of the text are removed",
    "W3C, Text Layout Requirements for the Arabic Script",
    " \t",
    hint=re.compile("  |\t"),
)
