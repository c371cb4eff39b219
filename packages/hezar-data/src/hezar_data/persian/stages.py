"""Stages of rules, and how they run: in order, and again as long as one of them has something to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from hezar_data.persian.rule import Rule

# Each rule takes something away or puts something in place once, so two rounds do for real text. The bound keeps a
# text that was made to need more of them from taking long.
MAX_ROUNDS = 16

Stage = tuple[Rule, ...]
"""Rules that run as one."""


def staged(rules: Sequence[Rule]) -> list[Stage]:
    """Return rules in stages: consecutive rules that work word by word are one stage, each other rule is one by itself."""
    stages: list[Stage] = []
    for rule in rules:
        if rule.by_word and stages and stages[-1][0].by_word:
            stages[-1] += (rule,)
        else:
            stages.append((rule,))
    return stages


def woken_by(stages: Sequence[Stage]) -> list[int]:
    """Return, for each stage, the bits of the stages up to it that a change it makes may give something to do."""
    numbers = {rule.name: number for number, stage in enumerate(stages) for rule in stage}
    woken = [0] * len(stages)
    for number, stage in enumerate(stages):
        for rule in stage:
            for name in numbers if rule.wakes is None else rule.wakes:
                if numbers.get(name, len(stages)) <= number:
                    woken[number] |= 1 << numbers[name]
    return woken


class Runner(Protocol):
    """What runs the stages. Bit *n* of a number stands for stage *n*; higher bits say nothing of stages.

    Attributes:
        changes: What each stage makes of a text that it may change.
        woken: For each stage, the bits of the stages up to it that a change it makes may give something to do.
        foreseen: For each stage, whether what was found in a text holds for what the stage makes of it.
        unforeseen: A bit, no stage's, that is found in texts for which it does not after all.
    """

    changes: list[Callable[[str], str]]
    woken: list[int]
    foreseen: list[bool]
    unforeseen: int

    def find(self, text: str) -> int:
        """Return the bits of all stages that may change a text, and perhaps of others."""
        ...


def settle(runner: Runner, text: str, found: int) -> tuple[str, int]:
    """Run the stages until none of them changes the text.

    Args:
        runner: The stages.
        text: Any text.
        found: What `runner` finds in it.

    Returns:
        The text, and what was found in it.
    """
    changes, foreseen, unforeseen = runner.changes, runner.foreseen, runner.unforeseen
    todo = every = (1 << len(changes)) - 1
    for _ in range(MAX_ROUNDS):
        woken = 0
        pending = found & todo
        while pending:
            number = (pending & -pending).bit_length() - 1
            after = every & (-2 << number)
            changed = changes[number](text)
            if changed != text:
                text = changed
                todo |= after
                woken |= runner.woken[number]
                if not foreseen[number] or found & unforeseen:
                    found = runner.find(text)
            pending = found & todo & after
        if not woken:
            break
        todo = woken
    return text, found
