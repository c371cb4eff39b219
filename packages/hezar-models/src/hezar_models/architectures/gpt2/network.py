"""The network of GPT-2: a pre-norm decoder, whose layers may also look at an encoder's states.

Submodules carry the published weight names, so that the state dict is the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, cast

import torch
from torch import Tensor, nn

from hezar_models.architectures.gpt2.config import GPT2TextGenerationConfig
from hezar_models.layers.activations import get_activation
from hezar_models.layers.attention import attend, check_heads, merge_heads, split_heads
from hezar_models.layers.cache import CrossMemory, KVCache
from hezar_models.layers.context import AttentionContext
from hezar_models.layers.decoder import TextDecoder, look_at_memory, memory_of
from hezar_models.layers.embeddings import rows_of_table
from hezar_models.layers.encoder import init_encoder_weights, step_through
from hezar_models.layers.linear import Linear
from hezar_models.layers.transposed import TransposedLinear
from hezar_models.weights.table import Drop
from hezar_registry import InputError

#: Older files hold the causal mask of each layer.
CAUSAL_MASKS = Drop(r"\.(attn|crossattention)\.(masked_)?bias$")


class GPT2Attention(nn.Module):
    """Causal self-attention; queries, keys and values come from one projection."""

    def __init__(self, config: GPT2TextGenerationConfig) -> None:
        super().__init__()
        check_heads(config.n_embd, config.n_head)
        self.num_heads = config.n_head
        self.c_attn = TransposedLinear(config.n_embd, 3 * config.n_embd)
        self.c_proj = TransposedLinear(config.n_embd, config.n_embd)
        self.attn_pdrop = config.attn_pdrop
        self.resid_dropout = nn.Dropout(config.resid_pdrop)

    def forward(self, hidden: Tensor, context: AttentionContext, index: int) -> Tensor:
        """(batch, length, hidden) → the same."""
        query, key, value = (split_heads(part, self.num_heads) for part in self.c_attn(hidden).chunk(3, -1))
        if context.cache is not None:
            key, value = context.cache.append(index, key, value)
        attended, weights = attend(
            query,
            key,
            value,
            context.mask,
            dropout=self.attn_pdrop if self.training else 0.0,
            need_weights=context.collect.wants_weights,
        )
        context.collect.add_weights(weights)
        return self.resid_dropout(self.c_proj(merge_heads(attended)))


class GPT2CrossAttention(nn.Module):
    """Attention to the states of an encoder; their keys and values come from one projection."""

    def __init__(self, config: GPT2TextGenerationConfig) -> None:
        super().__init__()
        self.num_heads = config.n_head
        self.c_attn = TransposedLinear(config.n_embd, 2 * config.n_embd)
        self.q_attn = TransposedLinear(config.n_embd, config.n_embd)
        self.c_proj = TransposedLinear(config.n_embd, config.n_embd)
        self.attn_pdrop = config.attn_pdrop
        self.resid_dropout = nn.Dropout(config.resid_pdrop)

    def keys_and_values(self, states: Tensor) -> tuple[Tensor, Tensor]:
        """Project an encoder's states (inputs, source, hidden) to keys and values (inputs, heads, source, head size)."""
        key, value = self.c_attn(states).chunk(2, -1)
        return split_heads(key, self.num_heads), split_heads(value, self.num_heads)

    def forward(self, hidden: Tensor, context: AttentionContext, index: int) -> Tensor:
        """(rows, length, hidden) → the same."""
        query = split_heads(self.q_attn(hidden), self.num_heads)
        attended = look_at_memory(query, context, index, dropout=self.attn_pdrop if self.training else 0.0)
        return self.resid_dropout(self.c_proj(attended))


class GPT2MLP(nn.Module):
    """Widening projection, activation, projection back."""

    def __init__(self, config: GPT2TextGenerationConfig) -> None:
        super().__init__()
        inner = 4 * config.n_embd if config.n_inner is None else config.n_inner
        self.c_fc = TransposedLinear(config.n_embd, inner)
        self.c_proj = TransposedLinear(inner, config.n_embd)
        self.activation = get_activation(config.get("activation_function", "gelu_new"))
        self.dropout = nn.Dropout(config.resid_pdrop)

    def forward(self, hidden: Tensor) -> Tensor:
        """(…, hidden) → the same."""
        return self.dropout(self.c_proj(self.activation(self.c_fc(hidden))))


