"""DistilBERT for sequence labelling; see `hezar_models.architectures.distilbert.config`."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from hezar_models.architectures.distilbert.config import DistilBertSequenceLabelingConfig
from hezar_models.architectures.distilbert.network import DistilBertBackbone
from hezar_models.layers.encoder import init_encoder_weights
from hezar_models.layers.linear import Linear
from hezar_models.tasks.sequence_labeling import SequenceLabelingModel
from hezar_models.weights.table import former_attributes


class DistilBertSequenceLabeling(SequenceLabelingModel):
    """DistilBERT encoder, dropout and a linear classifier of every token.

    Published weights: ``distilbert.*``, ``classifier.weight`` (labels, hidden) and ``classifier.bias``.
    """

    backbone = "distilbert"
    weight_table = former_attributes("distilbert")

    def __init__(self, config: DistilBertSequenceLabelingConfig, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        self.distilbert = DistilBertBackbone(config)
        self.dropout = nn.Dropout(config.head_dropout())
        self.classifier = Linear(config.dim, config.label_count())
        init_encoder_weights(self, config.initializer_range)

    def head(self, hidden: Tensor, token_ids: Tensor | None) -> dict[str, Any]:
        return {"logits": self.classifier(self.dropout(hidden))}
