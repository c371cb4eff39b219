"""Small models with random weights and real preprocessors, for tests over the whole registry."""

from __future__ import annotations

from typing import Any

import numpy as np
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
    "image_size": 32,
    "patch_size": 8,
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
PICTURES = [
    np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    for seed, (height, width) in enumerate([(32, 32), (40, 24), (9, 70), (64, 64)])
]


def reads_pictures(name: str) -> bool:
    """Whether the inputs of a model are pictures rather than texts."""
    from hezar_models.tasks.vision import VisionModel

    return issubclass(models_registry[name].module_class, VisionModel)


TEXT_MODELS = [name for name in IMPLEMENTED if not reads_pictures(name)]
VISION_MODELS = [name for name in IMPLEMENTED if reads_pictures(name)]


def tiny_model(name: str, seed: int = 0, **overrides: Any) -> Any:
    """Build a small model of a registered name with the preprocessors it needs."""
    from hezar_data import ImageProcessor, Tokenizer

    fields = models_registry[name].config_class.fields()
    torch.manual_seed(seed)
    model = build_model(name, **({key: value for key, value in SIZES.items() if key in fields} | overrides))
    if reads_pictures(name):
        model.preprocessor = ImageProcessor(size=[32, 32], rescale=1 / 255, mean=[0.5], std=[0.5])
    else:
        model.preprocessor = Tokenizer.load(GOLDEN / "tokenizer_wordpiece/model")
    return model.eval()


def inputs_for(name: str) -> list[Any]:
    """Return inputs of different lengths or sizes for a model: texts, with a mask where it needs one, or pictures."""
    if reads_pictures(name):
        return list(PICTURES)
    return [f"{text} [MASK]" for text in TEXTS] if models_registry[name].task == "mask_filling" else list(TEXTS)
