"""Modules by name, with random weights: ``build_model("bert_text_classification", num_labels=2)``."""

from hezar_registry import (
    build_dataset,
    build_embedding,
    build_metric,
    build_model,
    build_preprocessor,
    build_trainer,
)

__all__ = [
    "build_dataset",
    "build_embedding",
    "build_metric",
    "build_model",
    "build_preprocessor",
    "build_trainer",
]
