"""`RulePipeline`: a set of rules that runs until none of them has anything left to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from hezar_data.persian.catalog import ADDRESS_RULES, NORMALIZER_RULES
from hezar_data.persian.edits import Edit, apply_edits
from hezar_data.persian.entities import NOTHING_PROTECTED, Protected, may_hold_address, protecting
from hezar_data.persian.letters import COMPOSE, DECOMPOSE
from hezar_data.persian.rule import MERGED, FormRule, Rule, merged

Follow = Callable[[Rule | None, str, Sequence[Edit], Protected], None]
"""Told of each change: the rule (``None`` when text is hidden or shown again), the text before it, the edits."""

# Each rule takes something away or puts something in place once, so two rounds do for real text. The bound keeps a
# text that was made to need more of them from taking long.
_MAX_ROUNDS = 16
_MAX_REMEMBERED = 4096


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
        self._merged = _Rules(merged(text_rules))

    def run(self, text: str, follow: Follow | None = None) -> str:
        """Return the cleaned text.

        Args:
            text: Any text.
            follow: Told of every change on the way.
        """
        for _ in range(_MAX_ROUNDS):
            before = text
            if self._addresses.rules:
                text = self._addresses.settle(text, NOTHING_PROTECTED, follow)
            protected, hiding = protecting(text)
            if hiding:
                text = _edit(text, None, hiding, NOTHING_PROTECTED, follow)
            text = (self._rules if follow else self._merged).settle(text, protected, follow)
            if hiding:
                text = _edit(text, None, protected.restoring(text), protected, follow)
                text = self._forms.settle(text, NOTHING_PROTECTED, follow)  # a mark may stand behind an address now
            if text == before or not (hiding or self._addresses.rules or may_hold_address(text)):
                break
        return text


_Queue = list[tuple[int, Rule, tuple[str, ...]]]
"""Rules, each with its number and the hints that are still to be looked for."""


class _Rules:
    """Rules in order, and which of them a text can concern, by the characters in it."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules
        needs = "".join(rule.needs for rule in rules)
        self._needed = re.compile(f"[{needs}]" if needs else "(?!)")
        self._bits = _Bits([rule.needs for rule in rules])
        # What each rule may add, if another one needs it; a bit of its own, which no text has, says that it is unknown.
        unknown = 1 << len(rules)
        self._added = [unknown if rule.adds is None else self._bits_in(rule.adds) for rule in rules]
        numbers = {name: 1 << n for n, rule in enumerate(rules) for name in rule.name.split(MERGED)}
        self._woken = [  # rules that were merged share a number, and it counts once
            (2 << n) - 1 if rule.wakes is None else sum({numbers.get(name, 0) for name in rule.wakes})
            for n, rule in enumerate(rules)
        ]
        self._queues: dict[int, _Queue] = {}

    def settle(self, text: str, protected: Protected, follow: Follow | None) -> str:
        """Run the rules in order, and again those that a change may have given something to do, until there is none."""
        todo = -1  # as bits: all of them
        found, queue = self._concerned(text)
        for _ in range(_MAX_ROUNDS):
            place = woken = 0
            while place < len(queue):
                number, rule, hints = queue[place]
                place += 1
                if not todo >> number & 1:
                    continue
                for hint in hints:
                    if hint in text:
                        break
                else:
                    continue
                changed = rule.apply(text) if follow is None else _edit(text, rule, rule.edits(text), protected, follow)
                if changed != text:
                    text = changed
                    todo |= -2 << number  # all that follow
                    woken |= self._woken[number]
                    if self._added[number] & ~found:
                        found, queue = self._concerned(text)
                        place = sum(1 for other, _, _ in queue if other <= number)
            if not woken:
                break
            todo = woken
        return text

    def _concerned(self, text: str) -> tuple[int, _Queue]:
        """Return the bits of the rules that need a character of a text, and the rules that may change the text."""
        found = self._bits_in(text)
        queue = self._queues.get(found)
        if queue is None:
            if len(self._queues) >= _MAX_REMEMBERED:
                self._queues.clear()
            queue = self._queues[found] = [
                (number, rule, ("",) if found >> number & 1 else rule.hints)
                for number, rule in enumerate(self.rules)
                if found >> number & 1 or rule.hints
            ]
        return found, queue

    def _bits_in(self, text: str) -> int:
        found = 0
        for character in {*self._needed.findall(text)}:
            found |= self._bits[character]
        return found


class _Bits(dict[str, int]):
    """For each character, a number whose bit *n* says that rule *n* needs it; worked out when first asked for."""

    def __init__(self, needs: Sequence[str]) -> None:
        self._classes = [re.compile(f"[{characters}]" if characters else "(?!)") for characters in needs]

    def __missing__(self, character: str) -> int:
        self[character] = bits = sum(1 << n for n, needed in enumerate(self._classes) if needed.match(character))
        return bits


def _edit(text: str, rule: Rule | None, edits: Sequence[Edit], protected: Protected, follow: Follow | None) -> str:
    if not edits:
        return text
    if follow is not None:
        follow(rule, text, edits, protected)
    return apply_edits(text, edits)
