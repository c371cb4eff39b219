"""What is not prose: addresses, tags and emoji; the rules that take them out, and the pattern of what rules leave alone."""

from __future__ import annotations

import re
from typing import NamedTuple

from hezar_data import characters as ch
from hezar_data.persian.edits import Edit, apply_edits
from hezar_data.persian.rule import PatternRule

# These patterns are not those of `hezar_data.words.patterns`, which cut any text into tokens: what is taken here is removed
# or left alone by the rules, so that a name with a dot counts only with a known top-level domain, an emoticon only between
# blanks, and an emoji only where it is shown as one. Either set in place of the other would change results.
# A mark in an address is followed by more of the address: the full stop of the sentence is not part of it.
_INSIDE = r"\w/~#&=+$*@%-"
_URL_CHARACTER = rf"[{_INSIDE}]|[.,;:!?'{ch.ZWNJ}](?=[{_INSIDE}])|\([{_INSIDE}.,]*+\)"
_TOP_LEVEL = "com|org|net|edu|gov|info|ir|ac|co|io|ai|me|dev|app|de|uk|us|fr|ru|tv"
_URL = (
    rf"(?:https?|ftp)://(?:{_URL_CHARACTER})++"
    rf"|(?<![\w.@-])www\.(?:{_URL_CHARACTER})++"
    rf"|(?<![\w.@-])[A-Za-z0-9][A-Za-z0-9-]*+(?:\.[A-Za-z0-9-]++)*?\.(?:{_TOP_LEVEL})(?![\w@-]|\.\w)"
    rf"(?:/(?:{_URL_CHARACTER})*+)?+"
)
_EMAIL = r"(?<![\w.%+-])[A-Za-z0-9][A-Za-z0-9._%+-]*+@[A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)++"
_MENTION = r"(?<![\w.@])@[A-Za-z0-9_]++(?:\.[A-Za-z0-9_]++)*+"
_EMOTICON = r"(?<!\S)[:;=]['-]?[()DP|/\\*]++(?!\w)"

# Identifiers, which lose their meaning when a digit or a point of theirs changes. All of them are ASCII; numbers of Persian
# digits, decimals and dates are none.
_CODE = r"`[^`\n]{1,200}`"
_LINK_TARGET = r"(?<=\])\([!-'*-~]+\)"  # of Markdown: what stands in the brackets before it is prose
_LATEX = r"\\[A-Za-z]+(?:\{[^{}\n]{0,80}\})*|\$(?=[^$\n]{0,200}[\\^_{])[^$\s](?:[^$\n]{0,200}[^$\s])?\$"
_NUMBERED = (
    r"(?<![A-Za-z])(?:ISBN(?:-1[03])?|ISSN|RFC|ISO(?:/IEC)?|IEC|IEEE|ISIRI|PEP)(?::? |[:-]?)[0-9][0-9Xx.:-]*(?<![.:-])"
)
_DOI = r"(?<![\w.])10\.[0-9]{4,9}/[A-Za-z0-9._;()/:-]*[A-Za-z0-9]"
_BOOK = r"(?<![\w-])97[89]-[0-9]{1,5}-[0-9]{1,7}-[0-9]{1,7}-[0-9](?![\w-])"
_IBAN = r"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?: ?[0-9]{4}){3,7}(?: ?[0-9]{1,3})?(?![0-9])"
_DOTTED = (  # IPv4 and version numbers; 15.02.1403 is a date
    r"(?<![\w.,])(?![0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}(?![\w.]))[0-9]{1,3}(?:\.[0-9]{1,5}){2,}"
    r"(?:[:/][0-9]{1,5}|[-+][A-Za-z][A-Za-z0-9.]*(?<!\.))?(?!\w)"
)
_VERSION = r"(?<=[A-Za-z] )[0-9]+(?:\.[0-9]+)+(?![\w.])"  # Python 3.12
_HEX = (  # IPv6 and MAC addresses, UUIDs and hashes, code points
    r"(?<![\w:])(?=[0-9:]{0,20}(?:[A-Fa-f]|::))(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])"
    r"|(?<![\w-])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![\w-])"
    r"|(?<!\w)(?=[0-9]{0,64}[a-f])(?=[a-f]{0,64}[0-9])[0-9a-f]{7,64}(?!\w)|(?<!\w)U\+[0-9A-Fa-f]{4,6}(?!\w)"
)
_FILE = r"(?<![\w./-])[A-Za-z0-9_-]{1,64}(?:\.[A-Za-z0-9_-]{1,64}){0,4}\.[A-Za-z][A-Za-z0-9]{0,4}(?![\w.-])"
_IDENTIFIER = "|".join((_CODE, _LINK_TARGET, _LATEX, _NUMBERED, _DOI, _BOOK, _IBAN, _DOTTED, _VERSION, _HEX, _FILE))

