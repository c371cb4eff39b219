"""Nouns, adjectives and other words, by the endings they take."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from hezar_data.lexicon.files import sections, word_sets


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
    """Return the words of ``words.txt``, ``plurals.txt`` and ``spoken.txt``, read in about 10 ms when first needed."""
    words = word_sets("words.txt")
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


def _inverted(name: str) -> dict[str, str]:
    forms: dict[str, str] = {}
    for line in sections(name)["forms"]:
        word, _, variants = line.partition(":")
        for variant in variants.split():
            forms.setdefault(variant, word.strip())
    return forms
