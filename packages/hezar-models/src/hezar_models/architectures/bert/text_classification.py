"""BERT for text classification; see `hezar_models.architectures.bert.config`."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from hezar_models.architectures.bert.config import BertTextClassificationConfig
from hezar_models.layers.bert import BertBackbone
from hezar_models.layers.encoder import init_encoder_weights
from hezar_models.layers.linear import Linear
from hezar_models.tasks.text_classification import TextClassificationModel
from hezar_models.weights.table import former_attributes


class BertTextClassification(TextClassificationModel):
    """BERT encoder, pooler, dropout and a linear classifier.

    Published weights: ``bert.*`` with pooler, ``classifier.weight`` (labels, hidden) and ``classifier.bias``.

    Example:
        >>> model = build_model("bert_text_classification", id2label={0: "negative", 1: "positive"})
    """

    backbone = "bert"
    uses_token_types = False
    weight_table = former_attributes("bert")

    def __init__(self, config: BertTextClassificationConfig, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        self.bert = BertBackbone(config)
        self.dropout = nn.Dropout(config.head_dropout())
        self.classifier = Linear(config.hidden_size, config.label_count())
        init_encoder_weights(self, config.initializer_range)

    def head(self, hidden: Tensor, token_ids: Tensor | None) -> dict[str, Any]:
        return {"logits": self.classifier(self.dropout(self.bert.pool(hidden)))}
