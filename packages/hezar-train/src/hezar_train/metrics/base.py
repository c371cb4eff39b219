"""`Metric`: what all metrics share.

A metric never keeps rows or counts itself. Its *state* does: a small object that holds sums, grows with every batch
and adds to the states of other processes, so that a score is always that of the whole set.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Sequence
from typing import Any, Generic, Protocol, Self, TypeVar, cast

from hezar_config import ConfigError, Configurable, MetricConfig
from hezar_registry import metrics_registry
from hezar_train.keywords import refuse_unknown

StateT = TypeVar("StateT", bound="MetricState")


class MetricState(Protocol):
    """Sums of a metric over the rows seen so far; must survive pickling, which carries it between processes."""

    def __add__(self, other: Any) -> Self:
        """Return the state of the rows of both."""
        ...


class Metric(Generic[StateT], metaclass=Configurable):
    """Base class of metrics.

    ``compute`` scores one set of rows at once. For a set that comes in batches::

        state = metric.new_state()
        for predictions, targets in batches:
            metric.update(state, predictions, targets)
        metric.result(state)

    A subclass implements `new_state`, `update` and `score`. Options of a call that are ``None`` mean the config's.

    Args:
        config: The config; default is the registered config class with its defaults.
        **kwargs: Config fields; they win over `config`, which is not changed.

    Raises:
        UnknownKeywordError: A keyword is no field of the config.
    """

    def __init__(self, config: MetricConfig, **kwargs: Any) -> None:
        # `Configurable` has taken the fields of the config out.
        refuse_unknown(type(self).__name__, kwargs, list(config.fields()))
        self.config = config

    @property
    def name(self) -> str:
        """The registry name."""
        return str(self.config.name)

    @property
    def maximize(self) -> bool:
        """Whether a larger value is better."""
        return self.config.objective != "minimize"

    # Counting --------------------------------------------------------------------------------------------------

    def new_state(self) -> StateT:
        """Return the state of no rows."""
        raise NotImplementedError

    def update(self, state: StateT, predictions: Any, targets: Any) -> None:
        """Add a batch of rows to `state`, in place.

        Raises:
            InputError: The batch cannot be scored, such as lengths that differ.
        """
        raise NotImplementedError

    def score(self, state: StateT) -> dict[str, float | list[float]]:
        """Return all values for the rows in `state`, unrounded."""
        raise NotImplementedError

    def result(
        self, state: StateT, *, n_decimals: int | None = None, output_keys: Sequence[str] | None = None, **options: Any
    ) -> dict[str, Any]:
        """Return the values for the rows in `state`.

        Args:
            state: What `update` filled.
            n_decimals: Digits after the point; default ``config.n_decimals``.
            output_keys: Values to keep; default ``config.output_keys``.
            **options: Options of `score`.

        Raises:
            InputError: There are no rows.
        """
        n_decimals = self.config.n_decimals if n_decimals is None else n_decimals
        output_keys = self.config.output_keys if output_keys is None else output_keys
        values = self.score(state, **options)
        return {
            key: _rounded(value, n_decimals)
            for key, value in values.items()
            if output_keys is None or key in output_keys
        }

    def compute(self, predictions: Any, targets: Any, **options: Any) -> dict[str, Any]:
        """Return the values for one set of rows.

        Args:
            predictions: Predictions of the model, one entry per row.
            targets: References, one entry per row.
            **options: Options of `update`, `score` and `result`; ``None`` means the config's.

        Raises:
            InputError: The rows cannot be scored: none, or lengths that differ.
            UnknownKeywordError: An option that the metric does not have; the message names the nearest.

        Example:
            >>> Accuracy(AccuracyConfig()).compute([0, 1, 1, 2], [0, 1, 2, 2])
            {'accuracy': 0.75}
        """
        counting = _options_of(self.update)
        scoring = _options_of(self.score) | {"n_decimals", "output_keys"}
        refuse_unknown(f"{type(self).__name__}.compute", options, sorted(counting | scoring))
        state = self.new_state()
        self.update(state, predictions, targets, **{k: v for k, v in options.items() if k in counting})
        return self.result(state, **{k: v for k, v in options.items() if k in scoring})

    # Files -----------------------------------------------------------------------------------------------------

    @classmethod
    def load(cls, path: str | os.PathLike[str], **kwargs: Any) -> Self:
        """Load a metric from the config in a local folder, a Hub repo or a YAML file.

        Args:
            path: See `MetricConfig.load`.
            **kwargs: Options of `MetricConfig.load`, and config fields, which win over the file.

        Raises:
            ConfigError: The file is broken or is the config of another metric than this class.
            ImplementationMissingError: This version has the config of the metric only.
            HubError: The repo or file cannot be had.
        """
        config = MetricConfig.load(path, **kwargs)
        module_class = metrics_registry[str(config.name)].module_class
        if not issubclass(module_class, cls):
            raise ConfigError(f"{path} is the config of {module_class.__name__}; load it with Metric.load.")
        return cast("Self", module_class(config))

    def save(self, path: str | os.PathLike[str], filename: str | None = None) -> str:
        """Write the config to the folder `path` and return the path of the file."""
        return self.config.save(path, filename=filename)

    def push_to_hub(self, repo_id: str, **kwargs: Any) -> Any:
        """Push the config to a Hub repo; options as in `Config.push_to_hub`."""
        return self.config.push_to_hub(repo_id, **kwargs)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.config!r})"


def _options_of(method: Any) -> set[str]:
    parameters = inspect.signature(method).parameters.values()
    return {parameter.name for parameter in parameters if parameter.kind is parameter.KEYWORD_ONLY}


def _rounded(value: float | list[float], n_decimals: int) -> float | list[float]:
    if isinstance(value, list):
        return [round(item, n_decimals) for item in value]
    return round(value, n_decimals)
