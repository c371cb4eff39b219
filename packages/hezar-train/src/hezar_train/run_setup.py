"""What a `Trainer` needs before its first step: settings checked, parts found, positions understood."""

from __future__ import annotations

import copy
import inspect
import math
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from accelerate import Accelerator

from hezar_config import ConfigError, TrainerConfig
from hezar_data.seeding import MAX_SEED
from hezar_registry import get_logger
from hezar_train.checkpoints.state import TrainerState
from hezar_train.errors import CheckpointError, TrainingError
from hezar_train.metrics.base import Metric

logger = get_logger(__name__)

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


def build_accelerator(config: TrainerConfig) -> Accelerator:
    """Return an accelerator for the run.

    Raises:
        TrainingError: This machine or process cannot do what the config asks for.
    """
    try:
        return Accelerator(
            mixed_precision=config.mixed_precision, cpu=config.use_cpu, step_scheduler_with_optimizer=False
        )
    except (ValueError, ImportError) as error:
        raise TrainingError(
            f"accelerate cannot start with mixed_precision={config.mixed_precision!r} and use_cpu={config.use_cpu}: "
            f"{error}"
        ) from error


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


def count_rows(dataset: Any) -> int:
    """Return the number of rows of a data set.

    Raises:
        TrainingError: It has no length, or no rows.
    """
    try:
        rows = len(dataset)
    except TypeError as error:
        raise TrainingError(
            f"{type(dataset).__name__} has no length; the Trainer needs data sets with a length and items by index."
        ) from error
    if rows == 0:
        raise TrainingError(f"The data set {type(dataset).__name__} is empty; check its path, split and max_size.")
    return rows


def lengths_of(dataset: Any, rows: int) -> Sequence[int]:
    """Return the lengths of the rows, for `group_by_length`.

    Raises:
        TrainingError: The data set does not tell them.
    """
    lengths: Any = getattr(dataset, "lengths", None)
    lengths = lengths() if callable(lengths) else lengths
    if lengths is None or len(lengths) != rows:
        raise TrainingError(
            f"group_by_length needs {type(dataset).__name__}.lengths with one number for each of its {rows} rows."
        )
    return lengths


def collator_for(given: Any, dataset: Any, train_dataset: Any) -> Callable[[list[Any]], Any]:
    """Return what joins the rows of a data set to batches.

    Raises:
        TrainingError: There is nothing.
    """
    for collator in (given, getattr(dataset, "data_collator", None), getattr(train_dataset, "data_collator", None)):
        if collator is not None:
            return collator
    raise TrainingError(
        f"{type(dataset).__name__} has no data_collator, and none was given: pass data_collator= to the Trainer."
    )


def give_preprocessor(model: Any, preprocessor: Any, train_dataset: Any) -> None:
    """Give the model a preprocessor if it has none, so that what is saved can predict."""
    if getattr(model, "preprocessor", None):
        return
    found = preprocessor or getattr(train_dataset, "preprocessor", None)
    if found:
        model.preprocessor = found
    else:
        logger.info("The model has no preprocessor; what is saved cannot predict from raw inputs.")


def parameter_names(function: Callable[..., Any]) -> list[str]:
    """Return the named parameters of a function."""
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return [p.name for p in inspect.signature(function).parameters.values() if p.kind in named]


def synchronized(accelerator: Accelerator, model: Any, now: bool) -> AbstractContextManager[Any]:
    """Exchange gradients between processes in the block, or leave that to a later batch of the group."""
    return nullcontext() if now else accelerator.no_sync(model)


def check_position(state: TrainerState, rows_per_step: int, rows: int) -> None:
    """Refuse to go on in the middle of an epoch whose steps had other rows.

    Raises:
        CheckpointError: Batch size, number of processes or the training set changed.
    """
    if state.epoch_step == 0 or state.rows_per_step is None or rows == 0:
        return
    if (state.rows_per_step, state.rows_per_epoch) != (rows_per_step, rows):
        raise CheckpointError(
            f"The checkpoint is in the middle of an epoch of {state.rows_per_epoch} rows, {state.rows_per_step} per "
            f"step; this run has {rows} rows, {rows_per_step} per step (batch_size times processes). "
            "Use the settings of the checkpoint, or resume from one at the end of an epoch."
        )


def load_state(target: Any, values: Any, checkpoint: Path, name: str) -> None:
    """Load the state of an optimizer or schedule.

    Raises:
        CheckpointError: It does not fit.
    """
    try:
        target.load_state_dict(values)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CheckpointError(
            f"{name} of {checkpoint} does not fit this run ({error}). "
            "Use the optimizer, the schedule and the model of the checkpoint."
        ) from error
