"""Running means, writing to TensorBoard, and a logger for several processes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hezar_registry import InputKeyError
from hezar_train.metrics.base import Metric

LOSS = "loss"


class AverageMeter:
    """A running mean, weighted by counts.

    Args:
        name: What is averaged; for `str`.
        avg: Initial mean.
        sum: Initial sum.
        count: Initial count.
        fmt: Format of the numbers in `str`.

    Attributes:
        val: The last value.
        avg: The mean so far.
        sum: The sum so far.
        count: How many values that is.

    Example:
        >>> meter = AverageMeter("loss", fmt=":.2f")
        >>> meter.update(0.5, n=3)
        >>> meter.update(0.1)
        >>> str(meter)
        'loss 0.10 (0.40)'
    """

    def __init__(
        self,
        name: str,
        avg: float | None = None,
        sum: float | None = None,  # noqa: A002 - the published name
        count: int | None = None,
        fmt: str = ":f",
    ) -> None:
        self.name = name
        self.fmt = fmt
        self.val: float = 0
        self.avg: float = avg or 0
        self.sum: float = sum or 0
        self.count: int = count or 0

    def reset(self) -> None:
        """Reset to zero."""
        self.val = self.avg = self.sum = self.count = 0

    def update(self, val: float, n: int = 1) -> None:
        """Add a value that stands for `n`, such as the mean loss of a batch of `n` rows."""
        self.val = val
        self.sum += val * n
        self.count += n
        self.avg = self.sum / self.count if self.count else 0

    def __str__(self) -> str:
        number = self.fmt.removeprefix(":")
        return f"{self.name} {self.val:{number}} ({self.avg:{number}})"


class MetricsTracker:
    """Means over batches of the loss and of what metrics return.

    The `Trainer` does not use it: a mean over batches is not the metric of the whole set, which `MetricsHandler`
    computes from counts.

    Args:
        metrics: Metrics by name; each is tracked under its ``config.output_keys``.

    Attributes:
        trackers: The `AverageMeter` of each key, and of ``"loss"``.
    """

    def __init__(self, metrics: Mapping[str, Metric[Any]]) -> None:
        self.metrics = metrics
        keys = [key for name, metric in metrics.items() for key in metric.config.output_keys or (name,)]
        self.trackers = {key: AverageMeter(key) for key in (*keys, LOSS)}

    def update(self, results: Mapping[str, float]) -> None:
        """Add the results of a batch.

        Raises:
            InputKeyError: One of the tracked keys is absent. Nothing is added then.
        """
        missing = [key for key in self.trackers if key not in results]
        if missing:
            raise InputKeyError(f"The results lack {', '.join(map(repr, missing))}; found {sorted(results)}.")
        for key, tracker in self.trackers.items():
            tracker.update(results[key])

    def avg(self) -> dict[str, float]:
        """Return the means by key."""
        return {key: tracker.avg for key, tracker in self.trackers.items()}

    def reset(self) -> None:
        """Reset to zero."""
        for tracker in self.trackers.values():
            tracker.reset()


def write_to_tensorboard(writer: Any, logs: Mapping[str, float | None], step: int) -> None:
    """Write the values of a step to TensorBoard.

    Args:
        writer: A ``torch.utils.tensorboard.SummaryWriter``.
        logs: Values by name; ``None`` is left out.
        step: The step.
    """
    for name, value in logs.items():
        if value is not None:
            writer.add_scalar(name, value, step)


def get_distributed_logger(name: str, level: str | None = None, fmt: str | None = None) -> Any:
    """Return a `Logger` of which only the main process writes.

    It is accelerate's ``MultiProcessAdapter``, so an ``Accelerator`` must be there when it logs;
    ``main_process_only=False`` lets all processes write.

    Args:
        name: See `Logger`.
        level: See `Logger`.
        fmt: See `Logger`.
    """
    from accelerate.logging import MultiProcessAdapter

    from hezar_registry import Logger

    return MultiProcessAdapter(Logger(name, level, fmt), {})


def get_lr_scheduler_type(lr_scheduler: Any, schedulers_mapping: Mapping[str, type]) -> str | None:
    """Return the name of a schedule's class, or ``None`` when it has none.

    Args:
        lr_scheduler: A learning-rate scheduler.
        schedulers_mapping: Classes by name.
    """
    return next((name for name, kind in schedulers_mapping.items() if isinstance(lr_scheduler, kind)), None)
