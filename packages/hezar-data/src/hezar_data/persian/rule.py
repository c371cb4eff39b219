"""`Rule`, one named change of a text, and its kinds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from hezar_data.persian.edits import Edit, differences, edits_of_form


@dataclass(frozen=True)
class Rule:
    """One named change of a text.

    Attributes:
        name: How users switch it.
        description: What it does, in one line.
        source: Why this is right: a standard, or a reference on Persian spelling.
        hint: A pattern without groups, quick to look for, that is in every text that the rule changes: in one of its
            words, with a blank at each end of the word. ``None``: there is none.
        by_word: Whether it never looks across a blank, nor takes one away: what it makes of ``f"{a} {b}"`` is what it
            makes of ``a``, a blank, and what it makes of ``b``.
        wakes: Names of the rules before it, and of itself, that a change it makes may give something to do. The
            others are not tried again after it. ``None``, which is never wrong: any of them.
    """

    name: str
    description: str
    source: str
    hint: re.Pattern[str] | None = field(default=None, kw_only=True)
    by_word: bool = field(default=False, kw_only=True)
    wakes: tuple[str, ...] | None = field(default=None, kw_only=True)

    def may_change(self, text: str) -> bool:
        """Whether `apply` may have anything to do."""
        return self.hint is None or self.hint.search(f" {text} ") is not None

    def apply(self, text: str) -> str:
        """Return the changed text."""
        raise NotImplementedError

    def edits(self, text: str) -> list[Edit]:
        """Return what `apply` would change."""
        raise NotImplementedError


@dataclass(frozen=True)
class PatternRule(Rule):
    """A rule that replaces every match of a pattern.

    Attributes:
        pattern: What it looks for, and nothing that is right already. It must not take more than linear time. One that
            begins with a character or class, and looks back from there, lets the engine skip to it.
        replacement: What stands there instead; called with the match when it is a function.
    """

    pattern: re.Pattern[str]
    replacement: str | Callable[[re.Match[str]], str]

    def __post_init__(self) -> None:
        if self.by_word and self.hint is None and not self.pattern.groups:
            object.__setattr__(self, "hint", self.pattern)

    def may_change(self, text: str) -> bool:
        return self.pattern.search(text) is not None if self.hint is None else super().may_change(text)

    def apply(self, text: str) -> str:
        return self.pattern.sub(self.replacement, text)

    def edits(self, text: str) -> list[Edit]:
        replace = self.replacement
        found: list[Edit] = []
        for match in self.pattern.finditer(text):
            new = replace if isinstance(replace, str) else replace(match)
            found += differences(match.start(), match[0], new)
        return found


@dataclass(frozen=True, init=False)
class CharacterRule(PatternRule):
    """A rule that replaces single characters, whatever stands beside them.

    Args:
        name: How users switch it.
        description: What it does, in one line.
        source: Why this is right.
        table: A string for each character that is replaced; an empty one removes it.
    """

    table: Mapping[str, str]
    _one_by_one: bool

    def __init__(self, name: str, description: str, source: str, table: Mapping[str, str]) -> None:
        pattern = re.compile("[{}]".format(re.escape("".join(table))))
        super().__init__(name, description, source, pattern, lambda match: table[match[0]], by_word=" " not in table)
        object.__setattr__(self, "table", table)
        object.__setattr__(self, "_one_by_one", table.keys().isdisjoint("".join(table.values())))

    def apply(self, text: str) -> str:
        if not self._one_by_one:  # what stands for one character may be another one of the table
            return super().apply(text)
        for character in {
            *self.pattern.findall(text)
        }:  # few of them, and `replace` is quicker than a call for each place
            text = text.replace(character, self.table[character])
        return text


@dataclass(frozen=True)
class FormRule(Rule):
    """A rule that brings a text to one of Unicode's normal forms."""

    form: Literal["NFC", "NFD"]
    by_word: bool = field(default=True, kw_only=True)  # nothing is composed with a blank

    def may_change(self, text: str) -> bool:
        return not unicodedata.is_normalized(self.form, text)

    def apply(self, text: str) -> str:
        return text if unicodedata.is_normalized(self.form, text) else unicodedata.normalize(self.form, text)

    def edits(self, text: str) -> list[Edit]:
        return edits_of_form(text, self.apply)


@dataclass(frozen=True)
class StripRule(Rule):
    """A rule that removes characters from the two ends of a text.

    Attributes:
        characters: What is removed.
    """

    characters: str

    def apply(self, text: str) -> str:
        return text.strip(self.characters)

    def edits(self, text: str) -> list[Edit]:
        left, right = len(text) - len(text.lstrip(self.characters)), len(text.rstrip(self.characters))
        if left > right:  # nothing else in it
            return [Edit(0, len(text), "")]
        ends = (Edit(0, left, ""), Edit(right, len(text), ""))
        return [edit for edit in ends if edit.start < edit.end]


def merged(rules: Sequence[Rule]) -> list[Rule]:
    """Return rules that do the same in fewer passes: character rules that follow one another become one."""
    result: list[Rule] = []
    for rule in rules:
        last = result[-1] if result else None
        if isinstance(rule, CharacterRule) and isinstance(last, CharacterRule):
            table = {**rule.table, **{character: rule.apply(new) for character, new in last.table.items()}}
            result[-1] = CharacterRule(f"{last.name}, {rule.name}", last.description, last.source, table)
        else:
            result.append(rule)
    return result
