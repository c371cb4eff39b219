"""What decoders share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import ClassVar, Protocol

import torch
from torch import Tensor, nn

from hezar_models.layers.attention import attend_to_memory, merge_heads
from hezar_models.layers.cache import CrossMemory, KVCache
from hezar_models.layers.context import AttentionContext
from hezar_models.layers.encoder import Attention
from hezar_registry import InputError


class TextDecoder(nn.Module, ABC):
    """A decoder of text with its head, under whatever names it is published.

    Attributes:
        hidden_size: Width of the hidden states.
        max_positions: Most tokens of a row.
        tied_weights: Weight name → the name it shares memory with.
    """

    hidden_size: int
    max_positions: int
    tied_weights: ClassVar[Mapping[str, str]] = {}

    @abstractmethod
    def forward(
        self, token_ids: Tensor | None, context: AttentionContext, inputs_embeds: Tensor | None = None
    ) -> Tensor:
        """Token ids (rows, length), or embeddings (rows, length, hidden) of them → states (rows, length, hidden)."""

    @abstractmethod
    def logits(self, hidden: Tensor) -> Tensor:
        """(…, hidden) → (…, vocabulary)."""

    @abstractmethod
    def memory_of(self, states: Tensor) -> CrossMemory:
        """Project the states of an encoder (inputs, source, hidden) for all layers; see `memory_of`."""

    @abstractmethod
    def new_cache(self, rows: int, capacity: int, *, static: bool = False) -> KVCache:
        """Return an empty cache for rows of at most so many tokens; see `KVCache`."""


class ReadsStates(Protocol):
    """An attention of a decoder to the states of an encoder."""

    def keys_and_values(self, states: Tensor) -> tuple[Tensor, Tensor]:
        """Project an encoder's states (inputs, source, hidden) to keys and values (inputs, heads, source, head size)."""
        ...


class CrossAttention(Attention):
    """Attention of a decoder's rows to the states of an encoder."""

    def keys_and_values(self, states: Tensor) -> tuple[Tensor, Tensor]:
        """Project an encoder's states (inputs, source, hidden) to keys and values (inputs, heads, source, head size)."""
        key, value = self.project_heads(self.projections[1:], states)
        return key, value

    def forward(self, hidden: Tensor, context: AttentionContext, index: int) -> Tensor:
        """(rows, length, hidden) → the same."""
        [query] = self.project_heads(self.projections[:1], hidden)
        return look_at_memory(query, context, index, dropout=self.attention_dropout if self.training else 0.0)


def memory_of(layers: Iterable[ReadsStates], states: Tensor, mask: Tensor | None = None) -> CrossMemory:
    """Project the states of an encoder for all layers of a decoder.

    Args:
        layers: The attentions of the decoder to them, in order.
        states: (inputs, source, hidden).
        mask: Boolean (inputs, source), true for what is no padding; ``None`` when nothing is padded.
    """
    pairs = [layer.keys_and_values(states) for layer in layers]
    return CrossMemory([key for key, _ in pairs], [value for _, value in pairs], mask)


def look_at_memory(
    query: Tensor, context: AttentionContext, index: int, *, scale: float | None = None, dropout: float = 0.0
) -> Tensor:
    """Attend to the states of an encoder, and collect the weights if they are wanted.

    Args:
        query: (rows, heads, queries, head size).
        context: Has the memory.
        index: Number of the layer.
        scale: What scores are multiplied by; default 1/√(head size).
        dropout: Probability of dropping an attention weight.

    Returns:
        (rows, queries, heads · head size).

    Raises:
        InputError: There is no memory.
    """
    if context.memory is None:
        raise InputError("This decoder looks at the states of an encoder, and there are none.")
    attended, weights = attend_to_memory(
        query,
        context.memory,
        index,
        scale=scale,
        dropout=dropout,
        need_weights=context.collect.wants_cross_weights(index),
    )
    context.collect.add_cross_weights(index, weights)
    return merge_heads(attended)


def last_tokens(hidden: Tensor, counts: Tensor | None) -> Tensor:
    """Return the hidden state of the last token of each row, (rows, hidden).

    Args:
        hidden: (rows, length, hidden).
        counts: int64 (rows,): tokens of each row, where the rest fills up; ``None`` for rows that are full.
    """
    if counts is None:
        return hidden[:, -1]
    return hidden[torch.arange(len(hidden), device=hidden.device), counts - 1]


def shifted_right(labels: Tensor, start_token: int, pad_token: int) -> Tensor:
    """Return what a decoder reads to predict labels: a start token and all labels but the last.

    Args:
        labels: int64 (batch, length); −100 is left out of the loss.
        start_token: The decoder's start token.
        pad_token: Takes the place of −100.
    """
    shifted = labels.roll(1, dims=-1)
    shifted[:, 0] = start_token
    return shifted.masked_fill(shifted == -100, pad_token)
