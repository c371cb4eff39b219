"""RoBERTa for mask filling; see `hezar_models.architectures.roberta.config`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor, nn

from hezar_models.architectures.roberta.config import RobertaMaskFillingConfig
from hezar_models.layers.bert import BertBackbone
from hezar_models.layers.encoder import init_encoder_weights
from hezar_models.layers.linear import Linear
from hezar_models.tasks.mask_filling import MaskFillingModel
from hezar_models.weights.table import former_attributes


class RobertaHead(nn.Module):
    """Masked-language-model head. ``decoder`` is tied to the word embeddings, ``decoder.bias`` to ``bias``."""

    def __init__(self, config: RobertaMaskFillingConfig) -> None:
        super().__init__()
        self.dense = Linear(config.hidden_size, config.hidden_size)
        self.layer_norm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.decoder = Linear(config.hidden_size, config.vocab_size)
        self.bias = nn.Parameter(torch.zeros(config.vocab_size))

    def forward(self, hidden: Tensor) -> Tensor:
        # RoBERTa's head has GELU whatever the activation of the encoder.
        return self.decoder(self.layer_norm(F.gelu(self.dense(hidden))))


class _Network(nn.Module):
    """Backbone and head under their published names, ``roberta`` and ``lm_head``."""

    def __init__(self, config: RobertaMaskFillingConfig) -> None:
        super().__init__()
        self.roberta = BertBackbone(config, with_pooler=False, padded_positions=True)
        self.lm_head = RobertaHead(config)


_HEAD = "roberta_mask_filling.lm_head"


class RobertaMaskFilling(MaskFillingModel):
    """RoBERTa encoder with a masked-language-model head.

    Published weights: ``roberta_mask_filling.roberta.*`` without pooler, ``roberta_mask_filling.lm_head.*``.
    """

    backbone = "roberta_mask_filling.roberta"
    weight_table = former_attributes("roberta_mask_filling", "roberta_mlm", "roberta_lm")
    tied_weights: Mapping[str, str] = {
        f"{_HEAD}.decoder.weight": "roberta_mask_filling.roberta.embeddings.word_embeddings.weight",
        f"{_HEAD}.decoder.bias": f"{_HEAD}.bias",
    }

    def __init__(self, config: RobertaMaskFillingConfig, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        self.roberta_mask_filling = _Network(config)
        init_encoder_weights(self, config.initializer_range)
        self.tie_weights()

    def logits(self, hidden: Tensor) -> Tensor:
        return self.roberta_mask_filling.lm_head(hidden)
