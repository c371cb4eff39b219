"""The rules by name, the order they run in, and the presets."""

from __future__ import annotations

from collections.abc import Iterable

from hezar_config import ConfigError
from hezar_data.persian import affixes, entities, invisibles, letters, numbers, punctuation, repeats
from hezar_data.persian.rule import Rule
from hezar_registry import UnknownNameError, suggest

ADDRESS_RULES: tuple[Rule, ...] = (entities.REMOVE_URLS, entities.REMOVE_EMAILS, entities.REMOVE_MENTIONS)
"""Rules for what all the others leave alone; they run first."""

TEXT_RULES: tuple[Rule, ...] = (
    # Characters, so that the rules after them know only one way to write a letter.
    letters.COMPOSE,
    letters.PRESENTATION_FORMS,
    letters.ARABIC_LETTERS,
    letters.LOOKALIKE_LETTERS,
    letters.NEIGHBOUR_LETTERS,
    letters.HEH_HAMZA,
    letters.TEH_MARBUTA,
    letters.FOLD_HAMZA,
    letters.REMOVE_HARAKAT,
    letters.REMOVE_TANVIN,
    # What cannot be seen. Half-spaces are put right before stray format characters go.
    invisibles.BIDI_CONTROLS,
    invisibles.UNICODE_SPACES,
    invisibles.HALF_SPACE_IMPOSTORS,
    invisibles.INVISIBLE_CONTROLS,
    invisibles.REMOVE_TATWEEL,
    invisibles.REDUNDANT_ZWJ,
    invisibles.REDUNDANT_ZWNJ,
    entities.HASHTAGS_TO_WORDS,
    entities.REMOVE_EMOJI,
    repeats.REPEATED_LETTERS,
    invisibles.STRAY_MARKS,
    invisibles.REPEATED_SPACES,
    invisibles.EDGE_SPACES,
    # Words.
    affixes.VERB_PREFIXES,
    affixes.JOINED_VERBS,
    affixes.PLURAL_SUFFIXES,
    affixes.COMPARATIVE_SUFFIXES,
    affixes.PERSONAL_SUFFIXES,
    affixes.ORDINAL_SUFFIXES,
    affixes.EZAFE_SPACING,
    affixes.JOINED_PLURALS,
    affixes.JOINED_COMPARATIVES,
    affixes.EZAFE_HAMZA,
    affixes.EZAFE_YEH,
    affixes.ZWNJ_AFTER_NON_JOINER,
    invisibles.ZWNJ_TO_SPACE,
    # Numbers and punctuation.
    numbers.PERSIAN_DIGITS,
    numbers.ASCII_DIGITS,
    numbers.ARABIC_DIGITS,
    numbers.NUMBER_SEPARATORS,
    numbers.PERCENT_SIGN,
    numbers.DIGIT_SPACING,
    punctuation.ELLIPSIS,
    punctuation.REPEATED_PUNCTUATION,
    punctuation.PERSIAN_PUNCTUATION,
    punctuation.QUOTES,
    punctuation.NO_SPACE_BEFORE_PUNCTUATION,
    punctuation.BRACKET_SPACING,
    punctuation.SPACE_AFTER_PUNCTUATION,
)

NORMALIZER_RULES: dict[str, Rule] = {rule.name: rule for rule in (*ADDRESS_RULES, *TEXT_RULES)}
"""Every rule by name, in the order in which they run, whatever order they are requested in."""

