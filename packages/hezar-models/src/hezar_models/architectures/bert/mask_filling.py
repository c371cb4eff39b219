"""BERT for mask filling; see `hezar_models.architectures.bert.config`."""

from __future__ import annotations

from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from hezar_models.architectures.bert.config import BertMaskFillingConfig
from hezar_models.layers.activations import get_activation
from hezar_models.layers.bert import BertBackbone, EncoderTrace, init_encoder_weights
from hezar_models.tasks.mask_filling import MaskFillingModel


class BertHeadTransform(nn.Module):
    """Dense, activation and norm in front of the decoder."""

    def __init__(self, config: BertMaskFillingConfig) -> None:
        super().__init__()
        self.dense = nn.Linear(config.hidden_size, config.hidden_size)
        self.activation = get_activation(config.hidden_act)
        self.LayerNorm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)

    def forward(self, hidden: Tensor) -> Tensor:
        return self.LayerNorm(self.activation(self.dense(hidden)))


class BertHead(nn.Module):
    """Masked-language-model head. ``decoder`` is tied to the word embeddings, ``decoder.bias`` to ``bias``."""

    def __init__(self, config: BertMaskFillingConfig) -> None:
        super().__init__()
        self.transform = BertHeadTransform(config)
        self.decoder = nn.Linear(config.hidden_size, config.vocab_size)
        self.bias = nn.Parameter(torch.zeros(config.vocab_size))

    def forward(self, hidden: Tensor) -> Tensor:
        return self.decoder(self.transform(hidden))


class _Predictions(nn.Module):
    """Holds the head under its published name, ``cls.predictions``."""

    def __init__(self, config: BertMaskFillingConfig) -> None:
        super().__init__()
        self.predictions = BertHead(config)


class _BertForMaskFilling(nn.Module):
    """Backbone and head under their published names."""

    def __init__(self, config: BertMaskFillingConfig) -> None:
        super().__init__()
        self.bert = BertBackbone(config, with_pooler=False)
        self.cls = _Predictions(config)


_HEAD = "bert_mask_filling.cls.predictions"


class BertMaskFilling(MaskFillingModel):
    """BERT encoder with a masked-language-model head."""

    backbone = "bert_mask_filling.bert"
    weight_renames = ((r"^(bert_mlm|bert_lm|model)\.", "bert_mask_filling."),)
    tied_weights: ClassVar[dict[str, str]] = {
        f"{_HEAD}.decoder.weight": "bert_mask_filling.bert.embeddings.word_embeddings.weight",
        f"{_HEAD}.decoder.bias": f"{_HEAD}.bias",
    }

    def __init__(self, config: BertMaskFillingConfig, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        self.bert_mask_filling = _BertForMaskFilling(config)
        init_encoder_weights(self, config.initializer_range)
        self.tie_weights()

    def forward(
        self,
        token_ids: Tensor,
        attention_mask: Tensor | None = None,
        token_type_ids: Tensor | None = None,
        position_ids: Tensor | None = None,
        output_attentions: bool = False,
        output_hidden_states: bool = False,
    ) -> dict[str, Any]:
        """Score every token of the vocabulary at every position; arguments as `BERT.forward`.

        Returns:
            ``logits`` (batch, length, vocabulary), ``token_ids``, ``hidden_states`` and ``attentions``.
        """
        trace = EncoderTrace.asked(output_hidden_states, output_attentions, self.attn_implementation)
        hidden = self.bert_mask_filling.bert(token_ids, attention_mask, token_type_ids, position_ids, None, trace)
        logits = self.bert_mask_filling.cls.predictions(hidden)
        return {"logits": logits, "token_ids": token_ids, **trace.outputs()}
