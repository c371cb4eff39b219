"""The settings of a run: checked, and numbers of steps understood."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from hezar_config import ConfigError, TrainerConfig
from hezar_train.checkpoints.state import TrainerState
from hezar_train.errors import TrainingError
from hezar_train.metrics.base import Metric
from hezar_train.sampling import steps_per_epoch


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


@dataclass
class Steps:
    """How a run is counted.

    A *step* is one batch on every process.

    Attributes:
        rows_in_epoch: Rows of the training set.
        rows_per_step: Rows of one step, over all processes.
        in_epoch: Steps of a whole epoch.
        total: The step at which the run ends.
        save: A checkpoint is written every so many steps.
        log: The training loss is logged every so many steps; ``None``: at the end of epochs only.
        schedule: The schedule of the learning rate steps every so many steps.
    """

    rows_in_epoch: int
    rows_per_step: int
    in_epoch: int
    total: int
    save: int
    log: int | None
    schedule: int


def plan_steps(config: TrainerConfig, state: TrainerState, rows: int, rows_per_step: int) -> Steps:
    """Return how a run that starts from `state` is counted.

    Args:
        config: The settings.
        state: Where the run starts.
        rows: Rows of the training set; 0 without one.
        rows_per_step: Rows of one step, over all processes.

    Raises:
        ConfigError: A number of steps is impossible.
    """
    in_epoch = steps_per_epoch(rows, rows_per_step)
    rest = max((config.num_epochs - state.epoch + 1) * in_epoch - state.epoch_step, 0)
    limit = steps_of("max_steps", config.max_steps, config.num_epochs * in_epoch)
    end = state.global_step + rest
    total = end if limit is None else max(min(limit, end), state.global_step)
    return Steps(
        rows_in_epoch=rows,
        rows_per_step=rows_per_step,
        in_epoch=in_epoch,
        total=total,
        save=steps_of("save_steps", config.save_steps, total) or in_epoch,
        log=steps_of("log_steps", config.log_steps, total),
        schedule=config.lr_scheduling_steps or max(in_epoch, 1),
    )
