"""What texts are stripped of before they are compared: named steps, so that a score can say how it was made.

Persian has several spellings of what a reader takes for the same word: letters of Arabic keyboards, three sets of digits,
half-spaces. A rate of errors says little unless it says which of them were counted.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache

from hezar_data.characters import (
    ARABIC_TO_PERSIAN,
    BIDI_CONTROLS,
    DIACRITICS,
    HALF_SPACE_IMPOSTORS,
    LOOKALIKE_TO_PERSIAN,
    TATWEEL,
    ZWNJ,
)
from hezar_registry import InputError, suggest

Normalize = Callable[[str], str]
_Table = dict[int, str | None]

STEPS = ("letters", "digits", "marks", "invisible", "half_space_to_space", "half_space_joined", "punctuation", "case")


def _letters() -> _Table:
    return {ord(letter): persian for letter, persian in (ARABIC_TO_PERSIAN | LOOKALIKE_TO_PERSIAN).items()}


def _digits() -> _Table:
    return {code: str(unicodedata.decimal(chr(code))) for code in range(sys.maxunicode + 1) if chr(code).isdecimal()}


def _punctuation() -> _Table:
    every = map(chr, range(sys.maxunicode + 1))
    return {ord(sign): " " for sign in every if unicodedata.category(sign)[0] in "PS"}


_TABLES: dict[str, Callable[[], _Table]] = {
    "letters": _letters,
    "digits": _digits,
    "marks": lambda: dict.fromkeys(map(ord, DIACRITICS + TATWEEL)),
    "invisible": lambda: dict.fromkeys(map(ord, BIDI_CONTROLS + HALF_SPACE_IMPOSTORS)),
    "half_space_to_space": lambda: {ord(ZWNJ): " "},
    "half_space_joined": lambda: {ord(ZWNJ): None},
    "punctuation": _punctuation,
}


def normalizer_of(steps: Sequence[str] | None) -> Normalize | None:
    """Return the function that applies some steps to a text; ``None`` for no steps.

    Args:
        steps: Of `STEPS`: ``"letters"`` (Arabic forms become Persian ones), ``"digits"`` (all become 0 to 9), ``"marks"``
            (vowel marks and tatweel go), ``"invisible"`` (direction marks and what else cannot be seen, but for
            half-spaces), ``"half_space_to_space"`` or ``"half_space_joined"``, ``"punctuation"`` (becomes a space, as do
            symbols), ``"case"``.

    Raises:
        InputError: There is no such step, or two contradict each other.

    Example:
        >>> normalizer_of(["digits", "punctuation"])("سال ۱۴۰۳!")
        'سال 1403 '
    """
    if isinstance(steps, str):
        raise InputError(f"`normalization` is a list of steps; found {steps!r}. Write [{steps!r}].")
    return _normalizer(tuple(steps)) if steps else None


@cache
def _normalizer(steps: tuple[str, ...]) -> Normalize:
    for step in steps:
        if step not in STEPS:
            raise InputError(
                f"Unknown step of normalization {step!r}.{suggest(step, STEPS)} There are {', '.join(STEPS)}."
            )
    if {"half_space_to_space", "half_space_joined"} <= set(steps):
        raise InputError(
            "A half-space becomes a space or nothing: leave out 'half_space_to_space' or 'half_space_joined'."
        )
    table: _Table = {}
    for step in STEPS:
        if step in steps and step in _TABLES:
            table |= _TABLES[step]()

    def normalize(text: str) -> str:
        # A letter and its mark may be one character or two.
        text = unicodedata.normalize("NFC", text).translate(table)
        return text.casefold() if "case" in steps else text

    return normalize
