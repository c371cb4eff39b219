"""Config of GPT-2.

Source: Radford et al. 2019, *Language Models are Unsupervised Multitask Learners*.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hezar_config import ModelConfig


@dataclass
class GPT2TextGenerationConfig(ModelConfig):
    """GPT-2 that continues text."""

    name = "gpt2_text_generation"

    add_cross_attention: bool = False
    vocab_size: int = 42001
    attn_pdrop: float = 0.1
    bos_token_id: int = 5
    embd_pdrop: float = 0.1
    eos_token_id: int = 5
    gradient_checkpointing: bool = False
    initializer_range: float = 0.02
    layer_norm_epsilon: float = 1e-05
    model_type: str = "gpt2"
    n_ctx: int = 1024
    n_embd: int = 768
    n_head: int = 12
    n_inner: int | None = None
    n_layer: int = 12
    n_positions: int = 1024
    resid_pdrop: float = 0.1
    summary_activation: bool = False
    summary_first_dropout: float = 0.1
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
