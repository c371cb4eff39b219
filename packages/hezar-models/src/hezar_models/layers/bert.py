"""The post-norm encoder of BERT, from which RoBERTa and the text decoders are built too.

Submodules carry the published weight names, so that the state dict is the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, cast

import torch
from torch import Tensor, nn

from hezar_models.layers.activations import get_activation
from hezar_models.layers.attention import attend, check_heads, merge_heads, split_heads
from hezar_registry import get_logger

logger = get_logger(__name__)


class EncoderConfig(Protocol):
    """The config fields the encoder reads."""

    vocab_size: int
    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    intermediate_size: int
    hidden_act: str
    hidden_dropout_prob: float
    attention_probs_dropout_prob: float
    max_position_embeddings: int
    type_vocab_size: int
    layer_norm_eps: float
    pad_token_id: int


@dataclass
class EncoderTrace:
    """What an encoder collects on its way.

    Attributes:
        hidden_states: Embeddings and the output of each layer, each (batch, length, hidden); ``None`` collects none.
        attentions: Weights of each layer, each (batch, heads, length, length); ``None`` collects none.
        need_weights: Compute attention weights.
    """

    hidden_states: list[Tensor] | None = None
    attentions: list[Tensor] | None = None
    need_weights: bool = False

    @classmethod
    def asked(cls, hidden_states: bool, attentions: bool, attn_implementation: str) -> EncoderTrace:
        """Return the trace for what a caller of `forward` asked for."""
        need_weights = attentions and attn_implementation == "eager"
        if attentions and not need_weights:
            logger.warning(
                "Attention maps were asked for, but fused attention has none, so `attentions` is empty. "
                'Load the model with attn_implementation="eager" to get them.'
            )
        return cls([] if hidden_states else None, [] if attentions else None, need_weights)

    def add(self, hidden: Tensor, weights: Tensor | None = None) -> None:
        """Take note of a hidden state, and of the attention weights that led to it."""
        if self.hidden_states is not None:
            self.hidden_states.append(hidden)
        if self.attentions is not None and weights is not None:
            self.attentions.append(weights)

    def outputs(self) -> dict[str, tuple[Tensor, ...] | None]:
        """Return ``hidden_states`` and ``attentions`` for the outputs of `forward`."""
        return {
            "hidden_states": None if self.hidden_states is None else tuple(self.hidden_states),
            "attentions": None if self.attentions is None else tuple(self.attentions),
        }


class BertEmbeddings(nn.Module):
    """Sum of word, position and token-type embeddings, normalised."""

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        self.word_embeddings = nn.Embedding(config.vocab_size, config.hidden_size, padding_idx=config.pad_token_id)
        self.position_embeddings = nn.Embedding(config.max_position_embeddings, config.hidden_size)
        self.token_type_embeddings = nn.Embedding(config.type_vocab_size, config.hidden_size)
        self.LayerNorm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.dropout = nn.Dropout(config.hidden_dropout_prob)

    def forward(
        self,
        token_ids: Tensor | None,
        token_type_ids: Tensor | None,
        position_ids: Tensor | None,
        inputs_embeds: Tensor | None,
    ) -> Tensor:
        """(batch, length) ids, or (batch, length, hidden) word embeddings → (batch, length, hidden)."""
        words = self.word_embeddings(token_ids) if inputs_embeds is None else inputs_embeds
        if position_ids is None:
            position_ids = torch.arange(words.shape[1], device=words.device)
        # Without types every token has type 0: one row, broadcast.
        types = (
            self.token_type_embeddings.weight[0]
            if token_type_ids is None
            else self.token_type_embeddings(token_type_ids)
        )
        return self.dropout(self.LayerNorm(words + types + self.position_embeddings(position_ids)))


class BertSelfAttention(nn.Module):
    """Queries, keys and values of one layer, and the attention between them."""

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        check_heads(config.hidden_size, config.num_attention_heads)
        self.num_heads = config.num_attention_heads
        self.dropout = config.attention_probs_dropout_prob
        self.query = nn.Linear(config.hidden_size, config.hidden_size)
        self.key = nn.Linear(config.hidden_size, config.hidden_size)
        self.value = nn.Linear(config.hidden_size, config.hidden_size)

    def forward(self, hidden: Tensor, mask: Tensor | None, need_weights: bool) -> tuple[Tensor, Tensor | None]:
        query, key, value = (split_heads(part(hidden), self.num_heads) for part in (self.query, self.key, self.value))
        dropout = self.dropout if self.training else 0.0
        context, weights = attend(query, key, value, mask, dropout, need_weights)
        return merge_heads(context), weights


class ResidualOutput(nn.Module):
    """Projection, dropout, residual connection and norm: the end of each half of a layer."""

    def __init__(self, in_features: int, config: EncoderConfig) -> None:
        super().__init__()
        self.dense = nn.Linear(in_features, config.hidden_size)
        self.LayerNorm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.dropout = nn.Dropout(config.hidden_dropout_prob)

    def forward(self, hidden: Tensor, residual: Tensor) -> Tensor:
        return self.LayerNorm(self.dropout(self.dense(hidden)) + residual)


class BertAttention(nn.Module):
    """First half of a layer."""

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        self.self = BertSelfAttention(config)
        self.output = ResidualOutput(config.hidden_size, config)

    def forward(self, hidden: Tensor, mask: Tensor | None, need_weights: bool) -> tuple[Tensor, Tensor | None]:
        context, weights = self.self(hidden, mask, need_weights)
        return self.output(context, hidden), weights


class BertIntermediate(nn.Module):
    """Widening projection and activation."""

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        self.dense = nn.Linear(config.hidden_size, config.intermediate_size)
        self.activation = get_activation(config.hidden_act)

    def forward(self, hidden: Tensor) -> Tensor:
        return self.activation(self.dense(hidden))


class BertLayer(nn.Module):
    """Self-attention, then feed-forward, each with residual connection and norm."""

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        self.attention = BertAttention(config)
        self.intermediate = BertIntermediate(config)
        self.output = ResidualOutput(config.intermediate_size, config)

    def forward(self, hidden: Tensor, mask: Tensor | None, need_weights: bool) -> tuple[Tensor, Tensor | None]:
        hidden, weights = self.attention(hidden, mask, need_weights)
        return self.output(self.intermediate(hidden), hidden), weights


class BertEncoder(nn.Module):
    """The stack of layers."""

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        self.layer = nn.ModuleList(BertLayer(config) for _ in range(config.num_hidden_layers))

    def forward(self, hidden: Tensor, mask: Tensor | None, trace: EncoderTrace) -> Tensor:
        trace.add(hidden)
        for layer in self.layer:
            hidden, weights = layer(hidden, mask, trace.need_weights)
            trace.add(hidden, weights)
        return hidden


class BertPooler(nn.Module):
    """tanh(dense(first token))."""

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        self.dense = nn.Linear(config.hidden_size, config.hidden_size)

    def forward(self, hidden: Tensor) -> Tensor:
        return self.dense(hidden[:, 0]).tanh()


def padding_mask(attention_mask: Tensor | None) -> Tensor | None:
    """(batch, length) of ones and zeros → boolean (batch, 1, 1, length), or ``None`` when nothing is padded."""
    # Looking at the values is free on a CPU and would make a GPU wait.
    if attention_mask is None or (attention_mask.device.type == "cpu" and bool(attention_mask.all())):
        return None
    return attention_mask.bool()[:, None, None, :]


class BertBackbone(nn.Module):
    """Embeddings, encoder and, if asked for, pooler."""

    def __init__(self, config: EncoderConfig, with_pooler: bool = True) -> None:
        super().__init__()
        self.embeddings = BertEmbeddings(config)
        self.encoder = BertEncoder(config)
        self.pooler = BertPooler(config) if with_pooler else None

    def forward(
        self,
        token_ids: Tensor | None = None,
        attention_mask: Tensor | None = None,
        token_type_ids: Tensor | None = None,
        position_ids: Tensor | None = None,
        inputs_embeds: Tensor | None = None,
        trace: EncoderTrace | None = None,
    ) -> Tensor:
        """(batch, length) token ids → last hidden state (batch, length, hidden)."""
        hidden = self.embeddings(token_ids, token_type_ids, position_ids, inputs_embeds)
        return self.encoder(hidden, padding_mask(attention_mask), trace or EncoderTrace())

    def pool(self, hidden: Tensor) -> Tensor:
        """Last hidden state (batch, length, hidden) → (batch, hidden); only with a pooler."""
        return cast("BertPooler", self.pooler)(hidden)


def init_encoder_weights(module: nn.Module, std: float) -> None:
    """Draw the random weights of a new model: normal matrices, zero biases, zero padding row, identity norms."""
    for part in module.modules():
        if isinstance(part, (nn.Linear, nn.Embedding)):
            nn.init.normal_(part.weight, std=std)
        if isinstance(part, nn.Linear) and part.bias is not None:
            nn.init.zeros_(part.bias)
        if isinstance(part, nn.Embedding) and part.padding_idx is not None:
            with torch.no_grad():
                part.weight[part.padding_idx].zero_()
