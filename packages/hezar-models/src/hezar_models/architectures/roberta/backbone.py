"""RoBERTa encoder; see `hezar_models.architectures.roberta.config`."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from hezar_models.architectures.roberta.config import RoBERTaConfig
from hezar_models.layers.bert import BertBackbone
from hezar_models.layers.encoder import init_encoder_weights
from hezar_models.tasks.backbone import TextBackboneModel
from hezar_models.weights.table import former_attributes


class RoBERTa(TextBackboneModel):
    """RoBERTa encoder with pooler: BERT's network, whose positions count real tokens only.

    Published weights: ``roberta.embeddings.*``, ``roberta.encoder.layer.N.*``, ``roberta.pooler.dense``.
    """

    backbone = "roberta"
    weight_table = former_attributes("roberta", "roberta_lm")

    def __init__(self, config: RoBERTaConfig, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        self.roberta = BertBackbone(config, padded_positions=True)
        init_encoder_weights(self, config.initializer_range)

    def head(self, hidden: Tensor, token_ids: Tensor | None) -> dict[str, Any]:
        return {"last_hidden_state": hidden, "pooler_output": self.roberta.pool(hidden)}
