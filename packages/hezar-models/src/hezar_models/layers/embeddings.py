"""Embeddings of tokens."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from hezar_config import ConfigError
from hezar_registry import InputError


class TextEmbeddings(nn.Module):
    """Sum of word, position and token-type embeddings, normalised.

    Args:
        vocab_size: Number of tokens.
        hidden_size: Width of the embeddings.
        max_positions: Rows of the position table.
        pad_token_id: Its word embedding is zero and not trained.
        type_vocab_size: Number of token types; 0 has no type embeddings.
        layer_norm_eps: Epsilon of the norm.
        dropout: Dropout of the result, in training.
        padded_positions: Count positions from ``pad_token_id + 1`` and over real tokens only; padding has position
            ``pad_token_id``. This is RoBERTa's way. Otherwise positions count 0, 1, 2, …

    Raises:
        ConfigError: A size is too small, or the padding is no token of the vocabulary.
    """

    def __init__(
        self,
        *,
        vocab_size: int,
        hidden_size: int,
        max_positions: int,
        pad_token_id: int,
        type_vocab_size: int,
        layer_norm_eps: float,
        dropout: float,
        padded_positions: bool = False,
    ) -> None:
        super().__init__()
        for name, size, least in (
            ("vocab_size", vocab_size, 1),
            ("hidden_size", hidden_size, 1),
            ("type_vocab_size", type_vocab_size, 0),
            ("max_position_embeddings", max_positions, pad_token_id + 2 if padded_positions else 1),
        ):
            if size < least:
                raise ConfigError(f"`{name}` is at least {least}; found {size}.")
        if not 0 <= pad_token_id < vocab_size:
            raise ConfigError(
                f"`pad_token_id` is below `vocab_size`, {vocab_size}, and not negative; found {pad_token_id}."
            )
        self.pad_token_id = pad_token_id
        self.padded_positions = padded_positions
        self.word_embeddings = nn.Embedding(vocab_size, hidden_size, padding_idx=pad_token_id)
        self.position_embeddings = nn.Embedding(
            max_positions, hidden_size, padding_idx=pad_token_id if padded_positions else None
        )
        self.token_type_embeddings = nn.Embedding(type_vocab_size, hidden_size) if type_vocab_size else None
        self.LayerNorm = nn.LayerNorm(hidden_size, eps=layer_norm_eps)
        self.dropout = nn.Dropout(dropout)

    def forward(
        self,
        token_ids: Tensor | None = None,
        token_type_ids: Tensor | None = None,
        position_ids: Tensor | None = None,
        inputs_embeds: Tensor | None = None,
    ) -> Tensor:
        """(batch, length) ids, or (batch, length, hidden) word embeddings → (batch, length, hidden).

        Raises:
            InputError: Neither or both of ids and embeddings are given, an id is none of the model's, there are more tokens
                than positions, or token types where the model has none.
        """
        if token_ids is not None and inputs_embeds is None:
            embeddings = rows_of_table(self.word_embeddings, token_ids, "token_ids")
        elif inputs_embeds is not None and token_ids is None:
            embeddings = inputs_embeds
        else:
            raise InputError("A text encoder reads either `token_ids` or `inputs_embeds`; give one of them.")
        if self.token_type_embeddings is None:
            if token_type_ids is not None:
                raise InputError("This model has no token types; leave `token_type_ids` out.")
        elif token_type_ids is None:
            # Without types every token has type 0: one row, broadcast.
            embeddings = embeddings + self.token_type_embeddings.weight[0]
        else:
            embeddings = embeddings + rows_of_table(self.token_type_embeddings, token_type_ids, "token_type_ids")
        if position_ids is None:
            position_ids = self.positions_of(token_ids, embeddings)
        embeddings = embeddings + rows_of_table(self.position_embeddings, position_ids, "position_ids")
        return self.dropout(self.LayerNorm(embeddings))

    @property
    def max_length(self) -> int:
        """Longest input in tokens: how many positions there are to give."""
        rows = self.position_embeddings.num_embeddings
        return rows - self.pad_token_id - 1 if self.padded_positions else rows

    def positions_of(self, token_ids: Tensor | None, embeddings: Tensor) -> Tensor:
        """Return the position of every token, (batch, length) or (length,).

        Args:
            token_ids: (batch, length), or ``None`` when only embeddings are known: then all are real tokens.
            embeddings: (batch, length, hidden).
        """
        length = embeddings.shape[1]
        if length > self.max_length:
            raise InputError(f"The input is {length} tokens long; the model has positions for {self.max_length}.")
        positions = torch.arange(length, device=embeddings.device)
        if not self.padded_positions:
            return positions
        if token_ids is None:
            return positions + self.pad_token_id + 1
        real = (token_ids != self.pad_token_id).long()
        return real.cumsum(1) * real + self.pad_token_id


def rows_of_table(table: nn.Embedding, ids: Tensor, name: str) -> Tensor:
    """Return the rows of a table that ids (…) stand for, (…, hidden)."""
    if torch.compiler.is_compiling():
        return table(ids)
    try:
        return table(ids)
    except IndexError as error:
        raise InputError(
            f"The {name} of this model are 0 to {table.num_embeddings - 1}; found {int(ids.min())} to {int(ids.max())}."
            + (" Is the tokenizer that of the model?" if name == "token_ids" else "")
        ) from error
