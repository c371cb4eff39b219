"""Persian nouns, adjectives and pronouns: what is left of a form without its endings.

Endings come off from the right, one after the other, each only where what remains is a word that takes it: a word of the
lexicon, or one whose shape tells (کارگر, نویسنده). An ending after a half-space, and ها, also come off unknown words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from hezar_data.characters import HAMZA_ABOVE, ZWNJ
from hezar_data.lexicon.verbs import PRONOUNS
from hezar_data.lexicon.words import lexicon
from hezar_data.words import verbs

_DEPTH = 4  # a comparative, a plural, an indefinite and an enclitic ending are the longest chain
_VOWELS = ("ا", "و")

PLURAL = ("هایی", "های", "ها")
COMPARATIVE = ("ترین", "تر")
_LONG_PRONOUNS, _SHORT_PRONOUNS = PRONOUNS[:6], PRONOUNS[6:]
_AFTER_VOWEL = ("یمان", "یتان", "یشان", "یم", "یت", "یش")
_SPOKEN_OBJECT = ("مو", "تو", "شو", "رو", "و")
_COPULA = ("یند", "یید", "ییم", "ست", "ند", "ید", "یم", "ین", "م", "ن")
_AFTER_HALF_SPACE = "ام ات اش ای اند اید ایم است ست رو مو تو شو ن ه ی یی ان ین ا جات تر ترین تری ترها تره ترم ترند"
_MARKED = frozenset({*_AFTER_HALF_SPACE.split(), *PRONOUNS})
"""What, after a half-space, is an ending and no part of a compound."""
_AGENTS = (
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
_VERBAL_NOUN = re.compile("است..ا.|ا.ت.ا.|ان..ا.|ا..ا.|ت..ی.")
"""Shapes of Arabic verbal nouns, whose plural is in ات: اختراع, استخراج, تحقیق."""
_DERIVED = (
    "گاه",
    "خانه",
    "ستان",
    "مند",
    "نامه",
    "واره",
    "کده",
    "ناک",
    "گونه",
    "نشین",
    "گری",
    "گین",
    "دان",
    "زار",
    "وار",
    "ور",
    "گر",
    "چی",
)
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
    found = _without_endings(word)
    if found is None:
        head, joiner, tail = word.rpartition(ZWNJ)
        if joiner and head and tail not in _MARKED:
            rest = _without_endings(tail, compound=True)
            found = f"{head}{ZWNJ}{rest}" if rest else None
    return found


def is_base(word: str) -> bool:
    """Whether a word is complete without an ending: in the lexicon, an infinitive, or derived from such a word."""
    words = lexicon()
    if word in words.known or word in words.plurals or verbs.infinitive(word):
        return True
    if word.endswith(_DERIVED) and any(
        word.removesuffix(end) in words.nominal for end in _DERIVED if word.endswith(end)
    ):
        return True
    if word.endswith("ی") and not word.endswith(("ای", "وی")) and word[:-1] in words.uncountable:  # شیرازی, ورزشی
        return True
    head, joiner, tail = word.rpartition(ZWNJ)
    if head and tail in _DERIVED:  # علاقه‌مند is a word of its own
        return True
    return bool(joiner and head) and tail not in _MARKED and (tail in words.known or _is_agent(tail))


def is_plural_tail(tail: str) -> bool:
    """Whether a string is ها with or without what may follow it: های, هایم, هایشان."""
    return tail.startswith("ها") and tail.removeprefix("ها").lstrip("ی") in {"", *PRONOUNS}


def _is_stem(word: str) -> bool:
    """Whether a word is the stem of a verb: those are complete, so that the stem of a stem is itself."""
    return len(word) > 2 and not word.endswith("ی") and word in verbs.tables().present_stems


def _is_agent(word: str) -> bool:
    """Whether a word is a present stem, as in the compounds برنامه\u200cنویس and کوه\u200cنورد."""
    return len(word) > 2 and word in verbs.tables().present_stems


# What may remain when an ending comes off; the second argument says whether the word is the last part of a compound.


def _nominal(rest: str, compound: bool) -> bool:
    return rest in lexicon().nominal or (len(rest) > 2 and is_base(rest)) or (compound and _is_agent(rest))


def _noun(rest: str, compound: bool) -> bool:
    words = lexicon()
    return rest in words.nouns or rest in words.pronouns or rest in words.plurals or verbs.infinitive(rest) is not None


def _adjective(rest: str, compound: bool) -> bool:
    words = lexicon()
    return rest in words.adjectives or rest in words.people or rest in words.pronouns


def _known(rest: str, compound: bool) -> bool:
    return rest in lexicon().known


def _person(rest: str, compound: bool) -> bool:
    words = lexicon()
    if rest in words.countable or rest in words.adjectives or (compound and _is_agent(rest)):
        return True
    if rest.endswith("ی"):
        return is_base(rest)
    return len(rest) > 3 and rest.endswith(_AGENTS) and rest not in words.known


def _countable(rest: str, compound: bool) -> bool:
    return rest in lexicon().countable


@dataclass(frozen=True)
class _Ending:
    """An ending and where it comes off.

    Attributes:
        text: The ending.
        accepts: Whether a word may remain without it.
        deeper: Whether more endings may come off what remains.
        last: Whether it only comes off the end of the whole form.
        after_vowel: Whether what remains must end in a vowel.
        shortest: Letters that must remain.
    """

    text: str
    accepts: Callable[[str, bool], bool]
    deeper: bool = True
    last: bool = False
    after_vowel: bool = False
    shortest: int = 2


_ENDINGS = (
    *(_Ending(text, _nominal) for text in PLURAL),
    *(_Ending(text, _known) for text in COMPARATIVE),
    *(_Ending(text, _nominal, after_vowel=True) for text in _AFTER_VOWEL),
    *(_Ending(text, _nominal) for text in _LONG_PRONOUNS),
    *(_Ending(text, _noun) for text in _SHORT_PRONOUNS),
    *(_Ending(text, _noun, last=True) for text in _SPOKEN_OBJECT),
    _Ending("یان", _person, deeper=False, after_vowel=True),
    _Ending("ان", _person, deeper=False),
    _Ending("ین", _noun, deeper=False, shortest=3),
    *(_Ending(text, _adjective, last=True) for text in _COPULA),
    _Ending("یی", _countable, deeper=False, after_vowel=True),
    _Ending("ی", _nominal, deeper=False, after_vowel=True),
    _Ending("ی", _countable),
    _Ending("ا", _noun, deeper=False, shortest=3),
    _Ending("ه", _nominal, deeper=False, shortest=3),
    _Ending(HAMZA_ABOVE, _nominal),
)
_BY_LAST: dict[str, list[_Ending]] = {}
for _ending in _ENDINGS:
    _BY_LAST.setdefault(_ending.text[-1], []).append(_ending)


def _without_endings(word: str, depth: int = _DEPTH, *, compound: bool = False) -> str | None:
    """Take endings off while the lexicon agrees."""
    if depth == 0 or (ZWNJ in word and word.rpartition(ZWNJ)[2] in _DERIVED):
        return None
    if found := _irregular_plural(word):
        return found
    for ending in _BY_LAST.get(word[-1:], ()):
        if not word.endswith(ending.text) or (ending.last and depth < _DEPTH):
            continue
        rest = word[: -len(ending.text)].rstrip(ZWNJ)
        if rest.rpartition(ZWNJ)[2] in _DERIVED and ZWNJ in rest:
            return rest
        if len(rest) < ending.shortest or (ending.after_vowel and not rest.endswith(_VOWELS)):
            continue
        if ending.accepts(rest, compound):
            return rest
        if (
            ending.deeper
            and rest not in lexicon().known
            and (found := _without_endings(rest, depth - 1, compound=compound))
        ):
            return found
    return word[:-1] if word.endswith(HAMZA_ABOVE) else None


def _irregular_plural(word: str) -> str | None:
    """Undo the plurals that change the end of a word: ستارگان, صفحات, حرکات, تجربیات."""
    words = lexicon()
    if word.endswith("گان"):
        rest = f"{word.removesuffix('گان')}ه"
        if rest in words.known or rest.endswith("نده") or verbs.past(rest):
            return rest
    if word.endswith("ات") and len(word) > 3:
        stem = word[:-2]
        for rest in (f"{stem}ه", stem, f"{stem}ت", f"{stem.removesuffix('ی')}ه"):
            if rest in words.nominal:
                return rest
        if _VERBAL_NOUN.fullmatch(stem):
            return stem
    return None


def _unsupported(word: str) -> str | None:
    """Take off an unmistakable ending, though the rest is unknown."""
    head, joiner, tail = word.rpartition(ZWNJ)
    if joiner and len(head) > 1 and (tail in _MARKED or is_plural_tail(tail)):
        return head
    if word.endswith("گان") and len(word) > 5:
        return f"{word.removesuffix('گان')}ه"
    body, found, tail = word.rpartition("ها")
    return body.rstrip(ZWNJ) if found and len(body) > 2 and is_plural_tail(found + tail) else None
