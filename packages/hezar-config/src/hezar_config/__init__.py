"""Typed, validated configs of every Hezar module, as YAML files in local folders and on the Hub.

YAML, msgspec and the Hub are imported by the first config that is read, checked or pushed.
"""

from hezar_config.config import Config
from hezar_config.configurable import Configurable
from hezar_config.derivatives import (
    DatasetConfig,
    EmbeddingConfig,
    MetricConfig,
    ModelConfig,
    PreprocessorConfig,
    TrainerConfig,
)
from hezar_config.errors import (
    ConfigError,
    ConfigFileError,
    ConfigValidationError,
    MissingKeyError,
    UnknownFieldError,
)
from hezar_config.section import ConfigSection
from hezar_config.yaml_io import dump_yaml, parse_yaml

__all__ = [
    "Config",
    "ConfigError",
    "ConfigFileError",
    "ConfigSection",
    "ConfigValidationError",
    "Configurable",
    "DatasetConfig",
    "EmbeddingConfig",
    "MetricConfig",
    "MissingKeyError",
    "ModelConfig",
    "PreprocessorConfig",
    "TrainerConfig",
    "UnknownFieldError",
    "dump_yaml",
    "parse_yaml",
]
