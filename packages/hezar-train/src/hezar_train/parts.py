"""What a run is made of: the accelerator, rows and their lengths, collator and preprocessor; found, or asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from accelerate import Accelerator

from hezar_config import TrainerConfig
from hezar_registry import get_logger
from hezar_train.errors import TrainingError

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
