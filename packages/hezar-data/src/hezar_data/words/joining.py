"""Joins tokens that one word was written as: می روم, نوشته شده است, کتاب ها."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from hezar_data.characters import HEH, LINE_BREAKS, ZWNJ
from hezar_data.lexicon.spelling import is_laughter, plain
from hezar_data.lexicon.verbs import ASPECTS
from hezar_data.lexicon.words import lexicon
from hezar_data.words import nouns, verbs
from hezar_data.words.base import Span

_MOST_WORDS = 8  # no form has more
_LINE_BREAKS = frozenset(LINE_BREAKS)
_BE = frozenset({"ام", "ای", "ایم", "اید", "اند", "است"})
_AUXILIARIES = frozenset({"بودن", "شدن", "خواستن"})
_AFTER_HEH = frozenset({"ام", "ات", "اش", "ای", "ایم", "اید", "اند", "مان", "تان", "شان"})


def join_verb_parts(text: str, spans: list[Span]) -> list[Span]:
    """Join می with its verb, and participles and خواه with their auxiliaries."""
    return _join(text, spans, _verb_goes_on)


def join_endings(text: str, spans: list[Span]) -> list[Span]:
    """Join words with plural, comparative and enclitic endings written apart."""
    return _join(text, spans, _ending_follows)


class Head(NamedTuple):
    """The one word that stands for a form of several, with the half-spaces it should have.

    Attributes:
        word: The word.
        is_verb: Whether it is a form of a verb.
    """

    word: str
    is_verb: bool


def head_of(text: str) -> Head | None:
    """Return what a form of several words is a form of; ``None`` for other texts.

    The auxiliaries of a participle and of the future tell person and tense only, so they are left out.

    Args:
        text: Words in plain spelling (`plain`).

    Example:
        >>> head_of("گفته شده است"), head_of("دانشگاه تهران")
        (Head(word='گفته', is_verb=True), None)
    """
    words = text.split(maxsplit=_MOST_WORDS)
    if not 1 < len(words) <= _MOST_WORDS or not _LINE_BREAKS.isdisjoint(text):
        return None
    head, is_verb = words[0], False
    for count in range(1, len(words)):
        before, word = words[:count], words[count]
        if _verb_goes_on(before, word):
            is_verb = True
            if before[-1] in ASPECTS:
                head = f"{head}{ZWNJ}{word}"
            elif not head.endswith(HEH):  # the future: what follows is the verb
                head = word
        elif _ending_follows(before, word):
            head = f"{head}{ZWNJ}{word}"
        else:
            return None
    return Head(head, is_verb)


def _join(text: str, spans: list[Span], goes_on: Callable[[list[str], str], bool]) -> list[Span]:
    joined: list[Span] = []
    previous: list[str] = []  # the words the last joined token is made of
    for start, end in spans:
        word = plain(text[start:end])
        if joined and _blank(text[joined[-1][1] : start]) and goes_on(previous, word):
            joined[-1] = (joined[-1][0], end)
            previous.append(word)
        else:
            joined.append((start, end))
            previous = [word]
    return joined


def _blank(gap: str) -> bool:
    return gap.isspace() and _LINE_BREAKS.isdisjoint(gap)


def _verb_goes_on(words: list[str], word: str) -> bool:
    last = words[-1]
    if last in ASPECTS:
        return verbs.with_aspect(f"{last}{ZWNJ}{word}") is not None
    if len(words) > 1 and words[-2] in ASPECTS:
        last = f"{words[-2]}{ZWNJ}{last}"
    form = verbs.past(last) or verbs.with_aspect(last)
    if form is None:
        return False
    if form.verb.past == "خواست" and form.stem == form.verb.present:  # خواهم رفت
        future = verbs.past(word)
        return future is not None and not word.endswith(HEH) and future.stem == future.verb.past == word
    if not (form.stem.endswith(HEH) and last.endswith(HEH)):  # only a participle goes on
        return False
    if word in _BE or word in ASPECTS:
        return word in _BE
    joined = word not in lexicon().known  # همیشه is no form of شدن
    auxiliary = verbs.past(word) or verbs.with_aspect(word, joined=joined) or verbs.subjunctive(word)
    return auxiliary is not None and auxiliary.verb.infinitive in _AUXILIARIES


def _ending_follows(words: list[str], word: str) -> bool:
    last = words[-1]
    if nouns.is_plural_tail(word) and not is_laughter(last):
        return last in lexicon().nominal or nouns.is_base(last)
    if word in nouns.COMPARATIVE:
        return last in lexicon().adjectives
    return word in _AFTER_HEH and last.endswith(HEH) and (last in lexicon().nominal or verbs.past(last) is not None)
