"""RoBERTa for sequence labelling; see `hezar_models.architectures.roberta.config`."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from hezar_models.architectures.roberta.config import RobertaSequenceLabelingConfig
from hezar_models.layers.bert import BertBackbone
from hezar_models.layers.encoder import init_encoder_weights
from hezar_models.layers.heads import DenseClassifier
from hezar_models.tasks.sequence_labeling import SequenceLabelingModel
from hezar_models.weights.table import former_attributes


class RobertaSequenceLabeling(SequenceLabelingModel):
    """RoBERTa encoder and a dense classifier of every token.

    Published weights: ``roberta.*`` without pooler, ``classifier.dense``, ``classifier.out_proj`` (labels, hidden).
    """

    backbone = "roberta"
    weight_table = former_attributes("roberta")

    def __init__(self, config: RobertaSequenceLabelingConfig, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        self.roberta = BertBackbone(config, with_pooler=False, padded_positions=True)
        self.classifier = DenseClassifier(config.hidden_size, config.label_count(), config.head_dropout())
        init_encoder_weights(self, config.initializer_range)

    def head(self, hidden: Tensor, token_ids: Tensor | None) -> dict[str, Any]:
        return {"logits": self.classifier(hidden)}