_CHARACTERS = (
    "compose",
    "presentation_forms",
    "arabic_letters",
    "lookalike_letters",
    "heh_hamza",
    "bidi_controls",
    "unicode_spaces",
    "half_space_impostors",
    "invisible_controls",
    "remove_tatweel",
    "redundant_zwj",
    "redundant_zwnj",
    "stray_marks",
    "repeated_spaces",
    "edge_spaces",
)
_SPELLING = (
    "verb_prefixes",
    "joined_verbs",
    "plural_suffixes",
    "comparative_suffixes",
    "personal_suffixes",
    "ordinal_suffixes",
    "ezafe_spacing",
    "joined_plurals",
    "joined_comparatives",
)
_PUNCTUATION = (
    "digit_spacing",
    "number_separators",
    "percent_sign",
    "ellipsis",
    "repeated_punctuation",
    "persian_punctuation",
    "quotes",
    "no_space_before_punctuation",
    "bracket_spacing",
    "space_after_punctuation",
)

NORMALIZER_PRESETS: dict[str, tuple[str, ...]] = {
    "characters": _CHARACTERS,
    "persian": (*_CHARACTERS, "repeated_letters", *_SPELLING, "persian_digits", *_PUNCTUATION),
    "display": (*_CHARACTERS, *_SPELLING, "ezafe_hamza", "persian_digits", *_PUNCTUATION),
    "training": (
        *_CHARACTERS,
        "remove_harakat",
        *_SPELLING,
        "repeated_letters",
        "ezafe_yeh",
        "persian_digits",
        *_PUNCTUATION,
    ),
    "search": (
        *_CHARACTERS,
        "neighbour_letters",
        "teh_marbuta",
        "fold_hamza",
        "remove_harakat",
        "remove_tanvin",
        "remove_emoji",
        "hashtags_to_words",
        "repeated_letters",
        "zwnj_to_space",
        "ascii_digits",
        "number_separators",
    ),
}
"""Sets of rules by name.

- ``characters``: one way to write each character; no word and no punctuation is touched.
- ``persian``: what an editor puts right: half-spaces, spaces, punctuation, digits, letters repeated for emphasis.
- ``display``: for print and screens: as ``persian``, with the author's emphasis and the Academy's ezafe.
- ``training``: for corpora: as ``persian``, without vowel marks and with one way to write ezafe.
- ``search``: for indexes and queries: spellings that a reader takes for the same become the same.
"""

EXCLUSIVE: tuple[frozenset[str], ...] = (
    frozenset({"persian_digits", "ascii_digits", "arabic_digits"}),
    frozenset({"ezafe_hamza", "ezafe_yeh"}),
    *(frozenset({"zwnj_to_space", name}) for name in (*_SPELLING, "ezafe_yeh")),
)
"""Rules that would undo one another."""


def select(rules: str | Iterable[str], skip: str | Iterable[str] = ()) -> tuple[str, ...]:
    """Return the names of the rules that are requested, in the order in which they run.

    Args:
        rules: Names of rules and presets, or one name.
        skip: Names of rules and presets to leave out, or one name.

    Raises:
        UnknownNameError: A name is neither a rule nor a preset; the message names the nearest.
        ConfigError: Two of the rules would undo one another.

    Example:
        >>> select(["bidi_controls", "arabic_letters"])
        ('arabic_letters', 'bidi_controls')
    """
    chosen = _expanded(rules) - _expanded(skip)
    for group in EXCLUSIVE:
        if len(both := sorted(group & chosen)) > 1:
            raise ConfigError(f"The rules {' and '.join(map(repr, both))} undo one another; leave one of them out.")
    return tuple(name for name in NORMALIZER_RULES if name in chosen)


def _expanded(names: str | Iterable[str]) -> set[str]:
    found: set[str] = set()
    for name in [names] if isinstance(names, str) else names:
        if name in NORMALIZER_PRESETS:
            found.update(NORMALIZER_PRESETS[name])
        elif name in NORMALIZER_RULES:
            found.add(name)
        else:
            raise UnknownNameError(
                f"There is no normalizer rule {name!r}.{suggest(str(name), [*NORMALIZER_RULES, *NORMALIZER_PRESETS])} "
                f"Rules: {', '.join(NORMALIZER_RULES)}. Presets: {', '.join(NORMALIZER_PRESETS)}."
            )
    return found
