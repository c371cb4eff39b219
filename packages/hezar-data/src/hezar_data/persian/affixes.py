"""Rules that put half-spaces where endings and prefixes meet words.

They know words (`known_words`) and leave alone what only looks like a form: *miz*, *mihan*, *tanha*, *behtar*, *dokhtar*.
"""

from __future__ import annotations

import re

from hezar_data import characters as ch
from hezar_data.lexicon.spelling import is_laughter
from hezar_data.lexicon.verbs import MI as _MI
from hezar_data.persian import known_words
from hezar_data.persian.rule import PatternRule

_L = f"{ch.LETTER_RANGES}{ch.MARK_RANGES}"
_WORD = f"{_L}{ch.ZWNJ}{ch.TATWEEL}"
_END = f"(?![{_L}{ch.TATWEEL}])"
_ACADEMY = "Academy of Persian Language, Dastur-e Khatt"
# A half-space that is put between two parts of a word matters only to the rules that look for parts of words.
_HALF_SPACES = (
    "verb_prefixes",
    "joined_verbs",
    "plural_suffixes",
    "comparative_suffixes",
    "personal_suffixes",
    "ordinal_suffixes",
    "ezafe_spacing",
    "joined_plurals",
    "joined_comparatives",
)

_NEMI = ch.NOON + _MI
_HA = ch.HEH + ch.ALEF
_TAR = ch.TEH + ch.REH
_IN = ch.PERSIAN_YEH + ch.NOON
_AM = ch.ALEF + ch.MEEM
_SI = "\u0633\u06cc"
_THREE = "\u0645\u0627\u0646|\u062a\u0627\u0646|\u0634\u0627\u0646"  # our, your, their
_THREE_SPOKEN = "\u0645\u0648\u0646|\u062a\u0648\u0646|\u0634\u0648\u0646"
# bar, dar, baz, foru, fara, va, var
_VERB_PREFIXES = (
    "\u0628\u0631",
    "\u062f\u0631",
    "\u0628\u0627\u0632",
    "\u0641\u0631\u0648",
    "\u0641\u0631\u0627",
    "\u0648\u0627",
    "\u0648\u0631",
)
_ONE = "[\u0645\u062a\u0634]"  # my, your, his


def word_before(text: str, end: int, *, half_spaces: bool = False) -> str:
    """Return the letters that end at `end`, at most 30, and the half-spaces among them if requested."""
    start = end
    while start > 0 and end - start < 30:
        character = text[start - 1]
        if character not in ch.LETTERS_AND_MARKS and not (half_spaces and character == ch.ZWNJ):
            break
        start -= 1
    return text[start:end]


# mi and nemi -------------------------------------------------------------------------------------------------------


def _spaced_verb(match: re.Match[str]) -> str:
    return _MI + ch.ZWNJ if known_words.is_verb(match["form"]) else match[0]


def _joined_verb(match: re.Match[str]) -> str:
    negated = match.string[match.start() - 1 : match.start()] == ch.NOON
    word = (_NEMI if negated else _MI) + match["form"]
    return _MI + ch.ZWNJ if known_words.is_joined_verb(word) else match[0]


def _starts_word(literal: str) -> str:
    """Return a pattern that looks back from the end of `literal`: a word starts with it, or with verb prefixes before it.

    The literal itself stands first in a pattern, so that the engine can skip to it.
    """
    prefixes = [prefix + no for prefix in ("", *_VERB_PREFIXES) for no in ("", ch.NOON)][1:]
    last_letters = "".join(sorted({prefix[-1] for prefix in prefixes}))
    with_prefix = "|".join(f"(?<={prefix}{literal})(?<![{_WORD}]{prefix}{literal})" for prefix in prefixes)
    return f"(?:(?<![{_WORD}]{literal})|(?<=[{last_letters}]{literal})(?:{with_prefix}))"


VERB_PREFIXES = PatternRule(
    "verb_prefixes",
    "the space between mi or nemi and its verb becomes a half-space",
    f"{_ACADEMY}: mi and nemi are written apart from the verb, with a half-space",
    re.compile(f"{_MI} (?=(?P<form>[{_L}]{{1,30}}){_END}){_starts_word(_MI + ' ')}"),
    _spaced_verb,
    hint=re.compile(f"{_MI} {_starts_word(_MI + ' ')}"),
    wakes=_HALF_SPACES,
)
JOINED_VERBS = PatternRule(
    "joined_verbs",
    "mi and nemi that are joined to their verb get a half-space",
    f"{_ACADEMY}: mi and nemi are written apart from the verb, with a half-space",
    re.compile(f"{_MI}(?=(?P<form>[{_L}]{{2,30}}){_END}){_starts_word(_MI)}"),
    _joined_verb,
    hint=re.compile(_MI),
    wakes=_HALF_SPACES,
    by_word=True,
)

