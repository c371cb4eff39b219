"""Config of T5.

Source: Raffel et al. 2019, *Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer*.
"""

from __future__ import annotations

from dataclasses import dataclass

from hezar_config import ModelConfig
from hezar_config.ranges import Count, Deviation, Epsilon, Layers, Share, Size, TokenId, Vocabulary


@dataclass
class T5TextGenerationConfig(ModelConfig):
    """T5 that generates text."""

    name = "t5_text_generation"

    vocab_size: Vocabulary = 32103
    d_model: Size = 768
    d_kv: Size = 64
    d_ff: Size = 2048
    num_layers: Layers = 12
    num_decoder_layers: Layers = 12
    num_heads: Size = 12
    relative_attention_num_buckets: Size = 32
    relative_attention_max_distance: Size = 128
    dropout_rate: Share = 0.1
    layer_norm_epsilon: Epsilon = 1e-06
    initializer_factor: Deviation = 1.0
    feed_forward_proj: str = "gated-gelu"
    is_encoder_decoder: bool = True
    tie_word_embeddings: bool = False
    use_cache: bool = True
    pad_token_id: TokenId = 0
    decoder_start_token_id: TokenId = 0
    eos_token_id: TokenId = 1
    min_length: Count = 0
    max_length: Count = 100
    input_prefix: str | None = None
