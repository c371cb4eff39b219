"""Config of ViT.

Source: Dosovitskiy et al. 2020, *An Image is Worth 16x16 Words*.
"""

from __future__ import annotations

from dataclasses import dataclass

from hezar_config import ModelConfig
from hezar_config.ranges import Deviation, Epsilon, Layers, Share, Size


@dataclass
class ViTConfig(ModelConfig):
    """Vision transformer encoder."""

    name = "vit"

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
    qkv_bias: bool = True
    encoder_stride: Size = 16