# Endings -----------------------------------------------------------------------------------------------------------


_PLURAL_ENDING = f"(?:\u06cc(?:\u06cc|{_THREE}|{_THREE_SPOKEN}|{_ONE})?|{_THREE_SPOKEN}|{_ONE})?{_END}"


def _spaced_plural(match: re.Match[str]) -> str:
    text, start = match.string, match.start()
    word = word_before(text, start)
    takes = len(word) > 1 and not is_laughter(word) and not known_words.listed(word, "takes no plural")
    joins = text[start - 1].isascii() or takes
    return ch.ZWNJ + match[0][1:] if joins else match[0]


PLURAL_SUFFIXES = PatternRule(
    "plural_suffixes",
    "the space before the plural ending ha becomes a half-space",
    f"{_ACADEMY}: ha is written apart from the word with a half-space, or joined to it",
    re.compile(
        f" {_HA}(?<=[A-Za-z{_L}] {_HA}){_PLURAL_ENDING}(?! \u0648 \u0647\u0648)"  # not the exclamation "hay o huy"
    ),
    _spaced_plural,
    hint=re.compile(f" {_HA}{_PLURAL_ENDING}"),
    wakes=_HALF_SPACES,
)


_COMPARATIVE_ENDING = f"(?:\u06cc|{_HA}(?:\u06cc\u06cc?)?)?{_END}"


def _spaced_comparative(match: re.Match[str]) -> str:
    word = word_before(match.string, match.start(), half_spaces=True)
    if known_words.listed(word, "written as one"):
        return match[0][1:]
    superlative = match["superlative"] and len(word) > 1 and not known_words.listed(word, "no comparative")
    return ch.ZWNJ + match[0][1:] if superlative or word in known_words.adjectives() else match[0]


COMPARATIVE_SUFFIXES = PatternRule(
    "comparative_suffixes",
    "the space before tar, after a known adjective, and before tarin becomes a half-space",
    f"{_ACADEMY}: tar and tarin are written apart, but for behtar, mehtar, kehtar, bishtar, kamtar",
    re.compile(f" {_TAR}(?<=[{_L}] {_TAR})(?P<superlative>{_IN})?{_COMPARATIVE_ENDING}"),
    _spaced_comparative,
    hint=re.compile(f" {_TAR}(?:{_IN})?{_COMPARATIVE_ENDING}"),
    wakes=_HALF_SPACES,
)


_PERSON = f"(?:\u06cc\u0645|\u06cc\u062f|\u0646\u062f|[\u0645\u06cc\u062a\u0634]){_END}"


def _spaced_person(match: re.Match[str]) -> str:
    word = word_before(match.string, match.start() + 1)
    silent = len(word) > 2 and word[-2] != ch.ALEF and not known_words.listed(word, "no personal ending")
    after = match["after"] or ""
    abbreviation = after.startswith(ch.ALEF + ch.LAM) or known_words.listed(after, "foreign")
    return match[0] if not silent or abbreviation else f"{ch.HEH}{ch.ZWNJ}{ch.ALEF}"


PERSONAL_SUFFIXES = PatternRule(
    "personal_suffixes",
    "the space before am, i, im, id, and, at, ash after a silent heh becomes a half-space",
    f"{_ACADEMY}: after a silent heh these endings are written apart, with a half-space",
    re.compile(f"{ch.HEH} {ch.ALEF}(?={_PERSON}(?: (?P<after>[{_L}]{{2,30}}){_END})?)"),
    _spaced_person,
    hint=re.compile(f" {ch.ALEF}{_PERSON}"),
    wakes=_HALF_SPACES,
)


_ORDINAL = re.compile(f" {_AM}(?:{_IN})?{_END}")


def _spaced_ordinal(match: re.Match[str]) -> str:
    text, start = match.string, match.start()
    numeral = text[start - 1 : start] in {*ch.DIGITS} or word_before(text, start) == _SI
    return ch.ZWNJ + match[0][1:] if numeral else match[0]


ORDINAL_SUFFIXES = PatternRule(
    "ordinal_suffixes",
    "the space between a number and its ending am becomes a half-space",
    f"{_ACADEMY}: after yeh and figures the ending is written apart, with a half-space",
    _ORDINAL,
    _spaced_ordinal,
    hint=_ORDINAL,
    wakes=_HALF_SPACES,
)


_EZAFE_ENDING = f"(?:\u06cc|{_THREE}|{_THREE_SPOKEN}|{_ONE})?"


