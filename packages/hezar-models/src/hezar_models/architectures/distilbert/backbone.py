"""DistilBERT encoder; see `hezar_models.architectures.distilbert.config`."""

from __future__ import annotations

from typing import Any

from hezar_models.architectures.distilbert.config import DistilBERTConfig
from hezar_models.architectures.distilbert.network import DistilBertBackbone
from hezar_models.layers.encoder import init_encoder_weights
from hezar_models.tasks.backbone import TextBackboneModel
from hezar_models.weights.table import former_attributes


class DistilBERT(TextBackboneModel):
    """DistilBERT encoder.

    Published weights: ``distilbert.embeddings.*``, ``distilbert.transformer.layer.N.*``.
    """

    backbone = "distilbert"
    weight_table = former_attributes("distilbert", "distilbert_lm")

    def __init__(self, config: DistilBERTConfig, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        self.distilbert = DistilBertBackbone(config)
        init_encoder_weights(self, config.initializer_range)
