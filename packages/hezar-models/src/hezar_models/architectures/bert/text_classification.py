"""BERT for text classification; see `hezar_models.architectures.bert.config`."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from hezar_models.architectures.bert.config import BertTextClassificationConfig
from hezar_models.layers.bert import BertBackbone, EncoderTrace, init_encoder_weights
from hezar_models.tasks.text_classification import TextClassificationModel


class BertTextClassification(TextClassificationModel):
    """BERT encoder, pooler, dropout and a linear classifier.

    Published weights: ``bert.*`` with pooler, ``classifier.weight`` (labels, hidden) and ``classifier.bias``.

    Example:
        >>> model = build_model("bert_text_classification", id2label={0: "negative", 1: "positive"})
    """

    backbone = "bert"
    weight_renames = ((r"^model\.bert\.", "bert."), (r"^model\.", "bert."))

    def __init__(self, config: BertTextClassificationConfig, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        dropout = config.classifier_dropout if config.classifier_dropout is not None else config.hidden_dropout_prob
        self.bert = BertBackbone(config)
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(config.hidden_size, config.label_count())
        init_encoder_weights(self, config.initializer_range)

    def forward(
        self,
        token_ids: Tensor | None = None,
        attention_mask: Tensor | None = None,
        token_type_ids: Tensor | None = None,
        position_ids: Tensor | None = None,
        inputs_embeds: Tensor | None = None,
        output_attentions: bool = False,
        output_hidden_states: bool = False,
    ) -> dict[str, Any]:
        """Classify a batch; arguments as `BERT.forward`.

        `token_type_ids` are accepted and not used: every published model was trained without them.

        Returns:
            ``logits`` (batch, labels), ``hidden_states`` and ``attentions``.
        """
        trace = EncoderTrace.asked(output_hidden_states, output_attentions, self.attn_implementation)
        hidden = self.bert(token_ids, attention_mask, None, position_ids, inputs_embeds, trace)
        return {"logits": self.classifier(self.dropout(self.bert.pool(hidden))), **trace.outputs()}
