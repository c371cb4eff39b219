"""The network of T5: a pre-norm encoder and decoder with relative positions.

Submodules carry the published weight names, so that the state dict is the file. Scores of attention are not scaled, no
projection has a bias, and the relative positions of the first block hold for all.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import cast

import torch
from torch import Tensor, nn

from hezar_config import ConfigError
from hezar_models.architectures.t5.config import T5TextGenerationConfig
from hezar_models.layers.activations import get_activation
from hezar_models.layers.attention import attend, merge_heads, split_heads
from hezar_models.layers.cache import CrossMemory
from hezar_models.layers.context import AttentionContext, Collector
from hezar_models.layers.decoder import look_at_memory, memory_of
from hezar_models.layers.embeddings import rows_of_table
from hezar_models.layers.encoder import step_through, walk
from hezar_models.layers.linear import Linear, project
from hezar_models.layers.norms import RMSNorm

#: How the names of gated feed-forward layers begin in configs, such as ``gated-gelu``.
GATED = "gated-"


class T5Attention(nn.Module):
    """Projections of an attention; the head size need not divide the hidden size.

    Args:
        config: Sizes.
        with_positions: Own the relative positions of all blocks.
    """

    def __init__(self, config: T5TextGenerationConfig, with_positions: bool = False) -> None:
        super().__init__()
        self.num_heads = config.num_heads
        self.dropout = config.dropout_rate
        inner = config.num_heads * config.d_kv
        self.q = Linear(config.d_model, inner, bias=False)
        self.k = Linear(config.d_model, inner, bias=False)
        self.v = Linear(config.d_model, inner, bias=False)
        self.o = Linear(inner, config.d_model, bias=False)
        if with_positions:
            self.relative_attention_bias = nn.Embedding(config.relative_attention_num_buckets, config.num_heads)

    def forward(self, hidden: Tensor, context: AttentionContext, index: int) -> Tensor:
        """Self-attention: (batch, length, hidden) → the same."""
        projected = project((self.q, self.k, self.v), hidden)
        query, key, value = (split_heads(part, self.num_heads) for part in projected)
        if context.cache is not None:
            key, value = context.cache.append(index, key, value)
        attended, weights = attend(
            query,
            key,
            value,
            context.mask,
            bias=context.bias,
            scale=1.0,
            dropout=self.dropout if self.training else 0.0,
            need_weights=context.collect.wants_weights,
        )
        context.collect.add_weights(weights)
        return self.o(merge_heads(attended))

    def keys_and_values(self, states: Tensor) -> tuple[Tensor, Tensor]:
        """Project an encoder's states (inputs, source, hidden) to keys and values (inputs, heads, source, head size)."""
        key, value = project((self.k, self.v), states)
        return split_heads(key, self.num_heads), split_heads(value, self.num_heads)

    def look_at(self, hidden: Tensor, context: AttentionContext, index: int) -> Tensor:
        """Cross-attention: (rows, length, hidden) → the same."""
        query = split_heads(self.q(hidden), self.num_heads)
        return self.o(look_at_memory(query, context, index, scale=1.0, dropout=self.dropout if self.training else 0.0))


class T5FeedForward(nn.Module):
    """``wi``, activation, ``wo``."""

    def __init__(self, config: T5TextGenerationConfig) -> None:
        super().__init__()
        self.activation = get_activation(config.feed_forward_proj)
        self.wi = Linear(config.d_model, config.d_ff, bias=False)
        self.wo = Linear(config.d_ff, config.d_model, bias=False)
        self.dropout = nn.Dropout(config.dropout_rate)

    def forward(self, hidden: Tensor) -> Tensor:
        """(…, hidden) → the same."""
        return self.wo(self.dropout(self.activation(self.wi(hidden))))


class T5GatedFeedForward(nn.Module):
    """Two projections, of which the activation of one scales the other (T5 1.1 and mT5; Shazeer 2020)."""

    def __init__(self, config: T5TextGenerationConfig) -> None:
        super().__init__()
        name = config.feed_forward_proj.removeprefix(GATED)
        # The GELU of T5 1.1 is the approximate one, whatever the name says.
        self.activation = get_activation("gelu_new" if name == "gelu" else name)
        self.wi_0 = Linear(config.d_model, config.d_ff, bias=False)
        self.wi_1 = Linear(config.d_model, config.d_ff, bias=False)
        self.wo = Linear(config.d_ff, config.d_model, bias=False)
        self.dropout = nn.Dropout(config.dropout_rate)

    def forward(self, hidden: Tensor) -> Tensor:
        """(…, hidden) → the same."""
        gate, inner = project((self.wi_0, self.wi_1), hidden)
        return self.wo(self.dropout(self.activation(gate) * inner))


