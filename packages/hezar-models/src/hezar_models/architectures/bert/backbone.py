"""BERT encoder; see `hezar_models.architectures.bert.config`."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from hezar_models.architectures.bert.config import BERTConfig
from hezar_models.layers.bert import BertBackbone
from hezar_models.layers.encoder import init_encoder_weights
from hezar_models.tasks.backbone import TextBackboneModel
from hezar_models.weights.table import former_attributes


class BERT(TextBackboneModel):
    """BERT encoder with pooler.

    Published weights: ``bert.embeddings.*``, ``bert.encoder.layer.N.*``, ``bert.pooler.dense``.

    Example:
        >>> model = BERT(BERTConfig(vocab_size=100, hidden_size=32, num_hidden_layers=2, num_attention_heads=2))
        >>> model(token_ids=torch.tensor([[2, 5, 3]]))["last_hidden_state"].shape
        torch.Size([1, 3, 32])
    """

    backbone = "bert"
    normalize_text = False
    weight_table = former_attributes("bert", "bert_lm")

    def __init__(self, config: BERTConfig, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        self.bert = BertBackbone(config)
        init_encoder_weights(self, config.initializer_range)

    def head(self, hidden: Tensor, token_ids: Tensor | None) -> dict[str, Any]:
        return {"last_hidden_state": hidden, "pooler_output": self.bert.pool(hidden)}
