"""The metrics handlers by task: a table that plug-ins and decorators add to.

A distribution advertises the handlers of its tasks in its metadata, as hezar-train does::

    [project.entry-points."hezar.metrics_handlers"]
    text_classification = "hezar_train.evaluation.labels:TextClassificationMetricsHandler"
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import Any, TypeVar

from hezar_config import MetricConfig
from hezar_registry import DuplicateNameError, get_logger
from hezar_train.errors import TrainingError
from hezar_train.evaluation.handler import MetricsHandler
from hezar_train.metrics.base import Metric

logger = get_logger(__name__)

ENTRY_POINT_GROUP = "hezar.metrics_handlers"

HandlerT = TypeVar("HandlerT", bound=type[MetricsHandler])

_registered: dict[str, type[MetricsHandler]] = {}


def register_metrics_handler(task: str) -> Callable[[HandlerT], HandlerT]:
    """Return the decorator that makes a class the metrics handler of a task.

    Args:
        task: What ``TrainerConfig.task`` says, such as ``"text_classification"``.

    Raises:
        DuplicateNameError: Another class is the handler of that task.

    Example:
        >>> @register_metrics_handler("audio_classification")
        ... class AudioClassificationMetricsHandler(MetricsHandler):
        ...     def prepare(self, outputs, batch):
        ...         return outputs["logits"].argmax(-1), batch["labels"]
    """

    def decorate(handler_class: HandlerT) -> HandlerT:
        taken = metrics_handler_of(task)
        # A notebook cell or a reload defines a class again.
        if taken is not None and _path(taken) != _path(handler_class):
            raise DuplicateNameError(
                f"The metrics handler of the task {task!r} is {_path(taken)}; {_path(handler_class)} cannot be it too. "
                "Give it to the Trainer as metrics_handler=."
            )
        _registered[task] = handler_class
        return handler_class

    return decorate


def metrics_handler_of(task: str) -> type[MetricsHandler] | None:
    """Return the class that handles the metrics of a task, imported on first use, or ``None``.

    A plug-in that cannot be imported is reported and skipped. Where several have the task, Hezar's own comes first, then
    the others by name.
    """
    if task in _registered:
        return _registered[task]
    for point in sorted(entry_points(group=ENTRY_POINT_GROUP, name=task), key=_precedence):
        try:
            handler_class = point.load()
            if not issubclass(handler_class, MetricsHandler):
                raise TypeError("it is no subclass of MetricsHandler")
        except Exception as error:
            logger.warning(
                "The metrics handler %s of the Hezar plug-in %r is broken and was skipped: %s: %s",
                point.value, _distribution(point), type(error).__name__, error,
            )  # fmt: skip
            continue
        return handler_class
    return None


def build_metrics_handler(task: str, metrics: Sequence[str | MetricConfig | Metric[Any]] | None) -> MetricsHandler:
    """Return the metrics handler of a task.

    Raises:
        TrainingError: The task has none and metrics are asked for, or one of them does not fit the task.
    """
    handler_class = metrics_handler_of(task)
    if handler_class is not None:
        return handler_class(metrics)
    if metrics:
        known = sorted({*_registered, *entry_points(group=ENTRY_POINT_GROUP).names})
        raise TrainingError(
            f"There is no metrics handler for the task {task!r} (there is for: {', '.join(known)}). "
            "Give one as metrics_handler=, or leave metrics empty to evaluate the loss alone."
        )
    return MetricsHandler()


def _path(handler_class: type) -> str:
    return f"{handler_class.__module__}:{handler_class.__qualname__}"


def _distribution(point: EntryPoint) -> str:
    return point.dist.name if point.dist else point.value


def _precedence(point: EntryPoint) -> tuple[bool, str]:
    name = _distribution(point)
    return name != "hezar-train", name
