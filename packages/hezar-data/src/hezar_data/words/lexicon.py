"""The words Hezar knows: the files in ``data/``, read when they are first needed (about 10 ms).

The files were written for Hezar from general knowledge of Persian; they are small and meant to be read and extended.
In them ``~`` is the zero-width non-joiner, ``#`` starts a comment and ``[...]`` a section.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from hezar_data.persian.characters import (
    ARABIC_TO_PERSIAN,
    BIDI_CONTROLS,
    DIACRITICS,
    HAMZA_ABOVE,
    HEH,
    HEH_YEH_ABOVE,
    LOOKALIKE_TO_PERSIAN,
    TATWEEL,
    TEH_MARBUTA_GOAL,
    ZWNJ,
)
from hezar_data.persian.lexicon import sections

_DIRECT = {
    **{ord(letter): persian for letter, persian in (ARABIC_TO_PERSIAN | LOOKALIKE_TO_PERSIAN).items()},
    **dict.fromkeys(map(ord, DIACRITICS.replace("\u064b", "") + TATWEEL + BIDI_CONTROLS)),
    ord(HEH_YEH_ABOVE): HEH + HAMZA_ABOVE,
    ord(TEH_MARBUTA_GOAL): "\u0629",
}
_PLAIN = re.compile(f"[{''.join(map(chr, _DIRECT))}]|^{ZWNJ}|{ZWNJ}$|{ZWNJ}{ZWNJ}")


def is_persian(word: str) -> bool:
    """Whether a word begins with a letter of the Arabic script, so that it can be looked up at all."""
    return "\u0620" <= word[:1] <= "\u06ff" and not "\u0660" <= word[0] <= "\u066d"


def plain(word: str) -> str:
    """Return a word as dictionaries spell it: Persian letters, no vowel marks, no stroke, no stray half-spaces."""
    if not _PLAIN.search(word):
        return word
    return re.sub(f"{ZWNJ}+", ZWNJ, word.translate(_DIRECT)).strip(ZWNJ)


@dataclass(frozen=True)
class Lexicon:
    """Nominal words by the endings they take.

    Attributes:
        known: Every word; none is taken apart.
        people: Countable persons: plural in ان and ین.
        countable: People and things: indefinite ی.
        nominal: Nouns, adjectives and pronouns: enclitics.
        nouns: People, things and other nouns.
        adjectives: Comparison, enclitic forms of *to be*.
        pronouns: Pronouns and what behaves like them.
        plurals: Irregular plurals and their singulars.
        uncountable: Everything but people and things: ی makes adjectives of them.
        spoken: Spoken and irregular forms and the written dictionary form.
    """

    known: frozenset[str]
    people: frozenset[str]
    countable: frozenset[str]
    nominal: frozenset[str]
    nouns: frozenset[str]
    adjectives: frozenset[str]
    pronouns: frozenset[str]
    uncountable: frozenset[str]
    plurals: dict[str, str]
    spoken: dict[str, str]


@cache
def lexicon() -> Lexicon:
    """Return the words of ``words.txt``, ``plurals.txt`` and ``spoken.txt``."""
    words = {section: frozenset(" ".join(found).split()) for section, found in lines("words.txt").items()}
    spoken = _inverted("spoken.txt")
    people, things, adjectives = words["people"], words["things"], words["adjectives"]
    nouns = people | things | words["nouns"]
    uncountable = (words["nouns"] | words["whole"]) - people - things - adjectives
    nouns |= {form for form, word in spoken.items() if word in nouns}
    adjectives |= {form for form, word in spoken.items() if word in adjectives}
    return Lexicon(
        known=nouns | adjectives | words["pronouns"] | words["whole"],
        people=people,
        countable=people | things,
        nominal=nouns | adjectives | words["pronouns"],
        nouns=nouns,
        adjectives=adjectives,
        pronouns=words["pronouns"],
        uncountable=uncountable,
        plurals=_inverted("plurals.txt"),
        spoken=spoken,
    )


def lines(name: str) -> dict[str, list[str]]:
    """Return the lines of a data file by section."""
    return sections("hezar_data.words", name)


def _inverted(name: str) -> dict[str, str]:
    forms: dict[str, str] = {}
    for line in lines(name)["forms"]:
        word, _, variants = line.partition(":")
        for variant in variants.split():
            forms.setdefault(variant, word.strip())
    return forms
