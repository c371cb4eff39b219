"""RoBERTa for mask filling; see `hezar_models.architectures.roberta.config`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn

from hezar_models.architectures.roberta.config import RobertaMaskFillingConfig
from hezar_models.architectures.roberta.head import RobertaHead
from hezar_models.layers.bert import BertBackbone
from hezar_models.layers.encoder import init_encoder_weights
from hezar_models.tasks.mask_filling import MaskFillingModel
from hezar_models.weights.table import former_attributes


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
