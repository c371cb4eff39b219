"""Persian nouns, adjectives and pronouns: what is left of a form without its endings.

Endings come off from the right, one after the other, each only where what remains is a word that takes it: a word of the
lexicon, or one whose shape tells (کارگر, نویسنده). An ending behind a half-space, and ها, also come off unknown words.
"""

from __future__ import annotations

from collections.abc import Callable

from hezar_data.persian.characters import HAMZA_ABOVE, ZWNJ
from hezar_data.words import verbs
from hezar_data.words.lexicon import Lexicon, lexicon

_DEPTH = 4  # کتاب + ها + یی + م is the longest chain
_VOWELS = ("ا", "و")

PLURAL = ("هایی", "های", "ها")
POSSESSIVE = ("یمان", "یتان", "یشان", "یم", "یت", "یش", "مان", "تان", "شان", "مون", "تون", "شون", "م", "ت", "ش")
SPOKEN_OBJECT = ("مو", "تو", "شو", "رو", "و")
COPULA = ("یند", "یید", "ییم", "ست", "ند", "ید", "یم", "ین", "م", "ن")
MARKED = (
    *("ام", "ات", "اش", "ای", "اند", "اید", "ایم", "ست", "است", "مان", "تان", "شان", "مون", "تون", "شون"),
    *("مو", "تو", "شو", "رو", "م", "ت", "ش", "ن", "ه", "ی", "یی", "ان", "ین", "جات", "ا"),
    *("ترین", "تر", "تری", "ترها", "ترین\u200cها", "تره", "ها", "های", "هایی", "ترم", "ترند"),
)
"""What may follow a half-space."""
COMPARATIVE = ("ترین", "تر", "ترینِ")
AGENTS = (
    "نده",
    "گر",
    "گار",
    "کار",
    "دار",
    "مند",
    "بان",
    "دان",
    "ور",
    "چی",
    "ساز",
    "نویس",
    "شناس",
    "نگار",
    "باز",
    "پرست",
)
"""Ends of words for persons; ان makes their plural even where the word is unknown."""
DERIVED = ("گاه", "خانه", "ستان", "مند", "نامه", "واره", "کده", "ناک", "گونه", "نشین", "گری", "گین")
"""Ends of words that are dictionary words themselves."""


def base(word: str) -> str | None:
    """Return what is left of a form without its endings, or ``None`` where it has none.

    Args:
        word: A form in plain spelling (`plain`).
    """
    return supported(word) or _unsupported(word)


def supported(word: str) -> str | None:
    """Return what `base` does, but only where the lexicon supports it."""
    if is_base(word) or _is_stem(word):
        return None
    found = _supported(word, lexicon(), _DEPTH)
    if found is None:
        head, joiner, tail = word.rpartition(ZWNJ)
        if joiner and head and tail not in MARKED:
            rest = _supported(tail, lexicon(), _DEPTH, compound=True)
            found = f"{head}{ZWNJ}{rest}" if rest else None
    return found


def is_base(word: str) -> bool:
    """Whether a word is complete without an ending: in the lexicon, an infinitive, or derived from such a word."""
    words = lexicon()
    if word in words.known or word in words.plurals or verbs.infinitive(word):
        return True
    if any(word.removesuffix(end) in words.nominal for end in DERIVED if word.endswith(end)):
        return True
    if word.endswith("ی") and not word.endswith(("ای", "وی")) and word[:-1] in words.uncountable:  # شیرازی, ورزشی
        return True
    head, joiner, tail = word.rpartition(ZWNJ)
    return bool(joiner and head) and tail not in MARKED and (tail in words.known or _agent(tail))


def _is_stem(word: str) -> bool:
    """Whether a word is the stem of a verb: those are complete, so that the stem of a stem is itself."""
    return len(word) > 2 and not word.endswith("ی") and word in verbs.stems().present


def _agent(word: str) -> bool:
    """Whether a word is a present stem, as in the compounds برنامه‌نویس and کوه‌نورد."""
    return len(word) > 2 and word in verbs.stems().present


