"""How dictionaries spell a word."""

from __future__ import annotations

import re

from hezar_data.characters import (
    ALEF,
    ARABIC_TO_PERSIAN,
    DIACRITICS,
    HALF_SPACE_IMPOSTORS,
    HAMZA_ABOVE,
    HEH,
    HEH_YEH_ABOVE,
    INVISIBLES,
    LOOKALIKE_TO_PERSIAN,
    NOT_SIGN,
    TATWEEL,
    TEH_MARBUTA_GOAL,
    ZWNJ,
)

_DIRECT = {
    **{ord(letter): persian for letter, persian in (ARABIC_TO_PERSIAN | LOOKALIKE_TO_PERSIAN).items()},
    **dict.fromkeys(map(ord, DIACRITICS.replace("\u064b", "") + TATWEEL)),
    ord(HEH_YEH_ABOVE): HEH + HAMZA_ABOVE,
    ord(TEH_MARBUTA_GOAL): "\u0629",
}
_HALF_SPACES = re.compile(f"[{ZWNJ}{HALF_SPACE_IMPOSTORS.replace(NOT_SIGN, '')}]+")
_UNSEEN = re.compile(f"[{INVISIBLES}](?<!{ZWNJ})")
_PLAIN = re.compile(f"[{''.join(map(chr, _DIRECT))}]|{_UNSEEN.pattern}|^{ZWNJ}|{ZWNJ}$|{ZWNJ}{ZWNJ}")


def is_persian(word: str) -> bool:
    """Whether a word begins with a letter of the Arabic script, so that it can be looked up at all."""
    return "\u0620" <= word[:1] <= "\u06ff" and not "\u0660" <= word[0] <= "\u066d"


def plain(word: str) -> str:
    """Return a word as dictionaries spell it: Persian letters, no vowel marks, no stroke, nothing unseen but half-spaces."""
    if not _PLAIN.search(word):
        return word
    return _UNSEEN.sub("", _HALF_SPACES.sub(ZWNJ, word.translate(_DIRECT))).strip(ZWNJ)


def is_laughter(word: str) -> bool:
    """Whether a word is nothing but laughter (ها, هه, هاها), which has no plural."""
    return not word.strip(f"{HEH}{ALEF}")
