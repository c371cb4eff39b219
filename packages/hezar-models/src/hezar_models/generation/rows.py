"""The rows that are being generated."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor

#: Places for new tokens that are added at once, at least.
_PLACES = 64


@dataclass(frozen=True)
class Finished:
    """A row that has ended.

    Attributes:
        number: Number of its input.
        ids: All its tokens: the prompt, the new ones, and the end token if the model gave one.
        prompt: How many of them are the prompt.
        score: Σ log p of the new tokens, divided by their number ** `length_penalty`; ``None`` if it was not wanted.
    """

    number: int
    ids: list[int]
    prompt: int
    score: float | None = None


class Rows:
    """Tokens of all running rows, filled up on the right.

    Args:
        prompt_ids: int64 (rows, longest prompt).
        prompt_lengths: int64 (rows,).
        limits: int64 (rows,): most tokens of each row.

    Attributes:
        ids: int64 (rows, places); places are added when they are needed.
        lengths: int64 (rows,): tokens of each row.
        prompts: int64 (rows,): tokens of each prompt.
        limits: int64 (rows,).
        longest: Tokens of the longest row.
        new: New tokens of each row: the rows of a batch begin together.
        numbers: Number of the input of each row.
    """

    def __init__(self, prompt_ids: Tensor, prompt_lengths: Tensor, limits: Tensor) -> None:
        self.ids = prompt_ids
        self.lengths = prompt_lengths
        self.prompts = prompt_lengths
        self.limits = limits
        self.longest = prompt_ids.shape[1]
        self.new = 0
        self.numbers = list(range(len(prompt_ids)))

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def known(self) -> Tensor:
        """The tokens so far, (rows, longest); what fills up a row is its first token again."""
        ids = self.ids[:, : self.longest]
        inside = torch.arange(self.longest, device=ids.device) < self.lengths[:, None]
        return torch.where(inside, ids, ids[:, :1])

    def append(self, tokens: Tensor) -> None:
        """Add one token (rows,) to each row."""
        if self.longest == self.ids.shape[1]:
            self.ids = F.pad(self.ids, (0, max(self.longest, _PLACES)))
        self.ids.scatter_(1, self.lengths[:, None], tokens[:, None])
        self.lengths = self.lengths + 1
        self.longest += 1
        self.new += 1

    def last_token(self, i: int) -> int:
        """Return the last token of a row."""
        return int(self.ids[i, int(self.lengths[i]) - 1])

    def row(self, i: int) -> list[int]:
        """Return all tokens of a row."""
        return self.ids[i, : int(self.lengths[i])].tolist()

    def reorder(self, parents: Tensor) -> None:
        """Let each row continue another one of the same input."""
        self.ids = self.ids.index_select(0, parents)

    def select(self, rows: Tensor) -> None:
        """Keep, reorder or repeat rows."""
        for name in ("ids", "lengths", "prompts", "limits"):
            setattr(self, name, getattr(self, name).index_select(0, rows))
        self.numbers = [self.numbers[i] for i in rows.tolist()]
