"""The post-norm encoder of BERT, from which RoBERTa and the text decoders are built too.

Submodules carry the published weight names, so that the state dict is the file.
"""

from __future__ import annotations

from typing import Protocol, cast

from torch import Tensor, nn

from hezar_models.layers.activations import get_activation
from hezar_models.layers.context import AttentionContext
from hezar_models.layers.decoder import CrossAttention
from hezar_models.layers.embeddings import TextEmbeddings
from hezar_models.layers.encoder import Encoder, Pooler, SelfAttention, TextBackbone
from hezar_models.layers.linear import Linear


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


class ResidualOutput(nn.Module):
    """Projection, dropout, residual connection and norm: the end of each half of a layer."""

    def __init__(self, in_features: int, config: EncoderConfig) -> None:
        super().__init__()
        self.dense = Linear(in_features, config.hidden_size)
        self.LayerNorm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.dropout = nn.Dropout(config.hidden_dropout_prob)

    def forward(self, hidden: Tensor, residual: Tensor) -> Tensor:
        return self.LayerNorm(self.dropout(self.dense(hidden)) + residual)


class BertAttention(nn.Module):
    """First half of a layer.

    Args:
        config: Sizes.
        kind: What is attended to: the states themselves, or those of an encoder.
    """

    def __init__(self, config: EncoderConfig, kind: type[SelfAttention] | type[CrossAttention] = SelfAttention) -> None:
        super().__init__()
        self.self = kind(config.hidden_size, config.num_attention_heads, config.attention_probs_dropout_prob)
        self.output = ResidualOutput(config.hidden_size, config)

    def forward(self, hidden: Tensor, context: AttentionContext, index: int) -> Tensor:
        return self.output(self.self(hidden, context, index), hidden)


class Intermediate(nn.Module):
    """Widening projection and activation."""

    def __init__(self, hidden_size: int, intermediate_size: int, activation: str) -> None:
        super().__init__()
        self.dense = Linear(hidden_size, intermediate_size)
        self.activation = get_activation(activation)

    def forward(self, hidden: Tensor) -> Tensor:
        return self.activation(self.dense(hidden))


class BertLayer(nn.Module):
    """Self-attention, then feed-forward, each with residual connection and norm."""

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        self.attention = BertAttention(config)
        self.intermediate = Intermediate(config.hidden_size, config.intermediate_size, config.hidden_act)
        self.output = ResidualOutput(config.intermediate_size, config)

    def forward(self, hidden: Tensor, context: AttentionContext, index: int) -> Tensor:
        hidden = self.attention(hidden, context, index)
        return self.output(self.intermediate(hidden), hidden)


class BertDecoderLayer(BertLayer):
    """The same, which looks at the states of an encoder in between."""

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__(config)
        self.crossattention = BertAttention(config, CrossAttention)

    def forward(self, hidden: Tensor, context: AttentionContext, index: int) -> Tensor:
        hidden = self.crossattention(self.attention(hidden, context, index), context, index)
        return self.output(self.intermediate(hidden), hidden)


def text_embeddings(config: EncoderConfig, padded_positions: bool) -> TextEmbeddings:
    """Return the embeddings that a config describes; `padded_positions` as in `TextEmbeddings`."""
    return TextEmbeddings(
        vocab_size=config.vocab_size,
        hidden_size=config.hidden_size,
        max_positions=config.max_position_embeddings,
        pad_token_id=config.pad_token_id,
        type_vocab_size=config.type_vocab_size,
        layer_norm_eps=config.layer_norm_eps,
        dropout=config.hidden_dropout_prob,
        padded_positions=padded_positions,
    )


class BertBackbone(TextBackbone):
    """Embeddings, encoder and, if asked for, pooler.

    Args:
        config: Sizes.
        with_pooler: Have a pooler.
        padded_positions: RoBERTa's way to count positions, see `TextEmbeddings`.
    """

    def __init__(self, config: EncoderConfig, with_pooler: bool = True, padded_positions: bool = False) -> None:
        super().__init__()
        self.embeddings = text_embeddings(config, padded_positions)
        self.encoder = Encoder(BertLayer(config) for _ in range(config.num_hidden_layers))
        self.pooler = Pooler(config.hidden_size) if with_pooler else None

    def pool(self, hidden: Tensor) -> Tensor:
        """Last hidden state (batch, length, hidden) → (batch, hidden); only with a pooler."""
        return cast("Pooler", self.pooler)(hidden)
