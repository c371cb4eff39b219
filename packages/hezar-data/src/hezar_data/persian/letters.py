"""Rules for letters, marks and digits' neighbours: everything that replaces one character by another."""

from __future__ import annotations

import unicodedata

from hezar_data import characters as ch
from hezar_data.persian.rule import CharacterRule, FormRule

_ISIRI = "ISIRI 6219 (Persian letters and digits); Unicode Standard 9.2, Arabic: Persian uses U+06A9 and U+06CC"

_PRESENTATION_BLOCKS = (range(0xFB50, 0xFE00), range(0xFE70, 0xFEFF))


def _presentation_forms() -> dict[str, str]:
    """Return each positional form and ligature with the letters it stands for."""
    forms = {chr(code): unicodedata.normalize("NFKC", chr(code)) for block in _PRESENTATION_BLOCKS for code in block}
    return {form: letters for form, letters in forms.items() if letters != form}


COMPOSE = FormRule(
    "compose",
    "compose letters and their marks (NFC): alef and madda become one letter",
    "Unicode Standard Annex 15",
    "NFC",
)
DECOMPOSE = FormRule("decompose", "take letters and their marks apart (NFD)", "Unicode Standard Annex 15", "NFD")

PRESENTATION_FORMS = CharacterRule(
    "presentation_forms",
    "positional forms and ligatures become the letters they show",
    "Unicode Standard 9.2: the blocks Arabic Presentation Forms-A and -B are for compatibility only",
    _presentation_forms(),
)
ARABIC_LETTERS = CharacterRule(
    "arabic_letters",
    "Arabic kaf, yeh, alef maksura and alef wasla become Persian letters",
    _ISIRI,
    ch.ARABIC_TO_PERSIAN,
)
LOOKALIKE_LETTERS = CharacterRule(
    "lookalike_letters",
    "letters of Urdu, Kurdish, Pashto and Sindhi that look Persian become Persian",
    "Unicode Character Database (names); Unicode Technical Standard 39, confusables",
    ch.LOOKALIKE_TO_PERSIAN,
)
NEIGHBOUR_LETTERS = CharacterRule(
    "neighbour_letters",
    "letters that Kurdish, Urdu and Pashto have and Persian lacks become the nearest Persian letter",
    "Unicode Character Database (names)",
    ch.NEIGHBOUR_TO_PERSIAN,
)
HEH_HAMZA = CharacterRule(
    "heh_hamza",
    "the one-character heh with hamza becomes heh and a hamza above",
    "Unicode code chart 0600, note at U+06C0: for ezafe, use U+0654 over the base letter; Academy of Persian Language",
    {ch.HEH_YEH_ABOVE: ch.HEH + ch.HAMZA_ABOVE, ch.HEH_GOAL_HAMZA: ch.HEH + ch.HAMZA_ABOVE},
)
TEH_MARBUTA = CharacterRule(
    "teh_marbuta",
    "teh marbuta becomes heh",
    "Academy of Persian Language, Dastur-e Khatt: it is written as heh or teh in words that became Persian",
    {ch.TEH_MARBUTA: ch.HEH},
)
FOLD_HAMZA = CharacterRule(
    "fold_hamza",
    "alef, waw and yeh lose their hamza, and alef its madda",
    "Unicode Character Database (decompositions); usual in search, as both spellings are in use",
    {
        ch.ALEF_MADDA: ch.ALEF,
        ch.ALEF_HAMZA_ABOVE: ch.ALEF,
        ch.ALEF_HAMZA_BELOW: ch.ALEF,
        ch.WAW_HAMZA: ch.WAW,
        ch.YEH_HAMZA: ch.PERSIAN_YEH,
        ch.HEH_YEH_ABOVE: ch.HEH,
        ch.HEH_GOAL_HAMZA: ch.HEH,
        ch.HAMZA_ABOVE: "",
        ch.HAMZA_BELOW: "",
        ch.MADDAH_ABOVE: "",
    },
)
REMOVE_HARAKAT = CharacterRule(
    "remove_harakat",
    "vowel marks, shadda, sukun and Quranic marks are removed; tanvin stays",
    "Unicode Standard 9.2, Arabic: vowel marks are optional; Academy of Persian Language: only against misreading",
    dict.fromkeys(sorted(set(ch.DIACRITICS) - set(ch.TANVIN)), ""),
)
REMOVE_TANVIN = CharacterRule(
    "remove_tanvin",
    "fathatan, dammatan and kasratan are removed",
    "Unicode Standard 9.2, Arabic; against the spelling of the Academy, for search",
    dict.fromkeys(ch.TANVIN, ""),
)
