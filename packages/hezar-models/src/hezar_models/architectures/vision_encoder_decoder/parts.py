"""The parts of image-to-text models, built from the mappings of their configs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from hezar_config import ModelConfig
from hezar_config.ranges import Deviation, Epsilon, Finite, Layers, Share, Size, Vocabulary
from hezar_models.architectures.gpt2.config import GPT2TextGenerationConfig
from hezar_models.architectures.gpt2.network import GPT2Network
from hezar_models.architectures.roberta.config import RoBERTaConfig
from hezar_models.architectures.roberta.decoder import RobertaDecoder
from hezar_models.architectures.vit.config import ViTConfig
from hezar_models.layers.beit import BeitBackbone
from hezar_models.layers.vit import ViTBackbone, init_vit_weights

PartConfig = TypeVar("PartConfig", bound=ModelConfig)


@dataclass
class BeitEncoderConfig(ModelConfig):
    """BEiT encoder; published configs may hold any of these, or none.

    Source: Bao et al. 2021, *BEiT: BERT Pre-Training of Image Transformers*.
    """

    name = "beit_roberta_encoder"

    vocab_size: Vocabulary = 8192
    hidden_size: Size = 768
    num_hidden_layers: Layers = 12
    num_attention_heads: Size = 12
    intermediate_size: Size = 3072
    hidden_act: str = "gelu"
    hidden_dropout_prob: Share = 0.0
    attention_probs_dropout_prob: Share = 0.0
    initializer_range: Deviation = 0.02
    layer_norm_eps: Epsilon = 1e-12
    image_size: Size = 224
    patch_size: Size = 16
    num_channels: Size = 3
    use_mask_token: bool = False
    use_absolute_position_embeddings: bool = False
    use_relative_position_bias: bool = False
    use_shared_relative_position_bias: bool = False
    layer_scale_init_value: Finite = 0.1
    drop_path_rate: Share = 0.1
    use_mean_pooling: bool = True


@dataclass
class RobertaDecoderConfig(RoBERTaConfig):
    """RoBERTa as a decoder; what says that it is one changes nothing here."""

    name = "roberta_decoder"

    is_decoder: bool = True
    add_cross_attention: bool = True
    classifier_dropout: Share | None = None


def vit_encoder(values: Mapping[str, Any]) -> ViTBackbone:
    """Return a ViT with random weights."""
    config = _config(ViTConfig, "encoder", values)
    encoder = ViTBackbone(config)
    init_vit_weights(encoder, config.initializer_range)
    return encoder


def beit_encoder(values: Mapping[str, Any]) -> BeitBackbone:
    """Return a BEiT with random weights."""
    return BeitBackbone(_config(BeitEncoderConfig, "encoder", values))


def roberta_decoder(values: Mapping[str, Any]) -> RobertaDecoder:
    """Return a RoBERTa decoder with random weights."""
    return RobertaDecoder(_config(RobertaDecoderConfig, "decoder", values))


def gpt2_decoder(values: Mapping[str, Any]) -> GPT2Network:
    """Return a GPT-2 that looks at an encoder's states, with random weights."""
    return GPT2Network(_config(GPT2TextGenerationConfig, "decoder", {**values, "add_cross_attention": True}))


def _config(config_class: type[PartConfig], part: str, values: Mapping[str, Any]) -> PartConfig:
    """Return the config of a part.

    Raises:
        ConfigValidationError: A value has the wrong type.
    """
    return config_class.from_dict(values, source=f"`{part}` of the model's config")