class T5SelfAttentionLayer(nn.Module):
    """Norm, self-attention, residual connection."""

    def __init__(self, config: T5TextGenerationConfig, with_positions: bool) -> None:
        super().__init__()
        self.SelfAttention = T5Attention(config, with_positions)
        self.layer_norm = RMSNorm(config.d_model, config.layer_norm_epsilon)
        self.dropout = nn.Dropout(config.dropout_rate)

    def forward(self, hidden: Tensor, context: AttentionContext, index: int) -> Tensor:
        """(batch, length, hidden) → the same."""
        return hidden + self.dropout(self.SelfAttention(self.layer_norm(hidden), context, index))


class T5CrossAttentionLayer(nn.Module):
    """Norm, attention to an encoder's states, residual connection."""

    def __init__(self, config: T5TextGenerationConfig) -> None:
        super().__init__()
        self.EncDecAttention = T5Attention(config)
        self.layer_norm = RMSNorm(config.d_model, config.layer_norm_epsilon)
        self.dropout = nn.Dropout(config.dropout_rate)

    def forward(self, hidden: Tensor, context: AttentionContext, index: int) -> Tensor:
        """(rows, length, hidden) → the same."""
        return hidden + self.dropout(self.EncDecAttention.look_at(self.layer_norm(hidden), context, index))


class T5FeedForwardLayer(nn.Module):
    """Norm, feed-forward, residual connection."""

    def __init__(self, config: T5TextGenerationConfig) -> None:
        super().__init__()
        is_gated = config.feed_forward_proj.startswith(GATED)
        self.DenseReluDense = T5GatedFeedForward(config) if is_gated else T5FeedForward(config)
        self.layer_norm = RMSNorm(config.d_model, config.layer_norm_epsilon)
        self.dropout = nn.Dropout(config.dropout_rate)

    def forward(self, hidden: Tensor, context: AttentionContext, index: int) -> Tensor:
        """(batch, length, hidden) → the same."""
        return hidden + self.dropout(self.DenseReluDense(self.layer_norm(hidden)))


class T5Block(nn.Module):
    """Self-attention, in a decoder cross-attention, and feed-forward.

    Args:
        config: Sizes.
        is_decoder: Have cross-attention.
        with_positions: Own the relative positions of all blocks.
    """

    def __init__(self, config: T5TextGenerationConfig, is_decoder: bool, with_positions: bool) -> None:
        super().__init__()
        cross = [T5CrossAttentionLayer(config)] if is_decoder else []
        self.layer = nn.ModuleList([T5SelfAttentionLayer(config, with_positions), *cross, T5FeedForwardLayer(config)])

    def forward(self, hidden: Tensor, context: AttentionContext, index: int) -> Tensor:
        """(batch, length, hidden) → the same."""
        for layer in self.layer:
            hidden = layer(hidden, context, index)
        return hidden


class T5Stack(nn.Module):
    """Embeddings, blocks and the last norm: what encoder and decoder share."""

    def __init__(self, config: T5TextGenerationConfig, layers: int, is_decoder: bool) -> None:
        super().__init__()
        self.is_decoder = is_decoder
        self.max_distance = config.relative_attention_max_distance
        self.embed_tokens = nn.Embedding(config.vocab_size, config.d_model)
        self.block = nn.ModuleList(T5Block(config, is_decoder, with_positions=i == 0) for i in range(layers))
        self.final_layer_norm = RMSNorm(config.d_model, config.layer_norm_epsilon)
        self.dropout = nn.Dropout(config.dropout_rate)

    def embed(self, token_ids: Tensor) -> Tensor:
        """int64 (batch, length) → (batch, length, hidden)."""
        return rows_of_table(self.embed_tokens, token_ids, "token_ids")

    def _normed(self, hidden: Tensor, collect: Collector) -> Tensor:
        hidden = self.dropout(self.final_layer_norm(hidden))
        collect.replace_last_hidden(hidden)
        return hidden

    def position_bias(self, queries: Tensor, keys: Tensor) -> Tensor:
        """Return what relative positions add to the scores, (1 or rows, heads, queries, keys).

        Args:
            queries: int64 (queries,) or (rows, queries): the place of each query.
            keys: int64 (keys,).
        """
        first = cast("T5SelfAttentionLayer", self.get_submodule("block.0.layer.0"))
        table = first.SelfAttention.relative_attention_bias
        distances = keys - queries[..., None]
        buckets = relative_buckets(distances, table.num_embeddings, self.max_distance, both_sides=not self.is_decoder)
        bias = table(buckets).movedim(-1, -3)
        return bias if bias.ndim == 4 else bias[None]


class T5Encoder(T5Stack):
    """The encoder."""

    def __init__(self, config: T5TextGenerationConfig) -> None:
        super().__init__(config, config.num_layers, is_decoder=False)

    def forward(self, embeddings: Tensor, attention_mask: Tensor | None, collect: Collector) -> Tensor:
        """Embeddings (batch, length, hidden) → normed states, the same shape."""
        places = torch.arange(embeddings.shape[1], device=embeddings.device)
        bias = self.position_bias(places, places)
        hidden = walk(self.block, self.dropout(embeddings), attention_mask, collect, bias)
        return self._normed(hidden, collect)


