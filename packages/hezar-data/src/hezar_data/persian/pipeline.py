"""`RulePipeline`: a set of rules that runs until none of them has anything left to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from hezar_data.persian.catalog import ADDRESS_RULES, NORMALIZER_RULES
from hezar_data.persian.edits import Edit, apply_edits
from hezar_data.persian.entities import NOTHING_PROTECTED, Protected, may_hold_address, protecting
from hezar_data.persian.letters import COMPOSE, DECOMPOSE
from hezar_data.persian.rule import FormRule, Rule
from hezar_data.persian.rule_memo import RuleMemo
from hezar_data.persian.stages import MAX_ROUNDS, settle, staged, woken_by

Follow = Callable[[Rule | None, str, Sequence[Edit], Protected], None]
"""Told of each change: the rule (``None`` when text is hidden or shown again), the text before it, the edits."""

_ALL = -1  # as bits


class RulePipeline:
    """Rules that run in their fixed order, again and again, until each of them leaves the text as it is.

    So the result is the same when it is cleaned again, whatever the set of rules: none of them changes it. Addresses,
    mentions and emoticons are hidden from all rules but those that remove them.

    Args:
        names: The rules, in the order of `hezar_data.persian.catalog.NORMALIZER_RULES`.
        form: ``"NFC"`` or ``"NFD"`` keeps the text in that form: it is in it already, and the rules must not leave it.
    """

    def __init__(self, names: Iterable[str], form: str | None = None) -> None:
        rules = [NORMALIZER_RULES[name] for name in names]
        text_rules = [rule for rule in rules if rule not in ADDRESS_RULES]
        if form is not None and COMPOSE not in text_rules:
            text_rules.insert(0, COMPOSE if form == "NFC" else DECOMPOSE)
        self._addresses = _Rules([rule for rule in rules if rule in ADDRESS_RULES])
        self._forms = _Rules([rule for rule in text_rules if isinstance(rule, FormRule)])
        self._rules = _Rules(text_rules)
        self._remembering = _RememberingRules(text_rules)

    def run(self, text: str, follow: Follow | None = None) -> str:
        """Return the cleaned text.

        Args:
            text: Any text.
            follow: Told of every change on the way.
        """
        if follow is None and not self._addresses.rules:
            text, is_done = self._remembering.settle_prose(text)
            if is_done:
                return text
        for _ in range(MAX_ROUNDS):
            before = text
            if self._addresses.rules:
                text = self._addresses.settle(text, NOTHING_PROTECTED, follow)
            protected, hiding = protecting(text)
            if hiding:
                text = _edit(text, None, hiding, NOTHING_PROTECTED, follow)
            text = self._rules.settle(text, protected, follow) if follow else self._remembering.settle(text)
            if hiding:
                text = _edit(text, None, protected.restoring(text), protected, follow)
                text = self._forms.settle(text, NOTHING_PROTECTED, follow)  # a mark may stand after an address now
            if text == before or not (hiding or self._addresses.rules or may_hold_address(text)):
                break
        return text


class _Rules:
    """Rules that run until none of them has anything left to do."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules
        self._woken = woken_by([(rule,) for rule in rules])

    def settle(self, text: str, protected: Protected, follow: Follow | None) -> str:
        changes = [partial(_changed, rule, protected, follow) for rule in self.rules]
        return settle(_OneByOne(changes, self._woken), text, _ALL)[0]


class _OneByOne:
    """Runs rules one by one and tries all of them: see `hezar_data.persian.stages.Runner`."""

    def __init__(self, changes: list[Callable[[str], str]], woken: list[int]) -> None:
        self.changes, self.woken = changes, woken
        self.foreseen = [True] * len(changes)
        self.unforeseen = 0

    def find(self, text: str) -> int:
        return _ALL


class _RememberingRules:
    """The same with a memory for words, and no way to follow what the rules do."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._stages = staged(rules)
        self._memo = RuleMemo(self._stages)

    def settle(self, text: str) -> str:
        memo = self._memo
        text, _ = settle(memo, text, memo.find(text))
        self._renew(memo)
        return text

    def settle_prose(self, text: str) -> tuple[str, bool]:
        """Return a settled text, and whether that is all. It is not when the text may hold an address, before or after."""
        memo = self._memo
        found = memo.find(text)
        if not found & memo.address:
            text, found = settle(memo, text, found)
            self._renew(memo)
        return text, not found & memo.address

    def _renew(self, memo: RuleMemo) -> None:
        if memo.is_full:  # not emptied: another thread may be reading it
            self._memo = RuleMemo(self._stages)


def _changed(rule: Rule, protected: Protected, follow: Follow | None, text: str) -> str:
    if not rule.may_change(text):
        return text
    return rule.apply(text) if follow is None else _edit(text, rule, rule.edits(text), protected, follow)


def _edit(text: str, rule: Rule | None, edits: Sequence[Edit], protected: Protected, follow: Follow | None) -> str:
    if not edits:
        return text
    if follow is not None:
        follow(rule, text, edits, protected)
    return apply_edits(text, edits)
