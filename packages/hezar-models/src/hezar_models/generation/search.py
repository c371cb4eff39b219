"""Which token comes next: the most probable one, or one that is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import torch
from torch import Tensor

from hezar_models.generation.config import GenerationConfig
from hezar_models.generation.processors import NEVER
from hezar_models.generation.rows import Finished, Rows

#: Random numbers that are drawn for a row at once.
_BLOCK = 64


@dataclass
class Choice:
    """The next token of each row.

    Attributes:
        tokens: int64 (rows,).
        parents: int64 (rows,): the row that each row continues; ``None`` where each continues itself.
        ended: Numbers of the rows that have ended with this token.
        finished: What is known as finished beside the rows.
        stuck: Numbers of the rows that have no token to go on with, for all are forbidden.
    """

    tokens: Tensor
    parents: Tensor | None = None
    ended: list[int] = field(default_factory=list[int])
    finished: list[Finished] = field(default_factory=list[Finished])
    stuck: list[int] = field(default_factory=list[int])


class Search(Protocol):
    """Chooses tokens."""

    def prepare(self, logits: Tensor) -> Tensor:
        """Return the scores (rows, vocabulary), float32, to which the rules are applied."""
        ...

    def choose(self, scores: Tensor, rows: Rows) -> Choice:
        """Return the next token of each row."""
        ...

    def select(self, kept: Sequence[int]) -> None:
        """Keep some of the rows."""
        ...


class Ends:
    """Says which rows have ended: by an end token, by their limit, or by a text at which they stop."""

    def __init__(self, config: GenerationConfig, device: torch.device, stops: StopStrings | None = None) -> None:
        self.tokens = torch.tensor(config.end_tokens, dtype=torch.int64, device=device)
        self.stops = stops

    def of(self, tokens: Tensor, rows: Rows, parents: Tensor | None = None) -> Tensor:
        """Return booleans (candidates,) for the tokens that continue rows, `parents` or each its own."""
        lengths, limits = rows.lengths, rows.limits
        if parents is not None:
            lengths, limits = lengths[parents], limits[parents]
        ended = torch.isin(tokens, self.tokens) | (lengths + 1 >= limits)
        if self.stops is not None:
            chosen = range(len(rows)) if parents is None else parents.tolist()
            for i, (row, token) in enumerate(zip(chosen, tokens.tolist(), strict=True)):
                if self.stops.reached(rows, row, token):
                    ended[i] = True
        return ended


class StopStrings:
    """Finds texts at which a row ends in what was generated."""

    def __init__(self, strings: Sequence[str], decode: Decode) -> None:
        self.strings = strings
        self.decode = decode
        # A character that is cut in two reads as up to three others.
        self.longest = max(map(len, strings)) + 3

    def reached(self, rows: Rows, row: int, token: int) -> bool:
        """Whether a row with one more token has such a text in its last tokens."""
        ids = rows.ids[row, int(rows.prompts[row]) : int(rows.lengths[row])].tolist()
        text = self.decode([*self._last(ids), token])
        return any(string in text for string in self.strings)

    def _last(self, ids: list[int]) -> list[int]:
        """Return the last tokens, so many that their text is as long as any of the strings."""
        count = self.longest
        while count < len(ids) and len(self.decode(ids[-count:])) < self.longest:  # some tokens have no text
            count *= 2
        return ids[-count:]


class Decode(Protocol):
    """From token ids to text."""

    def __call__(self, ids: list[int], /) -> str: ...


class Greedy:
    """Takes the most probable token."""

    def __init__(self, ends: Ends) -> None:
        self.ends = ends

    def prepare(self, logits: Tensor) -> Tensor:
        return logits.float() if logits.dtype != torch.float32 else logits

    def choose(self, scores: Tensor, rows: Rows) -> Choice:
        best, tokens = scores.max(-1)
        return self._choice(tokens, best, rows)

    def _choice(self, tokens: Tensor, best: Tensor, rows: Rows) -> Choice:
        # Looked at together, for a GPU has to be waited for.
        ended, stuck = torch.stack((self.ends.of(tokens, rows), best == NEVER)).tolist()
        return Choice(tokens, ended=_places(ended), stuck=_places(stuck))

    def select(self, kept: Sequence[int]) -> None:
        pass


class Sampling(Greedy):
    """Draws tokens by their probability, each row with random numbers of its own.

    Args:
        ends: When rows end.
        seeds: A seed per row.
    """

    def __init__(self, ends: Ends, seeds: Sequence[int]) -> None:
        super().__init__(ends)
        self._generators = [torch.Generator().manual_seed(seed) for seed in seeds]
        self._numbers = torch.empty(len(seeds), 0)
        self._next = 0

    def choose(self, scores: Tensor, rows: Rows) -> Choice:
        cumulated = scores.softmax(-1).cumsum(-1)
        # Above 0, so that a token without any probability is never drawn.
        numbers = (1 - self._draw()).to(scores.device)[:, None]
        tokens = torch.searchsorted(cumulated, numbers * cumulated[:, -1:]).squeeze(1)
        # A row whose tokens are all forbidden has no probabilities.
        return self._choice(tokens.clamp_max(scores.shape[1] - 1), scores.amax(-1), rows)

    def _draw(self) -> Tensor:
        if self._next == self._numbers.shape[1]:
            blocks = [torch.rand(_BLOCK, generator=generator) for generator in self._generators]
            self._numbers, self._next = torch.stack(blocks), 0
        self._next += 1
        return self._numbers[:, self._next - 1]

    def select(self, kept: Sequence[int]) -> None:
        self._generators = [self._generators[i] for i in kept]
        self._numbers = self._numbers[list(kept)]


def _places(flags: Sequence[bool]) -> list[int]:
    return [i for i, flag in enumerate(flags) if flag]


def seeds_of(config: GenerationConfig, rows: int) -> list[int]:
    """Return a seed for each row: with `GenerationConfig.seed` the same for every input, else one after the other."""
    if config.seed is None:
        first = int(torch.randint(2**62, ()))
        return [first + i for i in range(rows)]
    per_input = config.num_return_sequences
    return [(config.seed + (i % per_input) * 1_000_003) % 2**63 for i in range(rows)]
