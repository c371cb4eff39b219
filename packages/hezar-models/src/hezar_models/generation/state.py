"""What generation asks of a model, and what a model remembers while it generates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from torch import Tensor

from hezar_models.generation.config import GenerationConfig
from hezar_models.layers.cache import CrossMemory, KVCache


@dataclass
class DecoderState:
    """What a decoder knows of the rows that are being generated.

    Attributes:
        prompt_ids: int64 (rows, longest prompt), filled up on the right.
        prompt_lengths: int64 (rows,).
        cache: Keys and values of the tokens so far; empty at first.
        memory: Keys and values of an encoder's states.
    """

    prompt_ids: Tensor
    prompt_lengths: Tensor
    cache: KVCache
    memory: CrossMemory | None = None

    def reorder(self, parents: Tensor, shared: int) -> None:
        """Let each row continue another one of the same input; see `KVCache.reorder`."""
        self.cache.reorder(parents, shared)

    def select(self, rows: Tensor) -> None:
        """Keep some rows, or repeat them."""
        self.cache.select(rows)
        if self.memory is not None:
            self.memory.select(rows)


class Decodable(Protocol):
    """A model that can be asked for the next token.

    Encoder-decoders and decoders differ in `begin` alone.
    """

    @property
    def max_positions(self) -> int | None:
        """Most tokens that a row can have positions for; ``None`` is any number."""
        ...

    def begin(self, inputs: Mapping[str, Any], capacity: int, config: GenerationConfig) -> DecoderState:
        """Read the inputs and return the state of their rows, one each.

        Args:
            inputs: What `Model.collate` gives.
            capacity: Most new tokens per row.
            config: Says with which tokens rows begin and are filled up.
        """
        ...

    def step(self, state: DecoderState, token_ids: Tensor, counts: Tensor | None = None) -> Tensor:
        """Read further tokens of each row and return the logits of the next one, (rows, vocabulary).

        Args:
            state: Is changed: the cache then holds these tokens too.
            token_ids: int64 (rows, new tokens).
            counts: int64 (rows,): how many of them are tokens of the row; the rest fills up. By default all are.
        """
        ...