_PROTECTED = re.compile(f"{_LINK_TARGET}|{_CODE}|{_URL}|{_EMAIL}|{_MENTION}|{_EMOTICON}|{_IDENTIFIER}")
ADDRESS_HINT = re.compile(
    r"[A-Za-z0-9@:;=](?:(?<=@)|(?<=:)//|\.[A-Za-z0-9]|(?<=[:;=])['-]?[()DP|/\\*])"
    r"|[`\\$]|\]\(|RFC|IS[OBSI]|IE[CE]|PEP|97[89]-|U\+|[A-Z]{2}[0-9]{2}|::|[A-Fa-f]:|[0-9][a-f]|[a-f][0-9]|[A-F][0-9]|-[0-9]{4}-"
)

_W3C = "W3C, Text Layout Requirements for the Arabic Script; RFC 3986 and RFC 3987 (addresses)"
REMOVE_URLS = PatternRule(
    "remove_urls", "web addresses are removed", _W3C, re.compile(_URL), "", hint=re.compile(r"\.|://")
)
REMOVE_EMAILS = PatternRule(
    "remove_emails", "e-mail addresses are removed", "RFC 5322", re.compile(_EMAIL), "", hint=re.compile("@")
)
REMOVE_MENTIONS = PatternRule(
    "remove_mentions",
    "mentions of users, such as @name, are removed",
    "the handles of social networks: Latin letters, digits, underscores",
    re.compile(_MENTION),
    "",
    hint=re.compile("@"),
)
HASHTAGS_TO_WORDS = PatternRule(
    "hashtags_to_words",
    "hashtags lose their sign, and their underscores become spaces",
    "Unicode Standard Annex 31, hashtag identifiers",
    re.compile(rf"(?<![\w&#])#+(?=[^\W\d_])[\w{ch.ZWNJ}{ch.MARK_RANGES}]++"),
    lambda match: match[0].lstrip("#").replace("_", " "),
    by_word=True,
)

# Emoji_Presentation, and the text symbols that are hearts, hands and faces; others count with a variation selector.
_EMOJI = (
    "\U0001f000-\U0001faff\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2639\u263a\u2648-\u2653\u2665"
    "\u267f\u2693\u26a1\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705"
    "\u270a-\u270d\u2728\u274c\u274e\u2753-\u2755\u2757\u2763\u2764\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55"
)
_EMOJI_PART = f"{_EMOJI}\ufe0e\ufe0f\u200d\u20e3\U000e0020-\U000e007f"
REMOVE_EMOJI = PatternRule(
    "remove_emoji",
    "emoji and their sequences are removed; emoticons of letters and punctuation stay",
    "Unicode Technical Standard 51",
    re.compile(f"[{_EMOJI}][{_EMOJI_PART}]*+|[0-9#*]\ufe0f?\u20e3|[\u00a9\u00ae\u2000-\u2bff\u3000-\u32ff]\ufe0f"),
    "",
    by_word=True,
)

# Protection --------------------------------------------------------------------------------------------------------

NONCHARACTERS = [chr(code) for code in range(0xFDD0, 0xFDF0)]


class Protected(NamedTuple):
    """Stretches of a text that are hidden from the rules, each by one placeholder.

    Attributes:
        placeholder: A noncharacter that was nowhere in the text.
        stretches: What the placeholders stand for, in order.
    """

    placeholder: str
    stretches: list[str]

    def restore(self, text: str, first: int = 0) -> str:
        """Return `text` with every placeholder replaced, the first one by stretch number `first`."""
        return apply_edits(text, self.restoring(text, first))

    def restoring(self, text: str, first: int = 0) -> list[Edit]:
        """Return the edits that `restore` makes."""
        if not self.stretches:
            return []
        places = [i for i, character in enumerate(text) if character == self.placeholder]
        return [Edit(i, i + 1, stretch) for i, stretch in zip(places, self.stretches[first:], strict=False)]


NOTHING_PROTECTED = Protected("", [])


def may_hold_address(text: str) -> bool:
    """Whether a text may hold anything to protect; quick, and seldom wrong."""
    return ADDRESS_HINT.search(text) is not None


def protecting(text: str) -> tuple[Protected, list[Edit]]:
    """Return what to hide from the rules, and the edits that hide it."""
    if not may_hold_address(text):
        return NOTHING_PROTECTED, []
    spans = [match.span() for match in _PROTECTED.finditer(text)]
    placeholder = next((character for character in NONCHARACTERS if character not in text), None)
    if not spans or placeholder is None:  # a text that holds all of them is not a real text
        return NOTHING_PROTECTED, []
    edits = [Edit(start, end, placeholder) for start, end in spans]
    return Protected(placeholder, [text[start:end] for start, end in spans]), edits
