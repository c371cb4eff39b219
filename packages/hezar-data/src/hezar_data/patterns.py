"""Regular expressions for what stands in a text besides words: addresses, identifiers, numbers, emoji.

The one home of these patterns: the word tokenizer and the sentence splitter cut with them, and the cleaning rules leave alone or
remove what they find. A pattern begins where a token may begin; `alone` makes one that is searched for in running text. Where
the two uses must differ (what is removed should be surer than what is cut), both patterns stand here, side by side.

Sources: addresses as people write them in running text, a part of RFC 3986, 3987 and 5322; emoji sequences, UTS #51;
identifiers, the standards that define them.
"""

from __future__ import annotations

import re

from hezar_data import characters as ch

# Parts of character classes, for use inside [...]
DIGITS = ch.DIGIT_RANGES
LETTERS = f"{ch.LETTER_RANGES}{ch.MARK_RANGES}{ch.TATWEEL}"
"""What Persian words are made of, but for half-spaces."""


def alone(pattern: str, before: str) -> str:
    """Return a pattern that only begins where none of the characters `before` stands in front of it."""
    return rf"(?<![{before}])(?:{pattern})"


# Addresses ----------------------------------------------------------------------------------------------------------

# A mark in an address is followed by more of the address: the full stop of the sentence is not part of it, nor is a bracket
# that was not opened inside.
_INSIDE = r"\w/~#&=+$*@%\-"
_IN_URL = rf"[{_INSIDE}]|[.,;:!?'{ch.ZWNJ}](?=[{_INSIDE}])|\([{_INSIDE}.,]*+\)"
_HOST = r"[A-Za-z0-9][A-Za-z0-9-]{0,62}"
_TOP_LEVEL = "com|org|net|edu|gov|info|ir|ac|co|io|ai|me|dev|app|de|uk|us|fr|ru|tv"

URL = rf"(?:(?:https?|ftp)://|www\.)(?:{_IN_URL})++"
"""An address that says that it is one."""
DOMAIN = rf"(?:{_HOST}\.)+[A-Za-z]{{2,24}}(?![A-Za-z0-9])(?:/[\w\-.~%!$&*+=:@/?#]*[\w/=-]|/)?"
"""A name with dots, as one token, whether it is an address or not."""
KNOWN_DOMAIN = rf"{_HOST}(?:\.[A-Za-z0-9-]++)*?\.(?:{_TOP_LEVEL})(?![\w@-]|\.\w)(?:/(?:{_IN_URL})*+)?+"
"""A name with dots that is an address for sure."""
SEARCHED_URL = rf"(?:https?|ftp)://(?:{_IN_URL})++|(?<![\w.@-])(?:www\.(?:{_IN_URL})++|{KNOWN_DOMAIN})"
"""An address in running text."""
EMAIL = rf"[A-Za-z0-9][A-Za-z0-9._%+-]{{0,63}}@{_HOST}(?:\.{_HOST})*\.[A-Za-z]{{2,24}}"
MENTION = r"@[A-Za-z0-9_]++(?:\.[A-Za-z0-9_]++)*+"
HASHTAG = rf"[#\uff03][\w{LETTERS}{ch.ZWNJ}]*[\w{LETTERS}]"

# Identifiers: a changed digit or point makes them another thing. All are ASCII: numbers of Persian digits, decimals and
# dates are none. ------------------------------------------------------------------------------------------------------

CODE = r"`[^`\n]{1,200}`"
LINK_TARGET = r"(?<=\])\([!-'*-~]+\)"
"""Of Markdown: what stands in the brackets before it is prose."""
LATEX = r"\\[A-Za-z]+(?:\{[^{}\n]{0,80}\})*|\$(?=[^$\n]{0,200}[\\^_{])[^$\s](?:[^$\n]{0,200}[^$\s])?\$"
STANDARD = (
    r"(?<![A-Za-z])(?:ISBN(?:-1[03])?|ISSN|RFC|ISO(?:/IEC)?|IEC|IEEE|ISIRI|PEP)(?::? |[:-]?)[0-9][0-9Xx.:-]*(?<![.:-])"
)
DOI = r"(?<![\w.])10\.[0-9]{4,9}/[A-Za-z0-9._;()/:-]*[A-Za-z0-9]"
BOOK = r"(?<![\w-])97[89]-[0-9]{1,5}-[0-9]{1,7}-[0-9]{1,7}-[0-9](?![\w-])"
IBAN = r"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?: ?[0-9]{4}){3,7}(?: ?[0-9]{1,3})?(?![0-9])"
DOTTED_NUMBERS = (  # IPv4 and version numbers; 15.02.1403 is a date
    r"(?<![\w.,])(?![0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}(?![\w.]))[0-9]{1,3}(?:\.[0-9]{1,5}){2,}"
    r"(?:[:/][0-9]{1,5}|[-+][A-Za-z][A-Za-z0-9.]*(?<!\.))?(?!\w)"
)
VERSION = r"(?<=[A-Za-z] )[0-9]+(?:\.[0-9]+)+(?![\w.])"
"""Two numbers after a Latin word: Python 3.12."""
HEXADECIMAL = (  # IPv6 and MAC addresses, UUIDs, hashes, code points
    r"(?<![\w:])(?=[0-9:]{0,20}(?:[A-Fa-f]|::))(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])"
    r"|(?<![\w-])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![\w-])"
    r"|(?<!\w)(?=[0-9]{0,64}[a-f])(?=[a-f]{0,64}[0-9])[0-9a-f]{7,64}(?!\w)|(?<!\w)U\+[0-9A-Fa-f]{4,6}(?!\w)"
)
FILE_NAME = r"(?<![\w./-])[A-Za-z0-9_-]{1,64}(?:\.[A-Za-z0-9_-]{1,64}){0,4}\.[A-Za-z][A-Za-z0-9]{0,4}(?![\w.-])"

