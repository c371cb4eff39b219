"""The registries, and the decorators that add to them."""

from hezar_registry import (
    Entry,
    Registration,
    Registry,
    datasets_registry,
    embeddings_registry,
    metrics_registry,
    models_registry,
    preprocessors_registry,
    register_dataset,
    register_embedding,
    register_metric,
    register_model,
    register_preprocessor,
    register_trainer,
    trainers_registry,
)

__all__ = [
    "Entry",
    "Registration",
    "Registry",
    "datasets_registry",
    "embeddings_registry",
    "metrics_registry",
    "models_registry",
    "preprocessors_registry",
    "register_dataset",
    "register_embedding",
    "register_metric",
    "register_model",
    "register_preprocessor",
    "register_trainer",
    "trainers_registry",
]
