"""BERT encoder; see `hezar_models.architectures.bert.config`."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from hezar_models.architectures.bert.config import BERTConfig
from hezar_models.layers.bert import BertBackbone, EncoderTrace, init_encoder_weights
from hezar_models.tasks.backbone import TextBackboneModel


class BERT(TextBackboneModel):
    """BERT encoder with pooler.

    Example:
        >>> model = BERT(BERTConfig(vocab_size=100, hidden_size=32, num_hidden_layers=2, num_attention_heads=2))
        >>> model(token_ids=torch.tensor([[2, 5, 3]]))["last_hidden_state"].shape
        torch.Size([1, 3, 32])
    """

    backbone = "bert"
    normalize_text = False
    weight_renames = ((r"^model\.", "bert."), (r"^bert_lm\.", "bert."))

    def __init__(self, config: BERTConfig, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        self.bert = BertBackbone(config)
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
        """Encode a batch.

        Args:
            token_ids: (batch, length), int64.
            attention_mask: (batch, length), 1 for tokens and 0 for padding.
            token_type_ids: (batch, length); default 0.
            position_ids: (batch, length); default 0, 1, 2, …
            inputs_embeds: (batch, length, hidden), in place of `token_ids`.
            output_attentions: Return attention maps; needs ``attn_implementation="eager"``.
            output_hidden_states: Return the hidden states of all layers.

        Returns:
            ``last_hidden_state`` (batch, length, hidden), ``pooler_output`` (batch, hidden), ``hidden_states`` (tuple
            of layers + 1) and ``attentions`` (tuple of layers), the last two ``None`` unless asked for.
        """
        trace = EncoderTrace.asked(output_hidden_states, output_attentions, self.attn_implementation)
        hidden = self.bert(token_ids, attention_mask, token_type_ids, position_ids, inputs_embeds, trace)
        return {"last_hidden_state": hidden, "pooler_output": self.bert.pool(hidden), **trace.outputs()}
