"""Optimizers and learning-rate schedules by their published names."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any

from torch import nn, optim
from torch.optim import lr_scheduler as schedules
from torch.optim.lr_scheduler import LRScheduler

from hezar_registry import UnknownKeywordError, UnknownNameError, suggest
from hezar_train.errors import TrainingError
from hezar_train.keywords import refuse_unknown

# "sdg" is the published spelling.
OPTIMIZERS: dict[str, type[optim.Optimizer]] = {
    "adam": optim.Adam,
    "adamw": optim.AdamW,
    "sdg": optim.SGD,
    "sgd": optim.SGD,
}
DEFAULT_OPTIMIZER = "adam"

SCHEDULERS: dict[str, type[LRScheduler]] = {
    "lambda": schedules.LambdaLR,
    "step": schedules.StepLR,
    "reduce_on_plateau": schedules.ReduceLROnPlateau,
    "multi_step": schedules.MultiStepLR,
    "one_cycle": schedules.OneCycleLR,
    "linear": schedules.LinearLR,
    "exponential": schedules.ExponentialLR,
    "cyclic": schedules.CyclicLR,
    "polynomial": schedules.PolynomialLR,
    # The published spelling.
    "cosine_anealing": schedules.CosineAnnealingLR,
}
CONSTANT = "constant"
# Made of other schedules, which no config file can hold.
OBJECTS_ONLY = ("sequential",)


def build_optimizer(
    name: str | None, parameters: Iterable[nn.Parameter], learning_rate: float, weight_decay: float
) -> optim.Optimizer:
    """Build an optimizer for the parameters that are trained.

    Args:
        name: ``"adam"`` (default), ``"adamw"`` or ``"sdg"`` (also ``"sgd"``).
        parameters: Parameters; those that need no gradient are left out.
        learning_rate: Initial learning rate.
        weight_decay: Decay per step.

    Raises:
        UnknownNameError: There is no such optimizer.
        TrainingError: Nothing is to be trained.
    """
    name = name or DEFAULT_OPTIMIZER
    if name not in OPTIMIZERS:
        raise UnknownNameError(
            f"Unknown optimizer {name!r}.{suggest(name, OPTIMIZERS)} There are: {', '.join(OPTIMIZERS)}. "
            "Any other torch optimizer can be given to the Trainer as optimizer=."
        )
    trained = [parameter for parameter in parameters if parameter.requires_grad]
    if not trained:
        raise TrainingError("The model has no parameter that needs a gradient, so there is nothing to train.")
    return OPTIMIZERS[name](trained, lr=learning_rate, weight_decay=weight_decay)  # pyright: ignore[reportCallIssue]


def build_scheduler(
    name: str | None,
    optimizer: optim.Optimizer,
    options: dict[str, Any] | None = None,
    *,
    num_steps: int,
    learning_rate: float,
    maximize: bool = False,
) -> LRScheduler | None:
    """Build a schedule of the learning rate.

    Args:
        name: A published name, such as ``"step"``; ``None`` and ``"constant"`` keep the learning rate.
        optimizer: The optimizer whose rate changes.
        options: Options of the torch class. Those that follow from the run have defaults: ``T_max`` of
            ``"cosine_anealing"``, ``total_steps`` and ``max_lr`` of ``"one_cycle"``, and ``mode`` of
            ``"reduce_on_plateau"``.
        num_steps: How often the schedule will step in the run.
        learning_rate: The initial learning rate.
        maximize: Whether a larger value of the watched metric is better.

    Raises:
        UnknownNameError: There is no such schedule.
        UnknownKeywordError: The schedule has no such option.
        TrainingError: An option that it needs is missing, or has an impossible value.
    """
    options = dict(options or {})
    if name is None or name == CONSTANT:
        if options:
            raise UnknownKeywordError(f"A constant learning rate has no options; found {', '.join(options)}.")
        return None
    if name in OBJECTS_ONLY or (name == "lambda" and "lr_lambda" not in options):
        raise TrainingError(
            f"The schedule {name!r} is made of Python objects, which a config cannot hold. "
            "Build it with torch and give it to the Trainer as lr_scheduler=, with its optimizer=."
        )
    if name not in SCHEDULERS:
        known = [CONSTANT, *SCHEDULERS]
        raise UnknownNameError(f"Unknown lr_scheduler {name!r}.{suggest(name, known)} There are: {', '.join(known)}.")
    schedule = SCHEDULERS[name]
    options = _from_run(name, num_steps, learning_rate, maximize) | options
    _check_options(name, schedule, options)
    try:
        return schedule(optimizer, **options)
    except (TypeError, ValueError) as error:
        raise TrainingError(f"lr_scheduler_kwargs do not fit the schedule {name!r}: {error}") from error


def _from_run(name: str, num_steps: int, learning_rate: float, maximize: bool) -> dict[str, Any]:
    if name == "cosine_anealing":
        return {"T_max": max(num_steps, 1)}
    if name == "one_cycle":
        # One more than its steps: the first value is set before the first step.
        return {"max_lr": learning_rate, "total_steps": num_steps + 1}
    if name == "reduce_on_plateau":
        return {"mode": "max" if maximize else "min"}
    return {}


def _check_options(name: str, schedule: Callable[..., Any], options: dict[str, Any]) -> None:
    parameters = [p for p in inspect.signature(schedule).parameters.values() if p.name != "optimizer"]
    known = [parameter.name for parameter in parameters]
    refuse_unknown(f"The schedule {name!r}", options, known)
    missing = [p.name for p in parameters if p.default is p.empty and p.name not in options]
    if missing:
        raise TrainingError(
            f"The schedule {name!r} needs {', '.join(map(repr, missing))}: give it in lr_scheduler_kwargs."
        )
