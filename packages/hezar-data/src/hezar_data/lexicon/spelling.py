"""How dictionaries spell a word."""

from __future__ import annotations

import re

from hezar_data.characters import (
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
