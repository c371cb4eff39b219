"""What is not prose: the rules that take addresses, tags and emoji out, and the hiding of what rules leave alone."""

from __future__ import annotations

import re
from typing import NamedTuple

from hezar_data import characters as ch
from hezar_data import patterns
from hezar_data.persian.edits import Edit, apply_edits
from hezar_data.persian.rule import PatternRule

# In running text, addresses begin where no other address is going on.
_URL = patterns.SEARCHED_URL
_EMAIL = patterns.alone(patterns.EMAIL, r"\w.%+-")
_MENTION = patterns.alone(patterns.MENTION, r"\w.@")
_PROTECTED = re.compile(
    "|".join(
        (patterns.LINK_TARGET, patterns.CODE, _URL, _EMAIL, _MENTION, patterns.EMOTICON_ALONE, patterns.IDENTIFIER)
    )
)
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

REMOVE_EMOJI = PatternRule(
    "remove_emoji",
    "emoji and their sequences are removed; emoticons of letters and punctuation stay",
    "Unicode Technical Standard 51",
    re.compile(patterns.EMOJI_RUN),
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
