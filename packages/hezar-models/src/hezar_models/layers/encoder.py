"""What all transformer encoders share: self-attention and the walk through the layers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from torch import Tensor, nn

from hezar_models.layers.attention import attend, check_heads, merge_heads, split_heads
from hezar_models.layers.context import AttentionContext, Collector
from hezar_models.layers.embeddings import TextEmbeddings
from hezar_models.layers.linear import Linear, project
from hezar_models.layers.masks import padding_mask
from hezar_models.layers.packing import Packing


class Attention(nn.Module):
    """The projections of one layer to queries, keys and values.

    Args:
        hidden_size: Width of the hidden states.
        num_heads: Number of heads; divides `hidden_size`.
        dropout: Dropout of attention weights, in training.
        names: Published names of the projections to queries, keys and values.
        bias: Whether the projections have a bias: all or none, or each of the three.
    """

    def __init__(
        self,
        hidden_size: int,
        num_heads: int,
        dropout: float,
        names: tuple[str, str, str] = ("query", "key", "value"),
        bias: bool | tuple[bool, bool, bool] = True,
    ) -> None:
        super().__init__()
        check_heads(hidden_size, num_heads)
        self.num_heads = num_heads
        self.attention_dropout = dropout
        self.projections = names
        for name, biased in zip(names, (bias,) * 3 if isinstance(bias, bool) else bias, strict=True):
            self.add_module(name, Linear(hidden_size, hidden_size, bias=biased))

    def project_heads(self, names: Sequence[str], hidden: Tensor) -> list[Tensor]:
        """(batch, length, hidden) → (batch, heads, length, head size) of each projection that is named."""
        projected = project([getattr(self, name) for name in names], hidden)
        return [split_heads(part, self.num_heads) for part in projected]


class SelfAttention(Attention):
    """Attention between the states of one row: of an encoder, or of a decoder with its cache."""

    def forward(self, hidden: Tensor, context: AttentionContext, index: int) -> Tensor:
        """(batch, length, hidden) → the same."""
        query, key, value = self.project_heads(self.projections, hidden)
        if context.cache is not None:
            key, value = context.cache.append(index, key, value)
        attended, weights = attend(
            query,
            key,
            value,
            context.mask,
            bias=context.bias,
            dropout=self.attention_dropout if self.training else 0.0,
            need_weights=context.collect.wants_weights,
        )
        context.collect.add_weights(weights)
        return merge_heads(attended)


class Encoder(nn.Module):
    """The stack of layers; each is called as ``layer(hidden, context, index)`` and gives hidden states."""

    def __init__(self, layers: Iterable[nn.Module]) -> None:
        super().__init__()
        self.layer = nn.ModuleList(layers)

    def forward(self, hidden: Tensor, attention_mask: Tensor | None, collect: Collector) -> Tensor:
        """(batch, length, hidden) → the same; see `walk`."""
        return walk(self.layer, hidden, attention_mask, collect)


def walk(
    layers: Iterable[nn.Module],
    hidden: Tensor,
    attention_mask: Tensor | None,
    collect: Collector,
    bias: Tensor | None = None,
) -> Tensor:
    """Walk through the layers of an encoder, each called as ``layer(hidden, context, index)``.

    Args:
        layers: The layers.
        hidden: Embeddings (batch, length, hidden).
        attention_mask: (batch, length), 1 for tokens and 0 for padding; ``None`` when nothing is padded.
        collect: Collects hidden states and attention weights.
        bias: Added to the scores of attention, (1, heads, length, length).

    Returns:
        The output of the last layer (batch, length, hidden).
    """
    packing = None if collect.wants_weights else Packing.of(attention_mask)
    if packing is not None:
        return _walk_packed(layers, hidden, packing, collect, bias)
    return step_through(layers, hidden, AttentionContext(padding_mask(attention_mask), bias, collect=collect))


def step_through(layers: Iterable[nn.Module], hidden: Tensor, context: AttentionContext) -> Tensor:
    """(batch, length, hidden) → the same, after all layers; embeddings and the output of each layer are collected."""
    context.collect.add_hidden(hidden)
    for index, layer in enumerate(layers):
        hidden = layer(hidden, context, index)
        context.collect.add_hidden(hidden)
    return hidden


def _walk_packed(
    layers: Iterable[nn.Module], hidden: Tensor, packing: Packing, collect: Collector, bias: Tensor | None
) -> Tensor:
    """Do the same without computing the padding, whose outputs are zero."""
    hidden = packing.pack(hidden)
    context = AttentionContext(packing, bias)
    for index, layer in enumerate(layers):
        if collect.hidden_states is not None:
            collect.add_hidden(packing.unpack(hidden))
        hidden = layer(hidden, context, index)
    hidden = packing.unpack(hidden)
    collect.add_hidden(hidden)
    return hidden


class TextBackbone(nn.Module):
    """Embeddings of tokens and the encoder after them.

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
        collect: Collector | None = None,
    ) -> Tensor:
        """(batch, length) token ids → last hidden state (batch, length, hidden)."""
        hidden = self.embeddings(token_ids, token_type_ids, position_ids, inputs_embeds)
        return self.get_submodule(self.encoder_name)(hidden, attention_mask, collect or Collector())


class Pooler(nn.Module):
    """tanh(dense(first token))."""

    def __init__(self, hidden_size: int) -> None:
        super().__init__()
        self.dense = Linear(hidden_size, hidden_size)

    def forward(self, hidden: Tensor) -> Tensor:
        """(batch, length, hidden) → (batch, hidden)."""
        return self.dense(hidden[:, 0]).tanh()


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
