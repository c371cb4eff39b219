"""What the spelling rules know about words: which forms follow *mi*, and which words an ending may be split from."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

from hezar_data import characters as ch
from hezar_data.lexicon import verbs
from hezar_data.lexicon.files import word_sets

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

_IMPERSONAL = "\u062a\u0648\u0627\u0646", "\u0628\u0627\u06cc\u062f", "\u0628\u0627\u06cc\u0633\u062a"


@cache
def verb_forms() -> frozenset[str]:
    """Return the verb forms, written and spoken, that stand after *mi* or *nemi*."""
    pasts: set[str] = set()
    presents: set[str] = set()
    for verb in verbs.verb_stems():
        pasts.update(verb.pasts)  # not the spoken ones: their bare form is a present too, and is enough for most
        presents.update(verb.presents)
    for spoken in verbs.spoken_stems():
        (pasts if spoken.is_past else presents).add(spoken.stem)
    forms = {form for stem in pasts for form in (*verbs.past_forms(stem), stem + verbs.PARTICIPLE)}
    forms.update(form for stem in presents for form in verbs.present_forms(stem))
    return frozenset(forms.union(_IMPERSONAL))


def is_verb(form: str) -> bool:
    """Whether a word is a verb form that follows *mi*, also with an object at its end (*mibinamash*)."""
    forms = verb_forms()
    return form in forms or any(form.endswith(end) and form[: -len(end)] in forms for end in verbs.PRONOUNS)


def is_joined_verb(word: str) -> bool:
    """Whether a word that begins with *mi* or *nemi*, without a half-space, is a verb and nothing else."""
    if is_word(word):
        return False
    form = word.partition(verbs.MI)[2]
    # Stems on a vowel change after mi in speech (miad, miumad); a half-space would not mend them.
    return len(form) > 1 and form[0] not in (ch.ALEF, ch.WAW) and not listed(word, "not prefixed") and is_verb(form)
