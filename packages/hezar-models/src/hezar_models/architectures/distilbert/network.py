"""The network of DistilBERT: BERT's layer under other names, without token types and pooler."""

from __future__ import annotations

from torch import Tensor, nn

from hezar_models.architectures.distilbert.config import DistilBERTConfig
from hezar_models.layers.activations import get_activation
from hezar_models.layers.context import AttentionContext
from hezar_models.layers.embeddings import TextEmbeddings
from hezar_models.layers.encoder import Encoder, SelfAttention, TextBackbone
from hezar_models.layers.linear import Linear

#: Of every layer norm; the config has no field for it.
LAYER_NORM_EPS = 1e-12


class DistilBertAttention(SelfAttention):
    """Self-attention with its output projection."""

    def __init__(self, config: DistilBERTConfig) -> None:
        super().__init__(config.dim, config.n_heads, config.attention_dropout, names=("q_lin", "k_lin", "v_lin"))
        self.out_lin = Linear(config.dim, config.dim)

    def forward(self, hidden: Tensor, context: AttentionContext, index: int) -> Tensor:
        return self.out_lin(super().forward(hidden, context, index))


class FeedForward(nn.Module):
    """Widening projection, activation, projection back, dropout."""

    def __init__(self, config: DistilBERTConfig) -> None:
        super().__init__()
        self.lin1 = Linear(config.dim, config.hidden_dim)
        self.activation = get_activation(config.activation)
        self.lin2 = Linear(config.hidden_dim, config.dim)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, hidden: Tensor) -> Tensor:
        return self.dropout(self.lin2(self.activation(self.lin1(hidden))))


class DistilBertLayer(nn.Module):
    """Self-attention, then feed-forward, each with residual connection and norm."""

    def __init__(self, config: DistilBERTConfig) -> None:
        super().__init__()
        self.attention = DistilBertAttention(config)
        self.sa_layer_norm = nn.LayerNorm(config.dim, eps=LAYER_NORM_EPS)
        self.ffn = FeedForward(config)
        self.output_layer_norm = nn.LayerNorm(config.dim, eps=LAYER_NORM_EPS)

    def forward(self, hidden: Tensor, context: AttentionContext, index: int) -> Tensor:
        hidden = self.sa_layer_norm(self.attention(hidden, context, index) + hidden)
        return self.output_layer_norm(self.ffn(hidden) + hidden)


class DistilBertBackbone(TextBackbone):
    """Embeddings and encoder."""

    encoder_name = "transformer"

    def __init__(self, config: DistilBERTConfig) -> None:
        super().__init__()
        self.embeddings = TextEmbeddings(
            vocab_size=config.vocab_size,
            hidden_size=config.dim,
            max_positions=config.max_position_embeddings,
            pad_token_id=config.pad_token_id,
            type_vocab_size=0,
            layer_norm_eps=LAYER_NORM_EPS,
            dropout=config.dropout,
        )
        self.transformer = Encoder(DistilBertLayer(config) for _ in range(config.n_layers))
