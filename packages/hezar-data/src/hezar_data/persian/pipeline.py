"""`RulePipeline`: a set of rules that runs until none of them has anything left to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import cycle, islice

from hezar_data.persian.catalog import ADDRESS_RULES, RULES
from hezar_data.persian.edits import Edit, apply_edits
from hezar_data.persian.entities import NOTHING_PROTECTED, Protected, may_hold_address, protecting
from hezar_data.persian.letters import COMPOSE, DECOMPOSE
from hezar_data.persian.rule import Rule, merged

Follow = Callable[[Rule | None, str, Sequence[Edit], Protected], None]
"""Told of each change: the rule (``None`` when text is hidden or shown again), the text before it, the edits."""

# Each rule takes something away or puts something in place once, so two rounds do for real text. The bound keeps a
# text that was made to need more of them from taking long.
_MAX_ROUNDS = 16


class RulePipeline:
    """Rules that run in their fixed order, again and again, until each of them leaves the text as it is.

    So the result is the same when it is cleaned again, whatever the set of rules: none of them changes it. Addresses,
    mentions and emoticons are hidden from all rules but those that remove them.

    Args:
        names: The rules, in the order of `hezar_data.persian.catalog.RULES`.
        form: ``"NFC"`` or ``"NFD"`` keeps the text in that form: it is in it already, and the rules must not leave it.
    """

    def __init__(self, names: Iterable[str], form: str | None = None) -> None:
        rules = [RULES[name] for name in names]
        self._address_rules = [rule for rule in rules if rule in ADDRESS_RULES]
        self._rules = [rule for rule in rules if rule not in ADDRESS_RULES]
        if form == "NFC" and COMPOSE not in self._rules:
            self._rules.insert(0, COMPOSE)
        if form == "NFD" and COMPOSE not in self._rules:
            self._rules.insert(0, DECOMPOSE)
        self._merged = merged(self._rules)

    def run(self, text: str, follow: Follow | None = None) -> str:
        """Return the cleaned text.

        Args:
            text: Any text.
            follow: Told of every change on the way.
        """
        for _ in range(_MAX_ROUNDS):
            before = text
            text = _settle(text, self._address_rules, NOTHING_PROTECTED, follow)
            protected, hiding = protecting(text)
            text = _edit(text, None, hiding, NOTHING_PROTECTED, follow)
            text = _settle(text, self._rules if follow else self._merged, protected, follow)
            text = _edit(text, None, protected.restoring(text), protected, follow)
            if text == before or not (hiding or self._address_rules or may_hold_address(text)):
                break
        return text


def _settle(text: str, rules: Sequence[Rule], protected: Protected, follow: Follow | None) -> str:
    """Run rules in turn until each has left the text as it is."""
    at_rest = 0
    for rule in islice(cycle(rules), _MAX_ROUNDS * len(rules)):
        at_rest += 1
        for hint in rule.hints:
            if hint in text:
                changed = rule.apply(text) if follow is None else _edit(text, rule, rule.edits(text), protected, follow)
                if changed != text:
                    text, at_rest = changed, 0
                break
        if at_rest == len(rules):
            break
    return text


def _edit(text: str, rule: Rule | None, edits: Sequence[Edit], protected: Protected, follow: Follow | None) -> str:
    if not edits:
        return text
    if follow is not None:
        follow(rule, text, edits, protected)
    return apply_edits(text, edits)
