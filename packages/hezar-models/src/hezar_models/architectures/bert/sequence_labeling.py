"""BERT for sequence labelling; see `hezar_models.architectures.bert.config`."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from hezar_models.architectures.bert.config import BertSequenceLabelingConfig
from hezar_models.layers.bert import BertBackbone
from hezar_models.layers.encoder import init_encoder_weights
from hezar_models.layers.linear import Linear
from hezar_models.tasks.sequence_labeling import SequenceLabelingModel
from hezar_models.weights.table import former_attributes


class BertSequenceLabeling(SequenceLabelingModel):
    """BERT encoder, dropout and a linear classifier of every token.

    Published weights: ``bert.*`` with a pooler that is not used, ``classifier.weight`` (labels, hidden) and
    ``classifier.bias``.
    """

    backbone = "bert"
    weight_table = former_attributes("bert")

    def __init__(self, config: BertSequenceLabelingConfig, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        self.bert = BertBackbone(config)
        self.dropout = nn.Dropout(config.head_dropout())
        self.classifier = Linear(config.hidden_size, config.label_count())
        init_encoder_weights(self, config.initializer_range)

    def head(self, hidden: Tensor, token_ids: Tensor | None) -> dict[str, Any]:
        return {"logits": self.classifier(self.dropout(hidden))}
