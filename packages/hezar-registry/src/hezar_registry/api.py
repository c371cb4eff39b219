"""The functions users call on the registries: decorators, builders and listings, one of each per kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hezar_registry.registry import (
    ModuleT,
    config_for,
    datasets_registry,
    embeddings_registry,
    metrics_registry,
    models_registry,
    preprocessors_registry,
    trainers_registry,
)

Decorator = Callable[[ModuleT], ModuleT]


def register_model(model_name: str, config_class: type | None = None, description: str | None = None) -> Decorator[Any]:
    """Register a model class under `model_name`, which must be ``config_class.name``.

    Raises:
        DuplicateNameError: The name is taken; the message names both classes.
        ConfigNameError: ``config_class.name`` is another name.

    Example:
        >>> @register_model("my_bert", config_class=MyBertConfig, description="A BERT of mine")
        ... class MyBert(Model): ...
    """
    return models_registry.register(model_name, config_class, description)


def register_preprocessor(
    preprocessor_name: str, config_class: type | None = None, description: str | None = None
) -> Decorator[Any]:
    """Register a preprocessor class; see `register_model`."""
    return preprocessors_registry.register(preprocessor_name, config_class, description)


def register_dataset(
    dataset_name: str, config_class: type | None = None, description: str | None = None
) -> Decorator[Any]:
    """Register a dataset class; see `register_model`."""
    return datasets_registry.register(dataset_name, config_class, description)


def register_embedding(
    embedding_name: str, config_class: type | None = None, description: str | None = None
) -> Decorator[Any]:
    """Register an embedding class; see `register_model`."""
    return embeddings_registry.register(embedding_name, config_class, description)


def register_metric(
    metric_name: str, config_class: type | None = None, description: str | None = None
) -> Decorator[Any]:
    """Register a metric class; see `register_model`."""
    return metrics_registry.register(metric_name, config_class, description)


def register_trainer(
    trainer_name: str, config_class: type | None = None, description: str | None = None
) -> Decorator[Any]:
    """Register a trainer class; see `register_model`."""
    return trainers_registry.register(trainer_name, config_class, description)


def build_model(name: str, config: Any = None, **kwargs: Any) -> Any:
    """Build the model registered under `name`, with random weights.

    Args:
        name: A name of `list_available_models`.
        config: Its config; default is the config class with its defaults.
        **kwargs: Config fields; they win over `config`, which wins over the defaults.

    Raises:
        UnknownNameError: No such name; the message suggests close ones.
        UnknownKeywordError: A keyword is not a field of the config.

    Example:
        >>> model = build_model("bert_text_classification", num_labels=2, num_hidden_layers=2)
    """
    module_class, config = config_for("model", name, config)
    return module_class(config, **kwargs)


def build_preprocessor(name: str, config: Any = None, **kwargs: Any) -> Any:
    """Build the preprocessor registered under `name`; see `build_model`."""
    module_class, config = config_for("preprocessor", name, config)
    return module_class(config, **kwargs)


def build_dataset(
    name: str, config: Any = None, split: str | None = None, preprocessor: Any = None, **kwargs: Any
) -> Any:
    """Build the dataset registered under `name`; see `build_model`.

    Args:
        name: A name of `list_available_datasets`.
        config: Its config.
        split: The split to read, such as ``"train"``.
        preprocessor: A preprocessor, a container of them, or a path or Hub id to load them from.
        **kwargs: Config fields.
    """
    module_class, config = config_for("dataset", name, config)
    return module_class(config, split=split, preprocessor=preprocessor, **kwargs)


def build_embedding(name: str, config: Any = None, **kwargs: Any) -> Any:
    """Build the word embedding registered under `name`; see `build_model`."""
    module_class, config = config_for("embedding", name, config)
    return module_class(config, **kwargs)


def build_metric(name: str, config: Any = None, **kwargs: Any) -> Any:
    """Build the metric registered under `name`; see `build_model`."""
    module_class, config = config_for("metric", name, config)
    return module_class(config, **kwargs)


def build_trainer(name: str = "trainer", config: Any = None, **kwargs: Any) -> Any:
    """Build the trainer registered under `name`.

    Args:
        name: A name of `list_available_trainers`.
        config: Its `TrainerConfig`; it has required fields, so there is no default.
        **kwargs: What the trainer's constructor takes, such as ``model`` and ``train_dataset``.
    """
    return trainers_registry[name].module_class(config=config, **kwargs)


def list_available_models() -> list[str]:
    """Return the sorted names of all models; imports no implementation."""
    return list(models_registry)


def list_available_preprocessors() -> list[str]:
    """Return the sorted names of all preprocessors; imports no implementation."""
    return list(preprocessors_registry)


def list_available_datasets() -> list[str]:
    """Return the sorted names of all datasets; imports no implementation."""
    return list(datasets_registry)


def list_available_embeddings() -> list[str]:
    """Return the sorted names of all embeddings; imports no implementation."""
    return list(embeddings_registry)


def list_available_metrics() -> list[str]:
    """Return the sorted names of all metrics; imports no implementation."""
    return list(metrics_registry)


def list_available_trainers() -> list[str]:
    """Return the sorted names of all trainers; imports no implementation."""
    return list(trainers_registry)
