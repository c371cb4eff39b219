"""Small models with random weights and a real tokenizer, for tests over the whole registry."""

from __future__ import annotations

from typing import Any

import torch

from golden_replay import GOLDEN
from hezar_registry import build_model, models_registry

# Whatever an architecture calls its sizes.
SIZES: dict[str, Any] = {
    "hidden_size": 16,
    "dim": 16,
    "num_hidden_layers": 2,
    "n_layers": 2,
    "num_attention_heads": 2,
    "n_heads": 2,
    "intermediate_size": 24,
    "hidden_dim": 24,
    "max_position_embeddings": 48,
    "vocab_size": 190,
    "pad_token_id": 0,
    "id2label": {0: "منفی", 1: "خنثی", 2: "مثبت"},
    "initializer_range": 0.5,
}
IMPLEMENTED = sorted(name for name, entry in models_registry.items() if entry.implemented)
TEXTS = [
    "سلام",
    "هوای تهران صاف است",
    "کیفیت غذا عالی بود، اما پیک خیلی دیر رسید.",
    "علی و مریم در شیراز درس می\u200cخوانند و می\u200cخندند",
    "خوب",
    "نه!",
]


def tiny_model(name: str, seed: int = 0, **overrides: Any) -> Any:
    """Build a small model of a registered name with the tokenizer of the golden cases."""
    from hezar_data import Tokenizer

    fields = models_registry[name].config_class.fields()
    torch.manual_seed(seed)
    model = build_model(name, **({key: value for key, value in SIZES.items() if key in fields} | overrides))
    model.preprocessor = Tokenizer.load(GOLDEN / "tokenizer_wordpiece/model")
    return model.eval()


def texts_for(name: str) -> list[str]:
    """Return inputs of different lengths for a model: with a mask where it needs one."""
    return [f"{text} [MASK]" for text in TEXTS] if models_registry[name].task == "mask_filling" else TEXTS
