"""Configs: typed, validated, read from and written to YAML files and the Hub."""

from hezar_config import (
    Config,
    ConfigSection,
    DatasetConfig,
    EmbeddingConfig,
    MetricConfig,
    ModelConfig,
    PreprocessorConfig,
    TrainerConfig,
)

__all__ = [
    "Config",
    "ConfigSection",
    "DatasetConfig",
    "EmbeddingConfig",
    "MetricConfig",
    "ModelConfig",
    "PreprocessorConfig",
    "TrainerConfig",
]
