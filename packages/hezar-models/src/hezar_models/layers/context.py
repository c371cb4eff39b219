"""What a layer is told besides its hidden states."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from torch import Tensor

from hezar_models.layers.cache import CrossMemory, KVCache
from hezar_models.layers.masks import Mask
from hezar_registry import get_logger

logger = get_logger(__name__)


@dataclass
class Collector:
    """What is collected on the way through the layers.

    Attributes:
        hidden_states: Embeddings and the output of each layer, each (batch, length, hidden); ``None`` collects none.
        attentions: Self-attention weights of each layer, each (batch, heads, queries, keys); ``None`` collects none.
        cross_attentions: The same, of the attention to an encoder's states.
        heads: The (layer, head) whose cross-attention is collected; ``None`` takes all.
    """

    hidden_states: list[Tensor] | None = None
    attentions: list[Tensor] | None = None
    cross_attentions: list[Tensor] | None = None
    heads: Collection[tuple[int, int]] | None = None

    @classmethod
    def asked(cls, hidden_states: bool, attentions: bool, attn_implementation: str) -> Collector:
        """Return the collector for what a caller of `forward` asked for."""
        if attentions and attn_implementation != "eager":
            logger.warning(
                "Attention maps were asked for, but fused attention has none, so `attentions` is empty. "
                'Load the model with attn_implementation="eager" to get them.'
            )
            return _EmptyMaps([] if hidden_states else None, [])
        return cls([] if hidden_states else None, [] if attentions else None, [] if attentions else None)

    @property
    def wants_weights(self) -> bool:
        """Whether self-attention has to give its weights."""
        return self.attentions is not None

    def wants_cross_weights(self, layer: int) -> bool:
        """Whether cross-attention of a layer has to give its weights."""
        if self.cross_attentions is None:
            return False
        return self.heads is None or any(chosen == layer for chosen, _ in self.heads)

    def add_hidden(self, hidden: Tensor) -> None:
        """Take note of a hidden state (batch, length, hidden)."""
        if self.hidden_states is not None:
            self.hidden_states.append(hidden)

    def replace_last_hidden(self, hidden: Tensor) -> None:
        """Replace the last hidden state, by its norm."""
        if self.hidden_states is not None:
            self.hidden_states[-1] = hidden

    def add_weights(self, weights: Tensor | None) -> None:
        """Take note of self-attention weights (batch, heads, queries, keys)."""
        if self.attentions is not None and weights is not None:
            self.attentions.append(weights)

    def add_cross_weights(self, layer: int, weights: Tensor | None) -> None:
        """Take note of cross-attention weights (batch, heads, queries, source), or of the chosen heads of them."""
        if self.cross_attentions is None or weights is None:
            return
        if self.heads is not None:
            weights = weights[:, [head for chosen, head in self.heads if chosen == layer]]
        self.cross_attentions.append(weights)

    def outputs(self) -> dict[str, tuple[Tensor, ...] | None]:
        """Return ``hidden_states`` and ``attentions`` for the outputs of `forward`."""
        return {
            "hidden_states": None if self.hidden_states is None else tuple(self.hidden_states),
            "attentions": None if self.attentions is None else tuple(self.attentions),
        }


class _EmptyMaps(Collector):
    """Gives empty attention maps, where there are none to be had."""

    @property
    def wants_weights(self) -> bool:
        return False


def encoder_decoder_outputs(encoder: Collector, decoder: Collector) -> dict[str, tuple[Tensor, ...]]:
    """Return what was collected in both halves of a network, for the outputs of `forward`; only what was asked for."""
    outputs: dict[str, tuple[Tensor, ...]] = {}
    if decoder.hidden_states is not None:
        outputs["encoder_hidden_states"] = tuple(encoder.hidden_states or ())
        outputs["decoder_hidden_states"] = tuple(decoder.hidden_states)
    if decoder.attentions is not None:
        outputs["encoder_attentions"] = tuple(encoder.attentions or ())
        outputs["decoder_attentions"] = tuple(decoder.attentions)
        outputs["cross_attentions"] = tuple(decoder.cross_attentions or ())
    return outputs


@dataclass
class AttentionContext:
    """What every layer of a network is told besides its hidden states, as ``layer(hidden, context, index)``.

    Attributes:
        mask: Which keys each query sees.
        bias: Added to the scores, (1 or batch, heads, queries, keys): relative positions.
        cache: Keys and values of what a decoder has read before.
        memory: Keys and values that a decoder sees of an encoder's states.
        collect: Collects hidden states and attention weights.
    """

    mask: Mask = None
    bias: Tensor | None = None
    cache: KVCache | None = None
    memory: CrossMemory | None = None
    collect: Collector = field(default_factory=Collector)
