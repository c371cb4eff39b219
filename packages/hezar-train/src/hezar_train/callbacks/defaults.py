"""The callbacks that every run has."""

from __future__ import annotations

from collections.abc import Sequence

from hezar_train.callbacks.base import Callback
from hezar_train.callbacks.csv_logger import CSVLogger
from hezar_train.callbacks.plot import LossPlot
from hezar_train.callbacks.progress import ProgressBar

DEFAULT_CALLBACKS: tuple[type[Callback], ...] = (ProgressBar, CSVLogger, LossPlot)


def with_defaults(given: Sequence[Callback]) -> list[Callback]:
    """Return the default callbacks and those given; one of the class of a default takes its place."""
    defaults = [kind() for kind in DEFAULT_CALLBACKS if not any(isinstance(callback, kind) for callback in given)]
    return [*defaults, *given]
