"""RoBERTa as a decoder that looks at the states of an encoder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, cast

import torch
from torch import Tensor, nn

from hezar_models.architectures.roberta.config import RoBERTaConfig
from hezar_models.architectures.roberta.head import RobertaHead
from hezar_models.layers.bert import BertAttention, BertDecoderLayer, text_embeddings
from hezar_models.layers.cache import CrossMemory, KVCache
from hezar_models.layers.context import AttentionContext
from hezar_models.layers.decoder import CrossAttention, TextDecoder, memory_of
from hezar_models.layers.encoder import Encoder, init_encoder_weights, step_through


class RobertaLayers(nn.Module):
    """Embeddings and layers."""

    def __init__(self, config: RoBERTaConfig) -> None:
        super().__init__()
        self.embeddings = text_embeddings(config, padded_positions=True)
        self.encoder = Encoder(BertDecoderLayer(config) for _ in range(config.num_hidden_layers))

    def forward(self, token_ids: Tensor | None, context: AttentionContext, inputs_embeds: Tensor | None) -> Tensor:
        """See `TextDecoder`."""
        positions = None
        if token_ids is not None and context.cache is not None:
            positions = self._positions_after(context.cache.offset, token_ids)
        hidden = self.embeddings(token_ids, position_ids=positions, inputs_embeds=inputs_embeds)
        return step_through(self.encoder.layer, hidden, context)

    def _positions_after(self, offset: int | Tensor, token_ids: Tensor) -> Tensor:
        """Return the positions of tokens that follow others: their places, which padding tokens take up too.

        When all tokens are read at once, padding takes up none. The two differ in a row that begins with a padding token,
        as some published models do: they learned the one, and generate with the other.
        """
        pad = self.embeddings.pad_token_id
        places = torch.arange(1, token_ids.shape[1] + 1, device=token_ids.device)
        places = places + (offset if isinstance(offset, int) else offset[:, None])
        positions = torch.where(token_ids == pad, pad, places + pad)
        # What fills up a row may lie after its last position; nobody sees it.
        return positions.clamp_max(self.embeddings.position_embeddings.num_embeddings - 1)


class RobertaDecoder(TextDecoder):
    """Layers and head under their published names, ``roberta`` and ``lm_head``; word embeddings and head are tied."""

    tied_weights: ClassVar[Mapping[str, str]] = {
        "lm_head.decoder.weight": "roberta.embeddings.word_embeddings.weight",
        "lm_head.decoder.bias": "lm_head.bias",
    }

    def __init__(self, config: RoBERTaConfig) -> None:
        super().__init__()
        self.config = config
        self.roberta = RobertaLayers(config)
        self.lm_head = RobertaHead(config)
        self.hidden_size = config.hidden_size
        self.max_positions = self.roberta.embeddings.max_length
        init_encoder_weights(self, config.initializer_range)

    def forward(
        self, token_ids: Tensor | None, context: AttentionContext, inputs_embeds: Tensor | None = None
    ) -> Tensor:
        return self.roberta(token_ids, context, inputs_embeds)

    def logits(self, hidden: Tensor) -> Tensor:
        return self.lm_head(hidden)

    def memory_of(self, states: Tensor) -> CrossMemory:
        attentions = (cast("BertAttention", layer.crossattention).self for layer in self.roberta.encoder.layer)
        return memory_of((cast("CrossAttention", attention) for attention in attentions), states)

    def new_cache(self, rows: int, capacity: int, *, static: bool = False) -> KVCache:
        weight = self.lm_head.dense.weight
        heads = self.config.num_attention_heads
        return KVCache(
            self.config.num_hidden_layers,
            rows,
            heads,
            min(capacity, self.max_positions),
            self.hidden_size // heads,
            dtype=weight.dtype,
            device=weight.device,
            static=static,
        )
