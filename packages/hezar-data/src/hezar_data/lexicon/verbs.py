"""Persian verbs: their stems, which are in ``verbs.txt``, and the endings that conjugate them.

A finite form is ``[prefix] [mi | nemi | b | n] stem ending [object]``. Source of the pattern: any grammar of Persian.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from hezar_data.characters import HEH, MEEM, NOON, PERSIAN_YEH
from hezar_data.lexicon.files import sections

MI = MEEM + PERSIAN_YEH
ASPECTS = (NOON + MI, HEH + MI, MI)  # nemi, hami, mi
# -, -am, -i, -im, -id, -and; spoken -in, -an
PAST = ("", "\u0645", "\u06cc", "\u06cc\u0645", "\u06cc\u062f", "\u0646\u062f", "\u06cc\u0646", "\u0646")
"""Endings of the persons after a past stem."""
# -am, -i, -ad, -im, -id, -and; spoken -e, -in, -an
PRESENT = ("\u0645", "\u06cc", "\u062f", "\u06cc\u0645", "\u06cc\u062f", "\u0646\u062f", HEH, "\u06cc\u0646", "\u0646")
"""Endings of the persons after a present stem."""
PARTICIPLE = HEH
"""What makes a participle of a past stem."""
# -man, -tan, -shan; spoken -mun, -tun, -shun; -am, -at, -ash
PRONOUNS = ("\u0645\u0627\u0646", "\u062a\u0627\u0646", "\u0634\u0627\u0646")
PRONOUNS += ("\u0645\u0648\u0646", "\u062a\u0648\u0646", "\u0634\u0648\u0646", "\u0645", "\u062a", "\u0634")
"""Enclitic pronouns, the long ones first: the object of a verb, the owner of a thing."""

_ID, _AND, _VAND = "\u06cc\u062f", "\u0627\u0646\u062f", "\u0648\u0646\u062f"
_AN, _UN = "\u0627\u0646", "\u0648\u0646"


class VerbStems(NamedTuple):
    """What the data file says about a verb.

    Attributes:
        past: The past stem, by which the verb is known.
        presents: Its present stems; the first is the one of the dictionary.
        pasts: All its written past stems.
        spoken_pasts: Past stems of speech.
        is_regular: Whether a rule makes one stem of the other.
    """

    past: str
    presents: tuple[str, ...]
    pasts: tuple[str, ...]
    spoken_pasts: tuple[str, ...] = ()
    is_regular: bool = True


class SpokenStem(NamedTuple):
    """A stem of speech: of the verb with the past stem `past`, and itself a past stem or a present one."""

    stem: str
    past: str
    is_past: bool


@cache
def verb_sections() -> dict[str, list[str]]:
    """Return the lines of ``verbs.txt`` by section."""
    return sections("verbs.txt")


def verb_stems() -> Iterator[VerbStems]:
    """Yield the stems of all verbs, frequent verbs first. A verb may come twice, with other stems."""
    data = verb_sections()
    for line in data["pairs"]:
        past, *presents = line.split()
        yield VerbStems(past, tuple(presents), (past,), is_regular=False)
    for stem in " ".join(data["regular"]).split():
        yield VerbStems(stem + _ID, (stem,), (stem + _ID,))
    for stem in " ".join(data["causative"]).split():
        yield VerbStems(
            stem + _AND, (stem + _AN, stem + _UN), (stem + _AND, stem + _AN + _ID), spoken_pasts=(stem + _VAND,)
        )


def spoken_stems() -> Iterator[SpokenStem]:
    """Yield the further stems of speech."""
    for line in verb_sections()["spoken"]:
        stem, past = line.split()
        yield SpokenStem(stem.removeprefix("+"), past, stem.startswith("+"))


def past_forms(stem: str) -> list[str]:
    """Return the persons of a past stem; the participle is not among them."""
    return [stem + ending for ending in PAST]


def present_forms(stem: str) -> list[str]:
    """Return the persons of a present stem."""
    return [stem + ending for ending in PRESENT]
