"""`MetricsHandler`: from the outputs of a task's model to what its metrics compare."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any, ClassVar

from hezar_config import ConfigError, MetricConfig
from hezar_registry import build_metric, suggest
from hezar_train.errors import TrainingError
from hezar_train.metrics.base import Metric


class MetricsHandler:
    """Feeds the metrics of an evaluation, batch by batch, and computes them once over the whole set.

    A subclass implements `prepare` for its task and names the metrics that make sense there.

    Args:
        metrics: Names, configs or `Metric` objects.

    Raises:
        TrainingError: A metric is not one of the task's.
        UnknownNameError: There is no such metric.
    """

    #: Names of the metrics that fit the task; ``None`` allows all.
    allowed: ClassVar[tuple[str, ...] | None] = None
    #: The model that is evaluated, whose config says what class ids mean; the Trainer sets it.
    model: Any = None

    def __init__(self, metrics: Sequence[str | MetricConfig | Metric[Any]] | None = None) -> None:
        self.metrics: dict[str, Metric[Any]] = {}
        for given in metrics or ():
            metric = self._metric(given)
            self.metrics[metric.name] = metric
        self._states: dict[str, Any] = {}
        self.reset()

    def prepare(self, outputs: Mapping[str, Any], batch: Mapping[str, Any]) -> tuple[Any, Any]:
        """Return predictions and targets of a batch, one entry per row.

        Args:
            outputs: What the model's ``forward`` returned.
            batch: The batch, with ``labels``.
        """
        raise NotImplementedError

    def reset(self) -> None:
        """Begin an evaluation."""
        self._states = {name: metric.new_state() for name, metric in self.metrics.items()}

    def update(self, outputs: Mapping[str, Any], batch: Mapping[str, Any], rows: int) -> None:
        """Add a batch.

        Args:
            outputs: What the model's ``forward`` returned.
            batch: The batch, with ``labels``.
            rows: How many rows of it count, from the first.
        """
        if not self.metrics or not rows:
            return
        predictions, targets = self.prepare(outputs, batch)
        for name, metric in self.metrics.items():
            metric.update(self._states[name], predictions[:rows], targets[:rows])

    def compute(self, gather: Callable[[list[Any]], list[Any]] | None = None) -> dict[str, Any]:
        """Return the results over all batches since `reset`.

        Args:
            gather: Turns a list of this process into the joined lists of all of them.
        """
        results: dict[str, Any] = {}
        for name, metric in self.metrics.items():
            states = gather([self._states[name]]) if gather is not None else [self._states[name]]
            values = metric.result(reduce(operator.add, states))
            # What is logged and compared are numbers; words about them stay behind.
            results |= {key: value for key, value in values.items() if not isinstance(value, str)}
        return results

    def result_keys(self) -> dict[str, Metric[Any]]:
        """Return the keys that `compute` gives, with the metric of each."""
        return {key: metric for metric in self.metrics.values() for key in metric.config.output_keys or (metric.name,)}

    def _metric(self, given: str | MetricConfig | Metric[Any]) -> Metric[Any]:
        if not isinstance(given, (str, MetricConfig, Metric)):
            raise TrainingError(f"A metric is a name, a config or a Metric; found {given!r:.100}.")
        name = given if isinstance(given, str) else given.name
        if self.allowed is not None and name not in self.allowed:
            raise TrainingError(
                f"The metric {name!r} does not fit the task.{suggest(str(name), self.allowed)} "
                f"{type(self).__name__} takes: {', '.join(self.allowed)}."
            )
        if isinstance(given, Metric):
            return given
        return build_metric(given) if isinstance(given, str) else build_metric(str(given.name), given)


def is_better_larger(name: str, handler: MetricsHandler) -> bool:
    """Return whether a larger value of ``evaluation.f1``, ``train.loss`` and the like is better.

    Raises:
        ConfigError: Neither the losses nor the metrics of the handler give that value.
    """
    stage, _, key = name.partition(".")
    if "loss" in key:
        return False
    keys = handler.result_keys()
    if stage != "evaluation" or key not in keys:
        known = [f"{stage}.loss", *(f"evaluation.{known}" for known in keys)]
        raise ConfigError(
            f"metric_for_best_model is {name!r}, which this run does not have.{suggest(name, known)} "
            f"It has: {', '.join(known)}. Add the metric to `metrics`."
        )
    return keys[key].maximize
