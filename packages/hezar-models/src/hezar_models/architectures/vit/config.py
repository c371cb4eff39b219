"""Config of ViT.

Source: Dosovitskiy et al. 2020, *An Image is Worth 16x16 Words*.
"""

from __future__ import annotations

from dataclasses import dataclass

from hezar_config import ModelConfig


@dataclass
class ViTConfig(ModelConfig):
    """Vision transformer encoder."""

    name = "vit"

    hidden_size: int = 768
    num_hidden_layers: int = 12
    num_attention_heads: int = 12
    intermediate_size: int = 3072
    hidden_act: str = "gelu"
    hidden_dropout_prob: float = 0.0
    attention_probs_dropout_prob: float = 0.0
    initializer_range: float = 0.02
    layer_norm_eps: float = 1e-12
    image_size: int = 224
    patch_size: int = 16
    num_channels: int = 3
    qkv_bias: bool = True
    encoder_stride: int = 16
