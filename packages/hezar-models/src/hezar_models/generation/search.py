"""Which token comes next: the most probable one, or one that is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import torch
from torch import Tensor

from hezar_models.generation.config import GenerationConfig
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
    """

    tokens: Tensor
    parents: Tensor | None = None
    ended: list[int] = field(default_factory=list[int])
    finished: list[Finished] = field(default_factory=list[Finished])


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
        # A token stands for a byte at least; one that is cut in two needs a few more to be read.
        self.look_back = max(len(string.encode()) for string in strings) + 4

    def reached(self, rows: Rows, row: int, token: int) -> bool:
        """Whether a row with one more token has such a text in its last tokens."""
        end = int(rows.lengths[row])
        start = max(int(rows.prompts[row]), end - self.look_back)
        text = self.decode([*rows.ids[row, start:end].tolist(), token])
        return any(string in text for string in self.strings)


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
        tokens = scores.argmax(-1)
        return Choice(tokens, ended=self.ends.of(tokens, rows).nonzero().squeeze(1).tolist())

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
        return Choice(tokens, ended=self.ends.of(tokens, rows).nonzero().squeeze(1).tolist())

    def _draw(self) -> Tensor:
        if self._next == self._numbers.shape[1]:
            blocks = [torch.rand(_BLOCK, generator=generator) for generator in self._generators]
            self._numbers, self._next = torch.stack(blocks), 0
        self._next += 1
        return self._numbers[:, self._next - 1]

    def select(self, kept: Sequence[int]) -> None:
        self._generators = [self._generators[i] for i in kept]
        self._numbers = self._numbers[list(kept)]


def seeds_of(config: GenerationConfig, rows: int) -> list[int]:
    """Return a seed for each row: with `GenerationConfig.seed` the same for every input, else one after the other."""
    if config.seed is None:
        first = int(torch.randint(2**62, ()))
        return [first + i for i in range(rows)]
    per_input = config.num_return_sequences
    return [(config.seed + (i % per_input) * 1_000_003) % 2**63 for i in range(rows)]
