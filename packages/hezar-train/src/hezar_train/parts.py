"""What a run is made of: found in what the Trainer was given, or built from its settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from accelerate import Accelerator
from torch import nn, optim

from hezar_config import TrainerConfig
from hezar_data import DatasetError
from hezar_registry import get_logger
from hezar_train.checkpoints.contents import RunParts, Stateful
from hezar_train.errors import TrainingError
from hezar_train.optimization import build_optimizer, build_scheduler
from hezar_train.settings import Steps

logger = get_logger(__name__)


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


def build_parts(
    model: nn.Module,
    optimizer: optim.Optimizer | None,
    scheduler: Any,
    callbacks: Sequence[Stateful],
    *,
    config: TrainerConfig,
    steps: Steps,
    maximize: bool,
    accelerator: Accelerator,
) -> RunParts:
    """Return the parts of a run, on their device; optimizer and schedule are the config's where none is given.

    Args:
        model: The model.
        optimizer: An optimizer of the caller's own.
        scheduler: A schedule of the caller's own.
        callbacks: The callbacks of the run.
        config: The settings of the run.
        steps: How the run is counted.
        maximize: Whether a larger value of the metric that the schedule may watch is better.
        accelerator: Moves model and optimizer to their device.

    Raises:
        UnknownNameError: There is no such optimizer or schedule.
        TrainingError: Nothing is to be trained, or an option of the schedule is missing or impossible.
    """
    if optimizer is None:
        optimizer = build_optimizer(config.optimizer, model.parameters(), config.learning_rate, config.weight_decay)
    if scheduler is None:
        scheduler = build_scheduler(
            config.lr_scheduler,
            optimizer,
            config.lr_scheduler_kwargs,
            num_steps=steps.total // steps.schedule,
            learning_rate=config.learning_rate,
            maximize=maximize,
        )
    prepared_model, prepared_optimizer = accelerator.prepare(model, optimizer)
    return RunParts(prepared_model, prepared_optimizer, scheduler, accelerator.scaler, callbacks)


def count_rows(dataset: Any) -> int:
    """Return the number of rows of a dataset.

    Raises:
        TrainingError: It has no length, or no rows.
    """
    try:
        rows = len(dataset)
    except TypeError as error:
        raise TrainingError(
            f"{type(dataset).__name__} has no length; the Trainer needs datasets with a length and items by index."
        ) from error
    if rows == 0:
        raise TrainingError(f"The dataset {type(dataset).__name__} is empty; check its path, split and max_size.")
    return rows


def lengths_of(dataset: Any, rows: int) -> Sequence[int]:
    """Return the lengths of the rows, for `group_by_length`.

    Raises:
        TrainingError: The dataset has no lengths.
    """
    lengths: Any = getattr(dataset, "lengths", None)
    lengths = lengths() if callable(lengths) else lengths
    if lengths is None or len(lengths) != rows:
        raise TrainingError(
            f"group_by_length needs {type(dataset).__name__}.lengths with one number for each of its {rows} rows."
        )
    return lengths


def collator_for(given: Any, dataset: Any, train_dataset: Any) -> Callable[[list[Any]], Any]:
    """Return the collator of a dataset, which turns a list of rows into a batch.

    Raises:
        TrainingError: There is none.
    """
    for collator in (given, getattr(dataset, "data_collator", None), getattr(train_dataset, "data_collator", None)):
        if collator is not None:
            return collator
    raise TrainingError(
        f"{type(dataset).__name__} has no data_collator, and none was given: pass data_collator= to the Trainer."
    )


def attach_preprocessor(model: Any, preprocessor: Any, train_dataset: Any) -> None:
    """Give the model a preprocessor if it has none, so that what is saved can predict."""
    if getattr(model, "preprocessor", None):
        return
    found = preprocessor or getattr(train_dataset, "preprocessor", None)
    if found:
        model.preprocessor = found
    else:
        logger.info("The model has no preprocessor; what is saved cannot predict from raw inputs.")


def match_labels(model: Any, dataset: Any, train_dataset: Any = None) -> None:
    """Have a dataset number its labels as the model does; where the model does not name them, as the training set does.

    Raises:
        TrainingError: Their labels differ.
    """
    theirs = getattr(dataset, "id2label", None)
    ours = getattr(getattr(model, "config", None), "id2label", None) or getattr(train_dataset, "id2label", None)
    if not ours or not theirs or dict(ours) == dict(theirs):
        return
    if hasattr(dataset, "match_labels"):
        try:
            dataset.match_labels(ours)
        except DatasetError as error:
            raise TrainingError(str(error)) from None
        return
    raise TrainingError(
        f"The labels of {type(dataset).__name__} are {dict(theirs)}, those of the run {dict(ours)}: what it learns would be "
        "called by other names. Build the model with id2label=dataset.id2label."
    )
