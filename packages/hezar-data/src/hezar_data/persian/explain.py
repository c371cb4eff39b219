"""`Explanation`: what each step changed in a text, for programs and for people."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hezar_data import characters as ch
from hezar_data.persian.alignment import Alignment, Spans
from hezar_data.persian.edits import Edit, apply_edits
from hezar_data.persian.entities import Protected
from hezar_data.persian.rule import Rule

_SHORT_NAMES = {
    ch.ZWNJ: "ZWNJ",
    ch.ZWJ: "ZWJ",
    ch.TATWEEL: "TATWEEL",
    ch.NO_BREAK_SPACE: "NBSP",
    ch.NARROW_NO_BREAK_SPACE: "NNBSP",
    ch.SOFT_HYPHEN: "SHY",
    ch.ZERO_WIDTH_SPACE: "ZWSP",
    ch.WORD_JOINER: "WJ",
    ch.BYTE_ORDER_MARK: "BOM",
    "\t": "TAB",
    "\n": "LF",
    "\r": "CR",
    **dict(
        zip(
            ch.BIDI_CONTROLS,
            ("ALM", "LRM", "RLM", "LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"),
            strict=True,
        )
    ),
}


def visible(text: str) -> str:
    r"""Return a text in which a character that cannot be seen shows as its name or code.

    Example:
        >>> visible("a\u200cb\u00a0c\u064b")
        'a‹ZWNJ›b‹NBSP›c‹U+064B›'
    """
    return "".join(map(_visible, text))


def _visible(character: str) -> str:
    if character in _SHORT_NAMES:
        return f"\u2039{_SHORT_NAMES[character]}\u203a"
    hidden = unicodedata.category(character) in ("Cc", "Cf", "Cn", "Co", "Cs", "Mn", "Me", "Zl", "Zp")
    unusual_space = character != " " and character.isspace()
    return f"\u2039U+{ord(character):04X}\u203a" if hidden or unusual_space else character


def _shown(text: str) -> str:
    """Return a changed stretch: a single letter with its code, as look-alikes cannot be told apart otherwise."""
    if not text:
        return "nothing"
    if text.isspace() and set(text) == {" "}:
        return "space" if len(text) == 1 else f"{len(text)} spaces"
    code = f" U+{ord(text):04X}" if len(text) == 1 and not text.isascii() and _visible(text) == text else ""
    return f"{visible(text)}{code}"


@dataclass(frozen=True)
class Change:
    """One stretch that a step changed.

    Attributes:
        start: Where it starts in the text before the step, in characters.
        end: Where it ends.
        before: What stood there.
        after: What stands there now; empty when it was removed.
        original: The span of the text that was given.
    """

    start: int
    end: int
    before: str
    after: str
    original: tuple[int, int]


@dataclass(frozen=True)
class Step:
    """What one rule changed. A rule that had something to do twice has two steps.

    Attributes:
        rule: The name of the rule, or ``nfkd``, ``nfkc``, ``replace_patterns[0]``.
        description: What it does.
        source: Why this is right.
        before: The text before it.
        after: The text after it.
        changes: What it changed, in order.
    """

    rule: str
    description: str
    source: str
    before: str
    after: str
    changes: tuple[Change, ...]


@dataclass
class Explanation:
    """How a text was cleaned, step by step; as a string, a report in which all characters can be seen.

    Attributes:
        original: The text that was given.
        text: The cleaned text.
        steps: The steps that changed something, in order.
    """

    original: str
    text: str
    steps: list[Step] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        from dataclasses import asdict

        return asdict(self)

    def __str__(self) -> str:
        lines = [visible(self.original)]
        for step in self.steps:
            lines.append(f"  {step.rule}: {step.description}")
            lines += [
                f"    {change.original[0]}-{change.original[1]}: {_shown(change.before)} \u2192 {_shown(change.after)}"
                for change in step.changes
            ]
        lines.append(visible(self.text) if self.steps else "  nothing to change")
        return "\n".join(lines)


class Recorder:
    """Follows a text through its changes: keeps the alignment, and the steps when requested.

    Args:
        original: The text before any change.
        steps: Whether to keep the steps.
    """

    def __init__(self, original: str, *, steps: bool = False) -> None:
        self.alignment = Alignment(original)
        self.steps: list[Step] = []
        self._keep_steps = steps
        self._hidden: list[Spans] = []

    def follow(self, rule: Rule | None, text: str, edits: Sequence[Edit], protected: Protected) -> None:
        """Take note of a change; see `hezar_data.persian.pipeline.Follow`."""
        if self._keep_steps and rule is not None:
            before, after = protected.restore(text), protected.restore(apply_edits(text, edits))
            changes = tuple(self._change(text, edit, protected) for edit in edits)
            self.steps.append(Step(rule.name, rule.description, rule.source, before, after, changes))
        if rule is not None:
            self.alignment.apply(edits)
        elif protected.stretches:  # what was hidden comes back
            self.alignment.apply(edits, self._hidden)
        else:
            self._hidden = [self.alignment.cut(edit.start, edit.end) for edit in edits]
            self.alignment.apply(edits)

    def _change(self, text: str, edit: Edit, protected: Protected) -> Change:
        hidden = text.count(protected.placeholder, 0, edit.start) if protected.stretches else 0
        shift = sum(len(stretch) - 1 for stretch in protected.stretches[:hidden])
        old = protected.restore(text[edit.start : edit.end], hidden)
        start = edit.start + shift
        new = protected.restore(edit.text, hidden)
        return Change(start, start + len(old), old, new, self.alignment.to_original(edit.start, edit.end))
