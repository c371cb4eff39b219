"""The characters of Persian text by name: those that look alike, and those that cannot be seen.

Code in this project writes such a character by one of these names, or as an escape, never bare.

Sources: the Unicode Character Database (names, categories, joining types), the Unicode Standard chapter 9.2 "Arabic",
the letters and digits of ISIRI 6219 and of the locale ``fa`` in CLDR.
"""

from __future__ import annotations

import re

# Joining, directions, other format characters ----------------------------------------------------------------------

ZWNJ = "\u200c"
"""ZERO WIDTH NON-JOINER, the Persian half-space."""
ZWJ = "\u200d"
"""ZERO WIDTH JOINER: keeps the joining shape of a letter, as in the abbreviation of *hijri*; joins emoji."""
TATWEEL = "\u0640"
"""The stroke (keshideh) that only stretches a word."""

ARABIC_LETTER_MARK, LEFT_TO_RIGHT_MARK, RIGHT_TO_LEFT_MARK = "\u061c", "\u200e", "\u200f"
BIDI_CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""The twelve characters with the property Bidi_Control (UAX #9)."""

NOT_SIGN, SOFT_HYPHEN, UNIT_SEPARATOR = "\u00ac", "\u00ad", "\x1f"
ZERO_WIDTH_SPACE, WORD_JOINER, BYTE_ORDER_MARK = "\u200b", "\u2060", "\ufeff"
HALF_SPACE_IMPOSTORS = "\u00ac\u00ad\x1f\u200b\u2060\ufeff"
"""What old encodings, word processors and web pages leave where a half-space belongs."""

VARIATION_SELECTOR_15, VARIATION_SELECTOR_16 = "\ufe0e", "\ufe0f"

CONTROLS = "\0-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
"""Control characters (category Cc) that are no blanks, for use inside ``[...]``."""
FORMAT_CONTROLS = "\u00ad\u034f\u180e\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb"
"""Format characters that mean nothing in a Persian text, for use inside ``[...]``."""
INVISIBLES = f"{CONTROLS}{FORMAT_CONTROLS}{BIDI_CONTROLS}{ZWNJ}{ZWJ}\ufe00-\ufe0f\U000e0000-\U000e01ef"
"""All that cannot be seen and is no blank, for use inside ``[...]``: no word by itself, and no end of a word."""

# Spaces ------------------------------------------------------------------------------------------------------------

NO_BREAK_SPACE, NARROW_NO_BREAK_SPACE, IDEOGRAPHIC_SPACE = "\u00a0", "\u202f", "\u3000"
UNICODE_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
"""Category Zs without the ordinary space."""
PARAGRAPH_SEPARATOR = "\u2029"
LINE_BREAKS = "\n\r\x0b\x0c\x85\u2028\u2029"
"""The mandatory breaks of UAX #14."""

# Letters -----------------------------------------------------------------------------------------------------------

HAMZA, ALEF_MADDA, ALEF_HAMZA_ABOVE, WAW_HAMZA, ALEF_HAMZA_BELOW, YEH_HAMZA = (
    "\u0621",
    "\u0622",
    "\u0623",
    "\u0624",
    "\u0625",
    "\u0626",
)
ALEF, TEH_MARBUTA, TEH, REH, LAM, MEEM, NOON, HEH, WAW = (
    "\u0627",
    "\u0629",
    "\u062a",
    "\u0631",
    "\u0644",
    "\u0645",
    "\u0646",
    "\u0647",
    "\u0648",
)
PERSIAN_KEHEH, PERSIAN_YEH = "\u06a9", "\u06cc"
ARABIC_KAF, ARABIC_YEH, ALEF_MAKSURA, ALEF_WASLA = "\u0643", "\u064a", "\u0649", "\u0671"
SWASH_KAF, HEH_DOACHASHMEE, HEH_GOAL, AE, YEH_BARREE = "\u06aa", "\u06be", "\u06c1", "\u06d5", "\u06d2"
HEH_YEH_ABOVE, HEH_GOAL_HAMZA, TEH_MARBUTA_GOAL, YEH_BARREE_HAMZA = "\u06c0", "\u06c2", "\u06c3", "\u06d3"

PERSIAN_ALPHABET = (
    "\u0627\u0628\u067e\u062a\u062b\u062c\u0686\u062d\u062e\u062f\u0630\u0631\u0632\u0698\u0633\u0634"
    "\u0635\u0636\u0637\u0638\u0639\u063a\u0641\u0642\u06a9\u06af\u0644\u0645\u0646\u0648\u0647\u06cc"
)
"""The 32 letters, from alef to yeh."""
PERSIAN_LETTERS = PERSIAN_ALPHABET + "\u0621\u0622\u0623\u0624\u0626"
"""The alphabet, alef with madda, and hamza with its Persian seats."""
NON_JOINING_LETTERS = "\u0622\u0623\u0625\u0627\u062f\u0630\u0631\u0632\u0698\u0648\u0624\u0621\u0629\u0671"
"""Letters that never join the next one: a half-space after them cannot be seen."""

ARABIC_TO_PERSIAN = {
    ARABIC_KAF: PERSIAN_KEHEH,
    ARABIC_YEH: PERSIAN_YEH,
    ALEF_MAKSURA: PERSIAN_YEH,
    ALEF_WASLA: ALEF,
}
"""Letters of Arabic keyboards in place of the Persian ones."""

LOOKALIKE_TO_PERSIAN = {
    SWASH_KAF: PERSIAN_KEHEH,  # Sindhi
    HEH_DOACHASHMEE: HEH,  # Urdu, Kurdish, Uyghur
    HEH_GOAL: HEH,  # Urdu
    AE: HEH,  # Kurdish, Uyghur
    YEH_BARREE: PERSIAN_YEH,  # Urdu
    "\u06cd": PERSIAN_YEH,  # YEH WITH TAIL, Pashto
    "\u06d0": PERSIAN_YEH,  # E, Pashto
    "\u06ac": PERSIAN_KEHEH,  # KAF WITH DOT ABOVE, Malay
    "\u063d": PERSIAN_YEH,  # FARSI YEH WITH INVERTED V, Azerbaijani
    TEH_MARBUTA_GOAL: TEH_MARBUTA,  # Urdu
    "\u0672": ALEF_HAMZA_ABOVE,  # ALEF WITH WAVY HAMZA ABOVE, Kashmiri
    "\u0673": ALEF_HAMZA_BELOW,
}
"""Letters of neighbouring languages that stand in Persian words by a wrong keyboard."""

NEIGHBOUR_TO_PERSIAN = {
    "\u0695": REH,  # REH WITH SMALL V BELOW, Kurdish
    "\u06b5": LAM,  # LAM WITH SMALL V, Kurdish
    "\u06c6": WAW,  # OE, Kurdish
    "\u06ce": PERSIAN_YEH,  # YEH WITH SMALL V, Kurdish
    "\u06c7": WAW,  # U, Uyghur and Kyrgyz
    "\u06a4": WAW,  # VEH, Kurdish
    "\u06ca": WAW,  # WAW WITH TWO DOTS ABOVE, Kurdish
    "\u0679": TEH,  # TTEH, Urdu
    "\u0688": "\u062f",  # DDAL, Urdu
    "\u0691": REH,  # RREH, Urdu
    "\u06ba": NOON,  # NOON GHUNNA, Urdu
    "\u067c": TEH,  # TEH WITH RING, Pashto
    "\u0689": "\u062f",  # DAL WITH RING, Pashto
    "\u0693": REH,  # REH WITH RING, Pashto
    "\u06bc": NOON,  # NOON WITH RING, Pashto
    "\u0681": "\u062d",  # HAH WITH HAMZA ABOVE, Pashto
    "\u0685": "\u062d",  # HAH WITH THREE DOTS ABOVE, Pashto
    "\u0696": "\u0698",  # REH WITH DOT BELOW AND DOT ABOVE, Pashto
    "\u069a": "\u0634",  # SEEN WITH DOT BELOW AND DOT ABOVE, Pashto
    "\u06ab": "\u06af",  # KAF WITH RING, Pashto
    "\u06ad": "\u06af",  # NG, Uyghur and old Turkic spellings
}
"""Letters that neighbouring languages have and Persian lacks, with the nearest Persian letter."""

# Marks -------------------------------------------------------------------------------------------------------------

TANVIN = "\u064b\u064c\u064d"
"""Fathatan, dammatan, kasratan; the first belongs to Persian spelling (in *aslan*)."""
HARAKAT = "\u064e\u064f\u0650"
"""Fatha, damma, kasra."""
SHADDA, SUKUN, MADDAH_ABOVE, HAMZA_ABOVE, HAMZA_BELOW, SUPERSCRIPT_ALEF = (
    "\u0651",
    "\u0652",
    "\u0653",
    "\u0654",
    "\u0655",
    "\u0670",
)
OTHER_VOWEL_MARKS = "\u0656\u0657\u0658\u0659\u065a\u065b\u065c\u065d\u065e\u065f"
QURANIC_MARKS = (
    "\u0610\u0611\u0612\u0613\u0614\u0615\u0616\u0617\u0618\u0619\u061a"
    "\u06d6\u06d7\u06d8\u06d9\u06da\u06db\u06dc\u06df\u06e0\u06e1\u06e2\u06e3\u06e4\u06e7\u06e8\u06ea\u06eb\u06ec\u06ed"
)
DIACRITICS = TANVIN + HARAKAT + SHADDA + SUKUN + SUPERSCRIPT_ALEF + OTHER_VOWEL_MARKS + QURANIC_MARKS
"""Every mark that tells only how a word is read. Madda and hamza are part of letters and not among them."""
ARABIC_MARKS = DIACRITICS + MADDAH_ABOVE + HAMZA_ABOVE + HAMZA_BELOW

# Digits and numbers ------------------------------------------------------------------------------------------------

ASCII_DIGITS = "0123456789"
ARABIC_DIGITS = "\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669"
PERSIAN_DIGITS = "\u06f0\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6\u06f7\u06f8\u06f9"
DIGITS = ASCII_DIGITS + ARABIC_DIGITS + PERSIAN_DIGITS

DECIMAL_SEPARATOR, THOUSANDS_SEPARATOR, PERCENT_SIGN = "\u066b", "\u066c", "\u066a"
"""The number symbols of the locale ``fa`` in CLDR."""

# Punctuation -------------------------------------------------------------------------------------------------------

COMMA, SEMICOLON, QUESTION_MARK, FULL_STOP = "\u060c", "\u061b", "\u061f", "\u06d4"
LEFT_GUILLEMET, RIGHT_GUILLEMET, ELLIPSIS = "\u00ab", "\u00bb", "\u2026"
ASCII_TO_PERSIAN_PUNCTUATION = {",": COMMA, ";": SEMICOLON, "?": QUESTION_MARK}
EN_DASH, EM_DASH = "\u2013", "\u2014"

# Ranges for character classes of regular expressions ----------------------------------------------------------------

LETTER_RANGES = "\u0620-\u063f\u0641-\u064a\u066e\u066f\u0671-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06fc\u06ff\u0750-\u077f"
"""Letters of the Arabic script as written today, for use inside ``[...]``."""
MARK_RANGES = (
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u08d3-\u08e1\u08e3-\u08ff"
)
"""Combining marks of the Arabic script, for use inside ``[...]``."""
NONCHARACTERS = "\ufdd0-\ufdef"
"""Code points that are not characters and never will be, for use inside ``[...]``."""
DIGIT_RANGES = "0-9\u0660-\u0669\u06f0-\u06f9"
"""The three digit sets, for use inside ``[...]``."""


LETTERS_AND_MARKS = frozenset(re.findall(f"[{LETTER_RANGES}{MARK_RANGES}]", "".join(map(chr, range(0x600, 0x900)))))
"""The characters of both ranges."""
