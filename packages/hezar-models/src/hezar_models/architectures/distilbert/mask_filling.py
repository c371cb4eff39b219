"""DistilBERT for mask filling; see `hezar_models.architectures.distilbert.config`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn

from hezar_models.architectures.distilbert.config import DistilBertMaskFillingConfig
from hezar_models.architectures.distilbert.network import LAYER_NORM_EPS, DistilBertBackbone
from hezar_models.layers.activations import get_activation
from hezar_models.layers.encoder import init_encoder_weights
from hezar_models.layers.linear import Linear
from hezar_models.tasks.mask_filling import MaskFillingModel
from hezar_models.weights.table import former_attributes


class _Network(nn.Module):
    """Backbone and masked-language-model head under their published names."""

    def __init__(self, config: DistilBertMaskFillingConfig) -> None:
        super().__init__()
        self.distilbert = DistilBertBackbone(config)
        self.activation = get_activation(config.activation)
        self.vocab_transform = Linear(config.dim, config.dim)
        self.vocab_layer_norm = nn.LayerNorm(config.dim, eps=LAYER_NORM_EPS)
        self.vocab_projector = Linear(config.dim, config.vocab_size)

    def logits(self, hidden: Tensor) -> Tensor:
        return self.vocab_projector(self.vocab_layer_norm(self.activation(self.vocab_transform(hidden))))


class DistilBertMaskFilling(MaskFillingModel):
    """DistilBERT encoder with a masked-language-model head.

    Published weights: ``distilbert_mask_filling.distilbert.*``, ``distilbert_mask_filling.vocab_*``.
    """

    backbone = "distilbert_mask_filling.distilbert"
    weight_table = former_attributes("distilbert_mask_filling", "distilbert_mlm", "distilbert_lm")
    tied_weights: Mapping[str, str] = {
        "distilbert_mask_filling.vocab_projector.weight": (
            "distilbert_mask_filling.distilbert.embeddings.word_embeddings.weight"
        ),
    }

    def __init__(self, config: DistilBertMaskFillingConfig, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        self.distilbert_mask_filling = _Network(config)
        init_encoder_weights(self, config.initializer_range)
        self.tie_weights()

    def logits(self, hidden: Tensor) -> Tensor:
        return self.distilbert_mask_filling.logits(hidden)