IDENTIFIER = "|".join(
    (CODE, LINK_TARGET, LATEX, STANDARD, DOI, BOOK, IBAN, DOTTED_NUMBERS, VERSION, HEXADECIMAL, FILE_NAME)
)
IDENTIFIER_TOKEN = f"{DOI}|{BOOK}|{HEXADECIMAL}"
"""Identifiers that would be cut at their signs if they were not known; the others are tokens, or words with blanks between."""

# Numbers --------------------------------------------------------------------------------------------------------------

_D = f"[{DIGITS}]"
_SEPARATOR = f"[.,/:{ch.COMMA}{ch.DECIMAL_SEPARATOR}{ch.THOUSANDS_SEPARATOR}]"
_PERCENT = f"[%{ch.PERCENT_SIGN}]"
_DATE = rf"{_D}{{4}}-{_D}{{1,2}}-{_D}{{1,2}}|{_D}{{1,2}}-{_D}{{1,2}}-{_D}{{4}}"
_PHONE = rf"\+{_D}{{6,15}}|(?:\+{_D}{{1,3}}|[0\u0660\u06f0]{_D}{{1,3}})(?:-{_D}{{2,8}}){{1,4}}"
NUMBER = (
    rf"(?:{_DATE}|{_PHONE}|(?:(?<![\w)\]{LETTERS}])[-+\u2212])?{_PERCENT}?{_D}+(?:{_SEPARATOR}{_D}+)*)"
    rf"(?!{_D})[%{ch.PERCENT_SIGN}\u2030°]?"
)
UNIT_NUMBER = rf"{_D}+(?:[.,{ch.DECIMAL_SEPARATOR}]{_D}+)*(?:[eE][-+]{_D}+|[A-Za-z][A-Za-z0-9]*)"
"""A number that belongs to the Latin letters after it: 25MB, 4K, 1.5e-3."""

# Any script's digits; one character that is not a digit may stand between two runs of them.
_WRITTEN_NUMBER = re.compile(r"\d+(?:\D\d+)*")


def numbers_reversed(text: str) -> str:
    """Return a text with every number written backwards, its separators too."""
    return _WRITTEN_NUMBER.sub(lambda number: number.group()[::-1], text)


# Emoji ----------------------------------------------------------------------------------------------------------------

_PICTOGRAPH = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u27bf\u2934\u2935\u2b05-\u2b55\u3030\u303d"
    "\u3297\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff]"
)
_ONE = rf"{_PICTOGRAPH}\ufe0f?[\U0001f3fb-\U0001f3ff]?[\U000e0020-\U000e007f]*"
_FLAG = "[\U0001f1e6-\U0001f1ff]{2}"
_KEYCAP = "[0-9#*]\ufe0f?\u20e3"
EMOJI = rf"(?:{_FLAG}|{_KEYCAP}|{_ONE}(?:{ch.ZWJ}{_ONE})*)"
"""One emoji with all it is joined of, and symbols that may be shown as one."""
EMOTICON = r"(?:[:;=][-'^]?[)(\]\[DPpOo/\\|*]+|<3+|[xX]D+|\^_+\^|-_+-)(?![A-Za-z0-9])"
"""A face of letters and punctuation, as a token."""
EMOTICON_ALONE = r"(?<!\S)[:;=]['-]?[()DP|/\\*]++(?!\w)"
"""A face that stands between blanks, where it is no punctuation for sure."""

# Emoji_Presentation, and the text symbols that are hearts, hands and faces; others count with a variation selector.
_SHOWN = (
    "\U0001f000-\U0001faff\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2639\u263a\u2648-\u2653\u2665"
    "\u267f\u2693\u26a1\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705"
    "\u270a-\u270d\u2728\u274c\u274e\u2753-\u2755\u2757\u2763\u2764\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55"
)
_SHOWN_PART = f"{_SHOWN}\ufe0e\ufe0f\u200d\u20e3\U000e0020-\U000e007f"
EMOJI_RUN = f"[{_SHOWN}][{_SHOWN_PART}]*+|{_KEYCAP}|[\u00a9\u00ae\u2000-\u2bff\u3000-\u32ff]\ufe0f"
"""Emoji in a row, as they are shown: a copyright sign is text unless it is asked to be a picture."""
