"""What all transformer encoders share: self-attention, the walk through the layers, and what is collected on the way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn

from hezar_models.layers.attention import attend, check_heads, merge_heads, split_heads
from hezar_models.layers.embeddings import TextEmbeddings
from hezar_models.layers.linear import Linear
from hezar_models.layers.packing import AttentionMask, Packing
from hezar_registry import get_logger

logger = get_logger(__name__)


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


class SelfAttention(nn.Module):
    """Queries, keys and values of one layer, and the attention between them.

    Args:
        hidden_size: Width of the hidden states.
        num_heads: Number of heads; divides `hidden_size`.
        dropout: Dropout of attention weights, in training.
        names: Published names of the projections to queries, keys and values.
        bias: Whether the projections have a bias.
    """

    def __init__(
        self,
        hidden_size: int,
        num_heads: int,
        dropout: float,
        names: tuple[str, str, str] = ("query", "key", "value"),
        bias: bool = True,
    ) -> None:
        super().__init__()
        check_heads(hidden_size, num_heads)
        self.num_heads = num_heads
        self.attention_dropout = dropout
        self.projections = names
        for name in names:
            self.add_module(name, Linear(hidden_size, hidden_size, bias=bias))

    def forward(self, hidden: Tensor, mask: AttentionMask, need_weights: bool) -> tuple[Tensor, Tensor | None]:
        """(batch, length, hidden) → the same, and the weights (batch, heads, length, length) or ``None``."""
        query, key, value = (split_heads(self.get_submodule(name)(hidden), self.num_heads) for name in self.projections)
        dropout = self.attention_dropout if self.training else 0.0
        context, weights = attend(query, key, value, mask, dropout, need_weights)
        return merge_heads(context), weights


class Encoder(nn.Module):
    """The stack of layers; each is called as ``layer(hidden, mask, need_weights)`` and gives hidden states and weights."""

    def __init__(self, layers: Iterable[nn.Module]) -> None:
        super().__init__()
        self.layer = nn.ModuleList(layers)

    def forward(self, hidden: Tensor, attention_mask: Tensor | None, trace: EncoderTrace) -> Tensor:
        """Walk through the layers.

        Args:
            hidden: Embeddings (batch, length, hidden).
            attention_mask: (batch, length), 1 for tokens and 0 for padding; ``None`` when nothing is padded.
            trace: Collects hidden states and attention weights.

        Returns:
            The output of the last layer (batch, length, hidden).
        """
        packing = None if trace.need_weights else Packing.of(attention_mask)
        if packing is not None:
            return self._packed(hidden, packing, trace)
        mask = padding_mask(attention_mask)
        trace.add(hidden)
        for layer in self.layer:
            hidden, weights = layer(hidden, mask, trace.need_weights)
            trace.add(hidden, weights)
        return hidden

    def _packed(self, hidden: Tensor, packing: Packing, trace: EncoderTrace) -> Tensor:
        """Do the same without computing the padding, whose outputs are zero."""
        hidden = packing.pack(hidden)
        for layer in self.layer:
            if trace.hidden_states is not None:
                trace.add(packing.unpack(hidden))
            hidden, _ = layer(hidden, packing, False)
        hidden = packing.unpack(hidden)
        trace.add(hidden)
        return hidden


class TextBackbone(nn.Module):
    """Embeddings of tokens and the encoder behind them.

    A subclass builds both under their published names.

    Attributes:
        embeddings: The embeddings.
        encoder_name: Attribute of the `Encoder`.
    """

    embeddings: TextEmbeddings
    encoder_name: ClassVar[str] = "encoder"

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
        return self.get_submodule(self.encoder_name)(hidden, attention_mask, trace or EncoderTrace())


class Pooler(nn.Module):
    """tanh(dense(first token))."""

    def __init__(self, hidden_size: int) -> None:
        super().__init__()
        self.dense = Linear(hidden_size, hidden_size)

    def forward(self, hidden: Tensor) -> Tensor:
        """(batch, length, hidden) → (batch, hidden)."""
        return self.dense(hidden[:, 0]).tanh()


def padding_mask(attention_mask: Tensor | None) -> Tensor | None:
    """(batch, length) of ones and zeros → boolean (batch, 1, 1, length), or ``None`` when nothing is padded."""
    if attention_mask is None:
        return None
    # Looking at the values is free on a CPU; it would make a GPU wait, and the compiler cut its graph.
    if attention_mask.device.type == "cpu" and not torch.compiler.is_compiling() and bool(attention_mask.all()):
        return None
    return attention_mask.bool()[:, None, None, :]


def init_encoder_weights(module: nn.Module, std: float) -> None:
    """Draw the random weights of a new model: normal matrices, zero biases, zero padding row, identity norms."""
    for part in module.modules():
        if not isinstance(part, (nn.Linear, nn.Embedding, nn.Conv2d)) or part.weight.is_meta:
            continue  # on the meta device there is no memory to fill
        nn.init.normal_(part.weight, std=std)
        if isinstance(part, nn.Embedding):
            if part.padding_idx is not None:
                nn.init.zeros_(part.weight[part.padding_idx])
        elif part.bias is not None:
            nn.init.zeros_(part.bias)
