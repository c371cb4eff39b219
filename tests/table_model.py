"""A model whose answers can be looked up: everything that generation does with them can be checked by hand."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from hezar_models.generation.config import GenerationConfig
from hezar_models.generation.prompts import prompts_of
from hezar_models.generation.rows import Finished
from hezar_models.generation.session import Session, generate
from hezar_models.generation.state import DecoderState
from hezar_models.layers.cache import CrossMemory, KVCache
from hezar_models.prediction.rows import pad_rows


class TableModel:
    """A `Decodable` whose next token follows from all tokens before it, by random numbers that are drawn for these tokens.

    The tokens are read from the cache, and the source of an encoder-decoder from the memory, so that a row which is mixed up
    with another one there has other answers.

    Args:
        vocab_size: Number of tokens.
        seed: Another seed is another table.
        spread: Standard deviation of the logits.
        reads_source: Be an encoder-decoder: the inputs are sources, and each row begins with token 0.
        max_positions: Most positions.
        table: Logits after some tokens, in place of random ones.

    Attributes:
        rows_asked: Number of rows of each step.
    """

    def __init__(
        self,
        vocab_size: int = 4,
        seed: int = 0,
        *,
        spread: float = 1.0,
        reads_source: bool = False,
        max_positions: int | None = None,
        table: Mapping[tuple[int, ...], Sequence[float]] | None = None,
    ) -> None:
        self.vocab_size, self.seed, self.spread = vocab_size, seed, spread
        self.reads_source, self.max_positions = reads_source, max_positions
        self._table = {tokens: torch.tensor(logits) for tokens, logits in (table or {}).items()}
        self.rows_asked: list[int] = []

    def logits(self, tokens: Sequence[int]) -> Tensor:
        """Return the logits of what follows some tokens; the source of an encoder-decoder comes first."""
        tokens = tuple(tokens)
        if tokens not in self._table:
            chance = random.Random(f"{self.seed}{tokens}")
            self._table[tokens] = torch.tensor([chance.gauss(0, self.spread) for _ in range(self.vocab_size)])
        return self._table[tokens]

    def begin(self, inputs: Mapping[str, Any], capacity: int, config: GenerationConfig) -> DecoderState:
        token_ids, mask = inputs["token_ids"], inputs["attention_mask"]
        rows = len(token_ids)
        memory = None
        if self.reads_source:
            source = token_ids[:, None, :, None].float()
            memory = CrossMemory([source], [source], mask.bool())
            prompts, lengths = torch.zeros(rows, 1, dtype=torch.int64), torch.ones(rows, dtype=torch.int64)
        else:
            prompts, lengths = prompts_of(token_ids, mask, config)
        cache = KVCache(1, rows, 1, prompts.shape[1] + capacity, 1)
        return DecoderState(prompts, lengths, cache, memory)

    def step(self, state: DecoderState, token_ids: Tensor, counts: Tensor | None = None) -> Tensor:
        self.rows_asked.append(len(token_ids))
        written = token_ids[:, None, :, None].float()
        read, values = state.cache.append(0, written, -written)
        state.cache.advance(token_ids.shape[1], counts)
        assert torch.equal(read, -values)
        rows = [read[i, 0, :length, 0].long().tolist() for i, length in enumerate(state.cache.lengths.tolist())]
        sources = [self._source(state.memory, i) for i in range(len(rows))]
        return torch.stack([self.logits(source + row) for source, row in zip(sources, rows, strict=True)])

    @staticmethod
    def _source(memory: CrossMemory | None, row: int) -> list[int]:
        if memory is None:
            return []
        assert memory.mask is not None
        i = row // memory.rows_per_input
        return memory.keys[0][i, 0, memory.mask[i], 0].long().tolist()

    def best(self, tokens: Sequence[int], count: int, ends: Sequence[int] = ()) -> list[int]:
        """Return the most probable tokens that follow, one after the other, up to the first end token."""
        row = list(tokens)
        while len(row) < len(tokens) + count and not (len(row) > len(tokens) and row[-1] in ends):
            row.append(int(self.logits(row).argmax()))
        return row


def batch_of(prompts: Sequence[Sequence[int]]) -> dict[str, Tensor]:
    """Return prompts as a batch, filled up on the right."""
    return {"token_ids": pad_rows(prompts, 0), "attention_mask": pad_rows([[1] * len(p) or [0] for p in prompts], 0)}


def rows_of(model: Any, prompts: Sequence[Sequence[int]], decode: Any = None, **options: Any) -> list[list[Finished]]:
    """Return the rows of each prompt, with their scores."""
    config = GenerationConfig().merged(**options)
    with torch.inference_mode():
        return generate(Session(model, batch_of(prompts), config, decode, scored=True))


def ids_of(model: Any, prompts: Sequence[Sequence[int]], decode: Any = None, **options: Any) -> list[list[list[int]]]:
    """Return the ids of the rows of each prompt."""
    return [[row.ids for row in rows] for rows in rows_of(model, prompts, decode, **options)]
