"""BERT for mask filling; see `hezar_models.architectures.bert.config`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from hezar_models.architectures.bert.config import BertMaskFillingConfig
from hezar_models.layers.activations import get_activation
from hezar_models.layers.bert import BertBackbone
from hezar_models.layers.encoder import init_encoder_weights
from hezar_models.layers.linear import Linear
from hezar_models.tasks.mask_filling import MaskFillingModel
from hezar_models.weights.table import former_attributes


class BertHeadTransform(nn.Module):
    """Dense, activation and norm in front of the decoder."""

    def __init__(self, config: BertMaskFillingConfig) -> None:
        super().__init__()
        self.dense = Linear(config.hidden_size, config.hidden_size)
        self.activation = get_activation(config.hidden_act)
        self.LayerNorm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)

    def forward(self, hidden: Tensor) -> Tensor:
        return self.LayerNorm(self.activation(self.dense(hidden)))


class BertHead(nn.Module):
    """Masked-language-model head. ``decoder`` is tied to the word embeddings, ``decoder.bias`` to ``bias``."""

    def __init__(self, config: BertMaskFillingConfig) -> None:
        super().__init__()
        self.transform = BertHeadTransform(config)
        self.decoder = Linear(config.hidden_size, config.vocab_size)
        self.bias = nn.Parameter(torch.zeros(config.vocab_size))

    def forward(self, hidden: Tensor) -> Tensor:
        return self.decoder(self.transform(hidden))


class _Network(nn.Module):
    """Backbone and head under their published names, ``bert`` and ``cls.predictions``."""

    def __init__(self, config: BertMaskFillingConfig) -> None:
        super().__init__()
        self.bert = BertBackbone(config, with_pooler=False)
        self.cls = nn.ModuleDict({"predictions": BertHead(config)})


_HEAD = "bert_mask_filling.cls.predictions"


class BertMaskFilling(MaskFillingModel):
    """BERT encoder with a masked-language-model head.

    Published weights: ``bert_mask_filling.bert.*`` without pooler, ``bert_mask_filling.cls.predictions.*``.
    """

    backbone = "bert_mask_filling.bert"
    weight_table = former_attributes("bert_mask_filling", "bert_mlm", "bert_lm")
    tied_weights: Mapping[str, str] = {
        f"{_HEAD}.decoder.weight": "bert_mask_filling.bert.embeddings.word_embeddings.weight",
        f"{_HEAD}.decoder.bias": f"{_HEAD}.bias",
    }

    def __init__(self, config: BertMaskFillingConfig, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        self.bert_mask_filling = _Network(config)
        init_encoder_weights(self, config.initializer_range)
        self.tie_weights()

    def logits(self, hidden: Tensor) -> Tensor:
        return self.bert_mask_filling.cls["predictions"](hidden)
