"""DistilBERT for text classification; see `hezar_models.architectures.distilbert.config`."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from hezar_models.architectures.distilbert.config import DistilBertTextClassificationConfig
from hezar_models.architectures.distilbert.network import DistilBertBackbone
from hezar_models.layers.encoder import init_encoder_weights
from hezar_models.layers.linear import Linear
from hezar_models.tasks.text_classification import TextClassificationModel
from hezar_models.weights.table import former_attributes


class DistilBertTextClassification(TextClassificationModel):
    """DistilBERT encoder; dense, ReLU, dropout and a linear classifier of the first token.

    Published weights: ``distilbert.*``, ``pre_classifier`` (hidden, hidden), ``classifier`` (labels, hidden).
    """

    backbone = "distilbert"
    weight_table = former_attributes("distilbert")

    def __init__(self, config: DistilBertTextClassificationConfig, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        self.distilbert = DistilBertBackbone(config)
        self.pre_classifier = Linear(config.dim, config.dim)
        self.dropout = nn.Dropout(config.seq_classif_dropout)
        self.classifier = Linear(config.dim, config.label_count())
        init_encoder_weights(self, config.initializer_range)

    def head(self, hidden: Tensor, token_ids: Tensor | None) -> dict[str, Any]:
        return {"logits": self.classifier(self.dropout(self.pre_classifier(hidden[:, 0]).relu()))}
