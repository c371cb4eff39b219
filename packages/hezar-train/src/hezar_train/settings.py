"""The settings of a run: checked, and numbers of steps understood."""

from __future__ import annotations

import copy
import math
from typing import Any

from hezar_config import ConfigError, TrainerConfig
from hezar_data.seeding import MAX_SEED
from hezar_train.errors import TrainingError
from hezar_train.metrics.base import Metric

_AT_LEAST = {
    1: ("num_epochs", "batch_size", "eval_batch_size", "gradient_accumulation_steps", "lr_scheduling_steps"),
    0: ("num_dataloader_workers", "learning_rate", "weight_decay", "seed"),
}


def checked_config(config: TrainerConfig) -> TrainerConfig:
    """Return a copy of the config that can be saved.

    Raises:
        ConfigError: A value is impossible.
        TrainingError: It is no config.
    """
    require_kind("config", config, TrainerConfig)
    config = copy.copy(config)
    if isinstance(config.metrics, (list, tuple)):
        config.metrics = [metric.config if isinstance(metric, Metric) else metric for metric in config.metrics]
    config.validate()
    for lowest, names in _AT_LEAST.items():
        for name in names:
            value = getattr(config, name)
            if value is not None and not lowest <= value < math.inf:
                raise ConfigError(f"TrainerConfig.{name} must be {lowest} or more; found {value}.")
    if config.max_grad_norm is not None and config.max_grad_norm <= 0:
        raise ConfigError(f"TrainerConfig.max_grad_norm must be above 0, or None; found {config.max_grad_norm}.")
    if config.seed > MAX_SEED:
        raise ConfigError(f"TrainerConfig.seed must be at most {MAX_SEED}; found {config.seed}.")
    return config


def require_kind(name: str, value: Any, kind: Any, *, optional: bool = False) -> None:
    """Check what was given to the Trainer as one of its parts.

    Raises:
        TrainingError: It is something else.
    """
    if not (isinstance(value, kind) or (optional and value is None)):
        raise TrainingError(f"The Trainer's {name} must be of type {kind.__name__}; found {type(value).__name__}.")


def steps_of(name: str, value: float | None, total: int) -> int | None:
    """Return a number of steps that is given as a count or as a share of `total`.

    Example:
        >>> steps_of("save_steps", 0.25, 1000)
        250

    Raises:
        ConfigError: It is neither.
    """
    if value is None:
        return None
    if isinstance(value, float) and 0 < value <= 1:
        return max(1, round(value * total))
    if value < 1 or value != int(value):
        raise ConfigError(f"TrainerConfig.{name} is a number of steps, or a share between 0 and 1; found {value}.")
    return int(value)


def best_metric_name(config: TrainerConfig, evaluates: bool) -> str:
    """Return what decides which checkpoint is best; without evaluation that is the training loss."""
    name = config.metric_for_best_model
    return "train.loss" if name.startswith("evaluation.") and not evaluates else name


def check_trainable(config: TrainerConfig, train_dataset: Any, evaluates: bool) -> None:
    """Check that what training needs is there.

    Raises:
        TrainingError: There is no training set.
        ConfigError: A metric of the evaluation is to decide, and nothing is evaluated.
    """
    if train_dataset is None:
        raise TrainingError("There is nothing to train on: give train_dataset= to the Trainer.")
    name = config.metric_for_best_model
    if name.startswith("evaluation.") and name != "evaluation.loss" and not evaluates:
        raise ConfigError(
            f"metric_for_best_model is {name!r}, but nothing is evaluated: give eval_dataset= and leave do_evaluate on."
        )
