"""Config of GPT-2.

Source: Radford et al. 2019, *Language Models are Unsupervised Multitask Learners*.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hezar_config import ModelConfig
from hezar_config.ranges import Deviation, Epsilon, Layers, Share, Size, TokenId, Vocabulary


@dataclass
class GPT2TextGenerationConfig(ModelConfig):
    """GPT-2 that continues text."""

    name = "gpt2_text_generation"

    add_cross_attention: bool = False
    vocab_size: Vocabulary = 42001
    attn_pdrop: Share = 0.1
    bos_token_id: TokenId = 5
    embd_pdrop: Share = 0.1
    eos_token_id: TokenId = 5
    gradient_checkpointing: bool = False
    initializer_range: Deviation = 0.02
    layer_norm_epsilon: Epsilon = 1e-05
    model_type: str = "gpt2"
    n_ctx: Size = 1024
    n_embd: Size = 768
    n_head: Size = 12
    n_inner: Size | None = None
    n_layer: Layers = 12
    n_positions: Size = 1024
    resid_pdrop: Share = 0.1
    summary_activation: bool = False
    summary_first_dropout: Share = 0.1
    use_cache: bool = True
    generation: dict[str, Any] = field(
        default_factory=lambda: {
            "name": "",
            "config_type": "model",
            "bos_token_id": 0,
            "decoder_start_token_id": 0,
            "early_stopping": True,
            "eos_token_id": 2,
            "length_penalty": 2.0,
            "max_new_tokens": 50,
            "no_repeat_ngram_size": 3,
            "num_beams": 4,
            "pad_token_id": 1,
        }
    )
