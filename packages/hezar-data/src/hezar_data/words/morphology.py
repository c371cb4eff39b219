"""What a Persian word is a form of: the one analysis that `Stemmer` and `Lemmatizer` share."""

from __future__ import annotations

from typing import NamedTuple

from hezar_data.lexicon.words import lexicon
from hezar_data.words import nouns, verbs

VERBAL = frozenset({"VERB", "AUX"})
NOMINAL = frozenset({"NOUN", "PROPN", "ADJ", "PRON", "NUM"})
_LONGEST = 64  # characters; no word is longer


class Reading(NamedTuple):
    """How a word was read; a verb form has `verb`.

    Attributes:
        base: The dictionary form of a noun and its like; of a verb, the stem the form is built on.
        verb: The verb.
    """

    base: str
    verb: verbs.Verb | None = None


def read_word(word: str, pos: str | None = None) -> Reading | None:
    """Read a word in plain spelling; ``None`` where it is not a form of another word.

    The order decides between readings: what is marked by a half-space, then dictionary words, then past forms, then nouns of
    the lexicon, then the rarer verb forms, and last endings on unknown words.
    """
    if len(word) > _LONGEST:
        return None
    if pos is not None and pos not in VERBAL:
        return _nominal(word) if pos in NOMINAL else None
    if pos is None:
        form = verbs.infinitive(word) or verbs.with_aspect(word, joined=False)
        if form is None and word in lexicon().known:
            return None
        form = form or verbs.with_aspect(word)
        if form is None and word[:-1] not in lexicon().people:  # مردی is a man, not "you died"
            form = verbs.past(word)
        if form is None:
            found = nouns.supported(word)
            if found is not None:
                return Reading(found)
            form = verbs.subjunctive(word)
            if form is None:
                return _nominal(word)
    else:
        form = verbs.infinitive(word) or verbs.with_aspect(word) or verbs.past(word) or verbs.subjunctive(word)
    return Reading(form.stem, form.verb) if form else None


def _nominal(word: str) -> Reading | None:
    if nouns.is_base(word):
        return None
    found = nouns.base(word)
    return Reading(found) if found is not None and found != word else None