def _spaced_ezafe(match: re.Match[str]) -> str:
    word = word_before(match.string, match.start(), half_spaces=True)
    if word.endswith(_HA):  # of a plural; "ha" by itself is a letter or a laugh
        return match[0][1:] if len(word) > len(_HA) else match[0]
    letters = word.rpartition(ch.ZWNJ)[2]
    silent = len(letters) > 2 and letters[-2] != ch.ALEF
    return ch.ZWNJ + match[0][1:] if silent else match[0]


EZAFE_SPACING = PatternRule(
    "ezafe_spacing",
    "the space before the ezafe yeh becomes a half-space after a silent heh, and is removed after the plural ending ha",
    f"{_ACADEMY}: ezafe after a silent heh is a small hamza; a yeh with a half-space is in wide use; after ha the yeh is joined",
    re.compile(f" \u06cc(?:(?<={ch.HEH} \u06cc)|(?<={_HA} \u06cc){_EZAFE_ENDING}){_END}"),
    _spaced_ezafe,
    hint=re.compile(f" \u06cc{_EZAFE_ENDING}{_END}"),
)
EZAFE_HAMZA = PatternRule(
    "ezafe_hamza",
    "the ezafe after a silent heh is written as a hamza above it",
    f"{_ACADEMY}: ezafe after a silent heh is a small hamza",
    re.compile(f"{ch.HEH}{ch.ZWNJ}{ch.PERSIAN_YEH}(?![{_WORD}])"),
    ch.HEH + ch.HAMZA_ABOVE,
    by_word=True,
)
EZAFE_YEH = PatternRule(
    "ezafe_yeh",
    "the ezafe after a silent heh is written as a yeh after a half-space",
    "in wide use, and the form that carries no combining mark; Unicode code chart 0600, note at U+06C0",
    re.compile(f"(?:{ch.HEH}{ch.HAMZA_ABOVE}|{ch.HEH_YEH_ABOVE})(?![{_WORD}])"),
    f"{ch.HEH}{ch.ZWNJ}{ch.PERSIAN_YEH}",
    by_word=True,
)

# Endings that are joined -------------------------------------------------------------------------------------------


def _stem(match: re.Match[str]) -> str:
    """Return the word an ending is joined to, or nothing where the two are one word or look the same when apart."""
    word = word_before(match.string, match.start(), half_spaces=True)
    apart = len(word) > 1 and word[-1] not in ch.NON_JOINING_LETTERS and not known_words.is_word(word + match[0])
    return word if apart else ""


def _joined_plural(match: re.Match[str]) -> str:
    word = _stem(match)
    # "khane-i" (a house) and "khan-ha-ye" (khans of) look the same when they are joined.
    ambiguous = len(match[0]) == 3 and word + ch.HEH in known_words.nouns()
    return ch.ZWNJ + match[0] if word in known_words.nouns() and not ambiguous else match[0]


def _joined_comparative(match: re.Match[str]) -> str:
    return ch.ZWNJ + match[0] if _stem(match) in known_words.adjectives() else match[0]


JOINED_PLURALS = PatternRule(
    "joined_plurals",
    "the plural ending ha that is joined to a known noun gets a half-space",
    f"{_ACADEMY}: ha is written apart from the word with a half-space, or joined to it",
    re.compile(f"{_HA}(?<=[{_L}]{_HA})(?:\u06cc(?:\u06cc|{_THREE}|[\u0645\u0634])?)?{_END}"),
    _joined_plural,
    wakes=_HALF_SPACES,
    by_word=True,
)
JOINED_COMPARATIVES = PatternRule(
    "joined_comparatives",
    "tar and tarin that are joined to a known adjective get a half-space",
    f"{_ACADEMY}: tar and tarin are written apart, but for behtar, mehtar, kehtar, bishtar, kamtar",
    re.compile(f"{_TAR}(?<=[{_L}]{_TAR})(?:{_IN}|\u06cc|{_HA}(?:\u06cc\u06cc?)?|{_THREE}|{_ONE})?{_END}"),
    _joined_comparative,
    wakes=_HALF_SPACES,
    by_word=True,
)
ZWNJ_AFTER_NON_JOINER = PatternRule(
    "zwnj_after_non_joiner",
    "half-spaces after a letter that never joins, where they cannot be seen, are removed",
    "Unicode Standard 9.2 (joining types): ZWNJ changes nothing there",
    re.compile(f"{ch.ZWNJ}(?<=[{ch.NON_JOINING_LETTERS}]{ch.ZWNJ})(?=[{_L}])"),
    "",
    by_word=True,
)
