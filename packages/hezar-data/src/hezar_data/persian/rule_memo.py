"""`RuleMemo`: runs stages of rules, and remembers what they make of words."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from itertools import accumulate
from operator import or_

from hezar_data.persian.entities import ADDRESS_HINT
from hezar_data.persian.rule import Rule, merged
from hezar_data.persian.stages import Stage, woken_by

BLANK = " "
_BETWEEN = "\0"  # no hint matches it

# With a blank after each word: 65,000 words of running text, and some ten megabytes.
_MAX_CHARACTERS = 1 << 19
# How often a word may turn into another one until no more is foreseen; three times do for real text.
_MAX_FORESEEN = 6


class RuleMemo:
    """Runs stages of rules: see `hezar_data.persian.stages.Runner`. Running text repeats its words, so it remembers them.

    For each word it knows what every stage of rules that work word by word makes of it, and which of the other stages it gives
    reason to try. Several threads may use it.

    Args:
        stages: As `hezar_data.persian.stages.staged` returns them.

    Attributes:
        address: The bit of texts that may hold an address.
    """

    def __init__(self, stages: Sequence[Stage]) -> None:
        self.changes: list[Callable[[str], str]] = []
        self.woken = woken_by(stages)
        self.foreseen = [stage[0].by_word for stage in stages]
        self.address = 1 << len(stages)
        self.unforeseen = 2 << len(stages)
        self._by_word: list[_ByWord] = []
        self._hints = [(self.address, ADDRESS_HINT)]
        self._always = 0  # the bits of rules without a hint
        self._found: dict[str, int] = {}
        self._num_characters = 0
        for number, stage in enumerate(stages):
            bit = 1 << number
            if stage[0].by_word:
                self._by_word.append(_ByWord(number, stage))
                self.changes.append(self._by_word[-1].apply)
                self.woken[number] &= ~bit  # until a word shows that it has to run again after itself
                continue
            [rule] = stage
            self.changes.append(rule.apply)
            if rule.hint is None:
                self._always |= bit
            else:
                self._hints.append((bit, rule.hint))

    @property
    def is_full(self) -> bool:
        """Whether it is time to begin with a new one."""
        return self._num_characters > _MAX_CHARACTERS

    def find(self, text: str) -> int:
        """Return the bits of the stages that may change a text, also once stages that work word by word have changed it."""
        words = text.split(BLANK)
        look_up = self._found.__getitem__
        try:
            return reduce(or_, map(look_up, words), self._always)
        except KeyError:  # a word that was not seen before
            self._learn(words)
            return reduce(or_, map(look_up, words), self._always)

    def _learn(self, words: Iterable[str]) -> None:
        known = self._found
        found: dict[str, int] = {}
        changes: list[tuple[str, list[str], _ByWord]] = []
        new = [*{word for word in words if word not in known}]
        for _ in range(_MAX_FORESEEN):
            if not new:
                break
            found |= self._hinted(new)
            results: set[str] = set()
            for stage in self._by_word:
                for word, result in stage.learn(new):
                    found[word] |= 1 << stage.number
                    changes.append((word, result.split(BLANK), stage))
                    results.update(changes[-1][1])
            new = [word for word in results if word not in found and word not in known]
        unknown = dict.fromkeys(new, self.unforeseen)
        for _, become, stage in changes:
            if any(word in stage.changed or word in unknown for word in become):
                self.woken[stage.number] |= 1 << stage.number
        grows = bool(changes)
        while grows:  # until each word has the bits of all that it may become
            grows = False
            for word, become, _ in reversed(changes):
                bits = found[word]
                for other in become:
                    bits |= found.get(other) or known.get(other) or unknown.get(other, 0)
                grows |= bits != found[word]
                found[word] = bits
        known.update(found)  # last: what is in it may be relied on
        self._num_characters += sum(map(len, found)) + len(found)

    def _hinted(self, words: Sequence[str]) -> dict[str, int]:
        """Return, for each word, the bits of the stages whose hint it has."""
        found = dict.fromkeys(words, 0)
        together = _BETWEEN.join([f"{BLANK}{word}{BLANK}" for word in words])
        ends: list[int] = []
        for bit, hint in self._hints:
            if hint.search(together):  # seldom, and quicker than to iterate
                ends = ends or [*accumulate(len(word) + 3 for word in words)]
                for match in hint.finditer(together):
                    found[words[bisect_right(ends, match.start())]] |= bit
        return found


class _ByWord:
    """A stage of rules that work word by word, and the words it changes, with what it makes of them."""

    def __init__(self, number: int, rules: Sequence[Rule]) -> None:
        self.number = number
        self.changed: dict[str, str] = {}
        self._rules = merged(rules)
        hints = [rule.hint.pattern for rule in self._rules if rule.hint is not None]
        self._hint = re.compile("|".join(hints) or "(?!)")
        self._unhinted = [rule for rule in self._rules if rule.hint is None]

    def apply(self, text: str) -> str:
        """Return what the rules make of a text whose words were all learned."""
        words = text.split(BLANK)
        return BLANK.join(map(self.changed.get, words, words))

    def learn(self, words: Sequence[str]) -> list[tuple[str, str]]:
        """Return the words that the rules change, with what they make of them."""
        text = BLANK.join(words)
        if self._hint.search(f"{BLANK}{text}{BLANK}") or any(rule.may_change(text) for rule in self._unhinted):
            changes = self._changes(words)
            self.changed.update(changes)
            return changes
        return []

    def _changes(self, words: Sequence[str]) -> list[tuple[str, str]]:
        text = BLANK.join(words)  # all at once, which is much less work than one by one
        for rule in self._rules:
            text = rule.apply(text)
        results = text.split(BLANK)
        if len(results) == len(words):
            return [pair for pair in zip(words, results, strict=True) if pair[0] != pair[1]]
        if len(words) == 1:
            return [(words[0], text)]
        half = len(words) // 2
        return self._changes(words[:half]) + self._changes(words[half:])
