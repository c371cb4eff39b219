"""What the spelling rules know about words: which forms follow *mi*, and which words an ending may be split from."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

from hezar_data import characters as ch
from hezar_data.lexicon.files import sections, word_sets

_FILE = "spelling.txt"


def listed(word: str, section: str) -> bool:
    """Whether a word stands in a section of ``spelling.txt``."""
    return word in word_sets(_FILE)[section]


@cache
def nouns() -> frozenset[str]:
    """Return nouns and pronouns that take the plural ending *ha*."""
    words = word_sets("words.txt")
    return words["people"] | words["things"] | words["nouns"] | words["pronouns"]


@cache
def adjectives() -> frozenset[str]:
    """Return adjectives whose comparative is spelled with a half-space."""
    return word_sets("words.txt")["adjectives"] - word_sets(_FILE)["no comparative"]


@cache
def _all_words() -> frozenset[str]:
    return frozenset().union(*word_sets("words.txt").values())


def is_word(word: str) -> bool:
    """Whether a word is listed as it is, so that it is not a word and an ending."""
    return word in _all_words()


@cache
def legal_doubles() -> dict[str, list[str]]:
    """Return, for each letter written twice, the words in which that is right."""
    found: dict[str, list[str]] = {}
    for word in word_sets(_FILE)["legal doubles"]:
        for first, second in pairwise(word):
            if first == second:
                found.setdefault(first + second, []).append(word)
    return found


# Verbs -------------------------------------------------------------------------------------------------------------

_PAST = ("", "\u0645", "\u06cc", "\u06cc\u0645", "\u06cc\u062f", "\u0646\u062f", "\u0646", "\u06cc\u0646", ch.HEH)
_PRESENT = (
    "\u0645",
    "\u06cc",
    "\u062f",
    "\u06cc\u0645",
    "\u06cc\u062f",
    "\u0646\u062f",
    ch.HEH,
    "\u06cc\u0646",
    "\u0646",
)
"""Endings of the persons, written and spoken, and of the participle (with the past stem)."""
_OBJECTS = ("\u0645\u0627\u0646", "\u062a\u0627\u0646", "\u0634\u0627\u0646")
_OBJECTS += ("\u0645\u0648\u0646", "\u062a\u0648\u0646", "\u0634\u0648\u0646", "\u0645", "\u062a", "\u0634")
"""Pronouns that a verb form ends with, written and spoken."""
_ID, _AND, _AN, _UN = "\u06cc\u062f", "\u0627\u0646\u062f", "\u0627\u0646", "\u0648\u0646"
_IMPERSONAL = "\u062a\u0648\u0627\u0646", "\u0628\u0627\u06cc\u062f", "\u0628\u0627\u06cc\u0633\u062a"
_MI = ch.MEEM + ch.PERSIAN_YEH


@cache
def verb_forms() -> frozenset[str]:
    """Return the verb forms, written and spoken, that stand behind *mi* or *nemi*."""
    verbs = sections("verbs.txt")
    pasts: set[str] = set()
    presents: set[str] = set()
    for line in verbs["pairs"]:
        past, *stems = line.split()
        pasts.add(past)
        presents.update(stems)
    for stem in " ".join(verbs["regular"]).split():
        pasts.add(stem + _ID)
        presents.add(stem)
    for stem in " ".join(verbs["causative"]).split():
        pasts |= {stem + _AND, stem + _AN + _ID}
        presents |= {stem + _AN, stem + _UN}
    for line in verbs["spoken"]:
        stem = line.split()[0]
        (pasts if stem.startswith("+") else presents).add(stem.removeprefix("+"))
    forms = {past + person for past in pasts for person in _PAST}
    forms |= {present + person for present in presents for person in _PRESENT}
    return frozenset(forms.union(_IMPERSONAL))


def is_verb(form: str) -> bool:
    """Whether a word is a verb form that follows *mi*, also with an object at its end (*mibinamash*)."""
    forms = verb_forms()
    return form in forms or any(form.endswith(end) and form[: -len(end)] in forms for end in _OBJECTS)


def is_joined_verb(word: str) -> bool:
    """Whether a word that begins with *mi* or *nemi*, without a half-space, is a verb and nothing else."""
    form = word.partition(_MI)[2]
    # Stems on a vowel change behind mi in speech (miad, miumad); a half-space would not mend them.
    return len(form) > 1 and form[0] not in (ch.ALEF, ch.WAW) and not listed(word, "not prefixed") and is_verb(form)