def _supported(word: str, words: Lexicon, depth: int, *, compound: bool = False) -> str | None:
    """Take endings off while the lexicon agrees."""
    if depth == 0:
        return None

    def rest_of(ending: str, accepts: Callable[[str], bool]) -> str | None:
        rest = word.removesuffix(ending)
        if rest == word or len(rest) < 2:
            return None
        rest = rest.rstrip(ZWNJ)
        if accepts(rest):
            return rest
        return None if rest in words.known else _supported(rest, words, depth - 1, compound=compound)

    def nominal(rest: str) -> bool:
        return rest in words.nominal or (len(rest) > 2 and is_base(rest)) or (compound and _agent(rest))

    def noun(rest: str) -> bool:
        return rest in words.nouns or rest in words.pronouns or rest in words.plurals or bool(verbs.infinitive(rest))

    def person(rest: str) -> bool:
        if rest in words.people or rest in words.adjectives or (compound and _agent(rest)):
            return True
        if rest in words.countable or (rest.endswith("ی") and is_base(rest)):
            return True
        return len(rest) > 3 and rest.endswith(AGENTS) and rest not in words.known

    def adjective(rest: str) -> bool:
        return rest in words.adjectives or rest in words.people or rest in words.pronouns

    if word.endswith(HAMZA_ABOVE):
        rest = word.removesuffix(HAMZA_ABOVE)
        return rest if nominal(rest) else _supported(rest, words, depth - 1) or rest
    for ending in (*PLURAL, *COMPARATIVE):
        accepts = nominal if ending in PLURAL else lambda rest: rest in words.known
        if found := rest_of(ending, accepts):
            return found
    for ending in POSSESSIVE:
        rest = word.removesuffix(ending)
        if ending.startswith("ی") and not rest.endswith(_VOWELS):
            continue
        if found := rest_of(ending, noun if len(ending) == 1 else nominal):
            return found
    for ending in SPOKEN_OBJECT:
        if found := rest_of(ending, noun):
            return found
    if found := _plural(word, words, person):
        return found
    for ending in COPULA:
        if found := rest_of(ending, adjective):
            return found
    if word.endswith(("ای", "وی")):
        rest = word[:-1]
        if nominal(rest):
            return rest
    if word.endswith("یی") and word[:-2].endswith(_VOWELS) and word[:-2] in words.countable:
        return word[:-2]
    if word.endswith("ی"):
        rest = word[:-1]
        if rest in words.countable:
            return rest
        if found := _plural(rest, words, person):
            return found
    if word.endswith("ا") and len(word) > 3 and noun(word[:-1]):
        return word[:-1]
    if word.endswith("ه") and len(word) > 3 and nominal(word[:-1]):
        return word[:-1]
    return None


def _plural(word: str, words: Lexicon, person: Callable[[str], bool]) -> str | None:
    """Undo the plurals گان, یان, ان, ات, ین."""
    if word.endswith("گان"):
        rest = f"{word.removesuffix('گان')}ه"
        if rest in words.known or rest.endswith("نده") or verbs.past(rest):
            return rest
    if word.endswith("یان") and word[:-3].endswith(_VOWELS) and word[:-3] in words.known:
        return word[:-3]
    if word.endswith("ان") and len(word) > 3 and person(word[:-2]):
        return word[:-2]
    if word.endswith("ات") and len(word) > 3:
        stem = word[:-2]
        for rest in (stem, f"{stem}ه", f"{stem}ت", f"{stem.removesuffix('ی')}ه"):
            if rest in words.nominal:
                return rest
    if word.endswith("ین") and len(word) > 4 and (word[:-2] in words.people or word[:-2] in words.nouns):
        return word[:-2]
    return None


def _unsupported(word: str) -> str | None:
    """Take off an unmistakable ending, though the rest is unknown."""
    head, joiner, tail = word.rpartition(ZWNJ)
    if joiner and len(head) > 1 and (tail in MARKED or is_plural_tail(tail)):
        return head
    for possessive in ("", *POSSESSIVE, "ام", "ات", "اش"):
        rest = word.removesuffix(possessive)
        if possessive and rest == word:
            continue
        for ending in PLURAL:
            stem = rest.removesuffix(ending).rstrip(ZWNJ)
            if rest.endswith(ending) and len(stem) > 2:
                return stem
    return None


def is_plural_tail(tail: str) -> bool:
    """Whether a string is ها with or without what may follow it: های, هایم, هایشان."""
    return tail.startswith("ها") and tail.removeprefix("ها").lstrip("ی") in {"", *POSSESSIVE}
