"""RoBERTa for text classification; see `hezar_models.architectures.roberta.config`."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from hezar_models.architectures.roberta.config import RobertaTextClassificationConfig
from hezar_models.layers.bert import BertBackbone
from hezar_models.layers.encoder import init_encoder_weights
from hezar_models.layers.heads import DenseClassifier
from hezar_models.tasks.text_classification import TextClassificationModel
from hezar_models.weights.table import former_attributes


class RobertaTextClassification(TextClassificationModel):
    """RoBERTa encoder and a dense classifier of the first token.

    Published weights: ``roberta.*`` without pooler, ``classifier.dense``, ``classifier.out_proj`` (labels, hidden).
    """

    backbone = "roberta"
    weight_table = former_attributes("roberta")

    def __init__(self, config: RobertaTextClassificationConfig, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        self.roberta = BertBackbone(config, with_pooler=False, padded_positions=True)
        self.classifier = DenseClassifier(config.hidden_size, config.label_count(), config.head_dropout())
        init_encoder_weights(self, config.initializer_range)

    def head(self, hidden: Tensor, token_ids: Tensor | None) -> dict[str, Any]:
        return {"logits": self.classifier(hidden[:, 0])}
