"""The published steps of `TextNormalizer`, on the engine of `tokenizers`: NFKD, NFKC, replacements of patterns."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from math import prod
from typing import Any, Literal

from tokenizers import NormalizedString, PreTokenizedString, Regex, normalizers

from hezar_config import ConfigError
from hezar_data.persian.edits import Edit, differences, edits_of_form
from hezar_data.persian.entities import NONCHARACTERS
from hezar_data.persian.rule import Rule
from hezar_data.rust import refusals_as
from hezar_registry import InputError

#: Characters that a text may grow by, whatever its length, and how many times. Ligatures become 18 letters.
ROOM, GROWTH = 100_000, 100
_GROUP_GROWTH = 2**12
_ANY_CHARACTER = Regex(r"[\s\S]")


@dataclass(frozen=True)
class NormalFormStep(Rule):
    """A compatibility normal form, as `tokenizers` knows it."""

    form: Literal["NFKD", "NFKC"]

    @property
    def native(self) -> Any:
        """The normalizer that does this."""
        return normalizers.NFKD() if self.form == "NFKD" else normalizers.NFKC()

    def apply(self, text: str) -> str:
        return self.native.normalize_str(text)

    def edits(self, text: str) -> list[Edit]:
        return edits_of_form(text, self.apply)


@dataclass(frozen=True)
class ReplaceStep(Rule):
    """One pair ``[regular expression, replacement]`` of the config; the expression is Oniguruma's."""

    pattern: str
    content: str

    @property
    def native(self) -> Any:
        """The normalizer that does this.

        Raises:
            ConfigError: The pattern is not a regular expression.
        """
        return self._replacing(self.content)

    def apply(self, text: str) -> str:
        return self.bounded(text, len(text))

    def bounded(self, text: str, length: int) -> str:
        """Return the changed text, of a text that had another length at first; see `check_growth`."""
        if (len(text) + 1) * (len(self.content) + 1) > ROOM:
            mark = next(character for character in _unused() if character not in text)
            marked = self._replacing(mark).normalize_str(text)
            check_growth(length, len(marked) + marked.count(mark) * (len(self.content) - 1))
        return self.native.normalize_str(text)

    def edits(self, text: str) -> list[Edit]:
        # Put where the matches were, a character that is not in the text tells them from what was kept, whose
        # offsets the engine knows exactly.
        mark = next(character for character in _unused() if character not in text)
        replace = self._replacing(mark)
        marked = PreTokenizedString(text)
        marked.normalize(replace.normalize)
        marked.split(_into_characters)
        found: list[Edit] = []
        kept = matches = 0
        for character, (start, end), _ in [*marked.get_splits("original", "char"), ("", (len(text), len(text)), None)]:
            if character == mark:
                matches += 1
                continue
            if matches:
                found += differences(kept, text[kept:start], self.content * matches)
            kept, matches = end, 0
        return found

    def _replacing(self, content: str) -> Any:
        with refusals_as(ConfigError, f"The replace pattern {self.pattern!r:.200} is not a regular expression"):
            return normalizers.Replace(Regex(self.pattern), content)


class PublishedSteps:
    """NFKD, NFKC, then each replacement in order, over the whole text.

    Args:
        nfkd: Whether to decompose.
        nfkc: Whether to compose.
        patterns: Pairs, or mappings whose first value is a pair.

    Raises:
        ConfigError: A pattern is not a pair of strings, or no regular expression.
    """

    def __init__(self, nfkd: bool, nfkc: bool, patterns: Sequence[Any]) -> None:
        forms: list[NormalFormStep] = []
        if nfkd:
            forms.append(NormalFormStep("nfkd", "compatibility decomposition", "Unicode Standard Annex 15", "NFKD"))
        if nfkc:
            forms.append(NormalFormStep("nfkc", "compatibility composition", "Unicode Standard Annex 15", "NFKC"))
        replacements = [_replacement(number, pattern) for number, pattern in enumerate(patterns)]
        self.steps: list[Rule] = [*forms, *replacements]
        self.form: Literal["NFC", "NFD"] | None = "NFC" if nfkc else "NFD" if nfkd else None
        self._form: Literal["NFKC", "NFKD"] | None = "NFKC" if nfkc else "NFKD" if nfkd else None
        self._forms = normalizers.Sequence([step.native for step in forms])
        self._replacements = [_Group.of(steps) for steps in _grouped(replacements)]

    def run(self, text: str) -> str:
        """Return the cleaned text."""
        # Python's tables are at least as new as those of tokenizers, so what is normal to it is normal to both; most
        # texts are, and asking costs a fraction of trying.
        if self._form is not None and not unicodedata.is_normalized(self._form, text):
            text = self._forms.normalize_str(text)
        if self._replacements:
            with running():
                length = len(text)
                for group in self._replacements:
                    text = group.run(text, length)
                    check_growth(length, len(text))
        return text


@dataclass(frozen=True)
class _Group:
    """Replacements that the engine runs at once, unless the text might grow beyond what is allowed.

    Attributes:
        steps: The replacements.
        native: All of them.
        growth: The most that a text and the place behind it can grow, as a factor.
    """

    steps: tuple[ReplaceStep, ...]
    native: Any
    growth: int

    @classmethod
    def of(cls, steps: list[ReplaceStep]) -> _Group:
        growth = prod(len(step.content) + 1 for step in steps)
        return cls(tuple(steps), normalizers.Sequence([step.native for step in steps]), growth)

    def run(self, text: str, length: int) -> str:
        if (len(text) + 1) * self.growth <= ROOM:
            return self.native.normalize_str(text)
        for step in self.steps:
            text = step.bounded(text, length)
        return text


def _grouped(steps: list[ReplaceStep]) -> list[list[ReplaceStep]]:
    """Return the steps in groups, of which none makes much more than a thousand times of a text."""
    groups: list[list[ReplaceStep]] = []
    growth = ROOM
    for step in steps:
        growth *= len(step.content) + 1
        if growth > _GROUP_GROWTH:
            groups.append([])
            growth = len(step.content) + 1
        groups[-1].append(step)
    return groups


def check_growth(before: int, after: int) -> None:
    """Raise an `InputError` when replacements make a text much longer."""
    if after > ROOM + GROWTH * before:
        raise InputError(
            f"The replace patterns of the normalizer make {before:,} characters to {after:,} or more; a text may grow "
            f"{GROWTH} times and by {ROOM:,} characters. Look at replace_patterns in its config."
        )


def running() -> AbstractContextManager[None]:
    """Turn what the engine raises while it replaces, such as a pattern that takes too long, into an `InputError`."""
    return refusals_as(InputError, "The replace patterns of the normalizer cannot be run on this text")


def _replacement(number: int, pattern: Any) -> ReplaceStep:
    pair = next(iter(pattern.values()), None) if isinstance(pattern, dict) else pattern
    if not isinstance(pair, (list, tuple)) or len(pair) != 2 or not all(isinstance(part, str) for part in pair):
        raise ConfigError(f"A replace pattern is a pair [regular expression, replacement]; found {pattern!r}.")
    name = f"replace_patterns[{number}]"
    return ReplaceStep(name, f"{pair[0]!r} becomes {pair[1]!r}", "the config of the normalizer", pair[0], pair[1])


def _into_characters(_: int, text: NormalizedString) -> list[NormalizedString]:
    return text.split(_ANY_CHARACTER, "isolated")


def _unused() -> Any:
    yield from NONCHARACTERS
    yield from map(chr, range(0xF0000, 0x10FFFE))