class GPT2Block(nn.Module):
    """Self-attention, attention to an encoder if there is one, and feed-forward.

    Each reads the norm of its input, and has a residual connection.
    """

    def __init__(self, config: GPT2TextGenerationConfig) -> None:
        super().__init__()
        self.ln_1 = nn.LayerNorm(config.n_embd, eps=config.layer_norm_epsilon)
        self.attn = GPT2Attention(config)
        if config.add_cross_attention:
            self.crossattention = GPT2CrossAttention(config)
            self.ln_cross_attn = nn.LayerNorm(config.n_embd, eps=config.layer_norm_epsilon)
        self.ln_2 = nn.LayerNorm(config.n_embd, eps=config.layer_norm_epsilon)
        self.mlp = GPT2MLP(config)

    def forward(self, hidden: Tensor, context: AttentionContext, index: int) -> Tensor:
        """(batch, length, hidden) → the same."""
        hidden = hidden + self.attn(self.ln_1(hidden), context, index)
        if context.memory is not None:
            hidden = hidden + self.crossattention(self.ln_cross_attn(hidden), context, index)
        return hidden + self.mlp(self.ln_2(hidden))


class GPT2Decoder(nn.Module):
    """Embeddings, blocks and the last norm."""

    def __init__(self, config: GPT2TextGenerationConfig) -> None:
        super().__init__()
        self.wte = nn.Embedding(config.vocab_size, config.n_embd)
        self.wpe = nn.Embedding(config.n_positions, config.n_embd)
        self.drop = nn.Dropout(config.embd_pdrop)
        self.h = nn.ModuleList(GPT2Block(config) for _ in range(config.n_layer))
        self.ln_f = nn.LayerNorm(config.n_embd, eps=config.layer_norm_epsilon)

    def forward(
        self,
        token_ids: Tensor | None,
        context: AttentionContext,
        position_ids: Tensor | None = None,
        inputs_embeds: Tensor | None = None,
    ) -> Tensor:
        """Token ids, or embeddings of them, to normed hidden states.

        Args:
            token_ids: int64 (batch, length).
            context: Mask, cache and what is collected.
            position_ids: int64 (batch, length) or (length,); by default after what the cache holds.
            inputs_embeds: (batch, length, hidden), in place of `token_ids`.

        Returns:
            (batch, length, hidden).

        Raises:
            InputError: There are more tokens than positions, or an id is none of the model's.
        """
        if token_ids is not None and inputs_embeds is None:
            hidden = rows_of_table(self.wte, token_ids, "token_ids")
        elif inputs_embeds is not None and token_ids is None:
            hidden = inputs_embeds
        else:
            raise InputError("GPT-2 reads either `token_ids` or `inputs_embeds`; give one of them.")
        if position_ids is None:
            position_ids = self._positions(hidden, context)
        hidden = self.drop(hidden + rows_of_table(self.wpe, position_ids, "position_ids"))
        hidden = self.ln_f(step_through(self.h, hidden, context))
        context.collect.replace_last_hidden(hidden)
        return hidden

    def _positions(self, hidden: Tensor, context: AttentionContext) -> Tensor:
        length, places = hidden.shape[1], self.wpe.num_embeddings
        offset = 0 if context.cache is None else context.cache.offset
        if isinstance(offset, int) and offset + length > places:
            raise InputError(f"The text is {offset + length} tokens long; the model has positions for {places}.")
        new = torch.arange(length, device=hidden.device)
        if isinstance(offset, int):
            return new + offset
        # What fills up a row may lie after its last position; nobody sees it.
        return (new + offset[:, None]).clamp_max(places - 1)


class GPT2Network(TextDecoder):
    """Decoder and head under their published names, ``transformer`` and ``lm_head``; word embeddings and head are tied."""

    tied_weights: ClassVar[Mapping[str, str]] = {"lm_head.weight": "transformer.wte.weight"}

    def __init__(self, config: GPT2TextGenerationConfig) -> None:
        super().__init__()
        self.config = config
        self.transformer = GPT2Decoder(config)
        self.lm_head = Linear(config.n_embd, config.vocab_size, bias=False)
        self.hidden_size, self.max_positions = config.n_embd, config.n_positions
        init_encoder_weights(self, config.initializer_range)

    def forward(
        self, token_ids: Tensor | None, context: AttentionContext, inputs_embeds: Tensor | None = None
    ) -> Tensor:
        return self.transformer(token_ids, context, inputs_embeds=inputs_embeds)

    def logits(self, hidden: Tensor) -> Tensor:
        return self.lm_head(hidden)

    def memory_of(self, states: Tensor) -> CrossMemory:
        return memory_of((cast("GPT2CrossAttention", block.crossattention) for block in self.transformer.h), states)

    def new_cache(self, rows: int, capacity: int, *, static: bool = False) -> KVCache:
        weight = self.lm_head.weight
        return KVCache(
            self.config.n_layer,
            rows,
            self.config.n_head,
            min(capacity, self.max_positions),
            self.hidden_size // self.config.n_head,
            dtype=weight.dtype,
            device=weight.device,
            static=static,
        )