class T5Decoder(T5Stack):
    """The decoder."""

    def __init__(self, config: T5TextGenerationConfig) -> None:
        super().__init__(config, config.num_decoder_layers, is_decoder=True)

    def forward(self, embeddings: Tensor, context: AttentionContext) -> Tensor:
        """Embeddings (rows, length, hidden) → normed states, the same shape.

        Args:
            embeddings: Of the new tokens.
            context: Mask, cache, memory and what is collected; the bias of positions is added to it.
        """
        length = embeddings.shape[1]
        offset = 0 if context.cache is None else context.cache.offset
        places = length if context.cache is None else context.cache.places(length)
        new = torch.arange(length, device=embeddings.device)
        queries = new + (offset if isinstance(offset, int) else offset[:, None])
        bias = self.position_bias(queries, torch.arange(places, device=embeddings.device))
        context = replace(context, bias=bias)
        return self._normed(step_through(self.block, self.dropout(embeddings), context), context.collect)

    def memory_of(self, states: Tensor, mask: Tensor | None) -> CrossMemory:
        """Project the states of an encoder (inputs, source, hidden) for all blocks.

        Args:
            states: The states.
            mask: Boolean (inputs, source), true for what is no padding; ``None`` when nothing is padded.
        """
        layers = (module for module in self.modules() if isinstance(module, T5CrossAttentionLayer))
        return memory_of((layer.EncDecAttention for layer in layers), states, mask)


def relative_buckets(distances: Tensor, num_buckets: int, max_distance: int, *, both_sides: bool) -> Tensor:
    """Return the bucket of each distance: near ones have one each, far ones share, the farthest all one.

    Args:
        distances: int64 (…): place of the key minus place of the query.
        num_buckets: Number of buckets; with `both_sides` half of them for each side.
        max_distance: Everything from here on shares the last bucket.
        both_sides: Tell keys after the query from keys before it; otherwise those after it count as the query's own place.

    Returns:
        int64 (…).
    """
    if both_sides:
        num_buckets //= 2
        side = (distances > 0) * num_buckets
        distances = distances.abs()
    else:
        side = 0
        distances = (-distances).clamp_min(0)
    exact = num_buckets // 2
    # In float32, as the weights were trained: the edges of the buckets depend on it.
    scale = (num_buckets - exact) / math.log(max_distance / exact)
    shared = exact + ((distances.float() / exact).log() * scale).long()
    return side + torch.where(distances < exact, distances, shared.clamp_max(num_buckets - 1))


class T5Network(nn.Module):
    """Encoder, decoder and head under their published names; all embeddings are one."""

    def __init__(self, config: T5TextGenerationConfig) -> None:
        super().__init__()
        _check(config)
        self.shared = nn.Embedding(config.vocab_size, config.d_model)
        self.encoder = T5Encoder(config)
        self.decoder = T5Decoder(config)
        self.lm_head = Linear(config.d_model, config.vocab_size, bias=False)
        # With tied embeddings, hidden states have the scale of embeddings, and logits would be too large.
        self.logit_scale = config.d_model**-0.5 if config.tie_word_embeddings else 1.0

    def logits(self, hidden: Tensor) -> Tensor:
        """(…, hidden) → (…, vocabulary)."""
        return self.lm_head(hidden * self.logit_scale if self.logit_scale != 1 else hidden)

    def init_weights(self, config: T5TextGenerationConfig) -> None:
        """Draw random weights as Mesh TensorFlow does: each projection by the width of what it reads."""
        factor, inner = config.initializer_factor, config.num_heads * config.d_kv
        scales = {
            "q": (config.d_model * config.d_kv) ** -0.5,
            "o": inner**-0.5,
            "wo": config.d_ff**-0.5,
            "shared": 1.0,
            "embed_tokens": 1.0,
            "lm_head": 1.0,
        }
        for name, module in self.named_modules():
            if isinstance(module, (nn.Linear, nn.Embedding)) and not module.weight.is_meta:
                scale = scales.get(name.rpartition(".")[2], config.d_model**-0.5)
                nn.init.normal_(module.weight, std=factor * scale)


def _check(config: T5TextGenerationConfig) -> None:
    for name in ("num_layers", "num_decoder_layers"):
        if getattr(config, name) < 1:
            raise ConfigError(f"`{name}` is at least 1; found {getattr(config, name)}.")
    buckets, distance = config.relative_attention_num_buckets, config.relative_attention_max_distance
    if buckets < 4 or distance <= buckets // 2:
        raise ConfigError(
            "`relative_attention_num_buckets` is at least 4, and `relative_attention_max_distance` above half of it; "
            f"found {buckets} and {distance}."
        )
