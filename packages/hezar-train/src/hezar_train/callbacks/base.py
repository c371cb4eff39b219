"""`Callback`: hooks into a training run."""

from __future__ import annotations

from pathlib import Path
from typing import Any


class Callback:
    """Base class of callbacks; a subclass overrides the events it is interested in.

    Each event gets the `Trainer`. Callbacks run on every process, in the order they are given; those that write files
    look at ``trainer.is_main_process``. Setting ``trainer.should_stop`` ends the run after the next optimizer step.

    Example:
        >>> class StopEarly(Callback):
        ...     def on_evaluate(self, trainer, metrics):
        ...         trainer.should_stop = metrics["loss"] < 0.1
    """

    # `trainer` is Any, so that a callback may name the class of Trainer that it needs. What the callbacks here need is
    # `trainer.run`; naming the Trainer, which imports them, would close a circle.

    def on_train_begin(self, trainer: Any) -> None:
        """Training begins, or resumes from a checkpoint."""

    def on_epoch_begin(self, trainer: Any) -> None:
        """An epoch, ``trainer.state.epoch``, begins or resumes."""

    def on_step_end(self, trainer: Any) -> None:
        """A step is done; ``trainer.state.global_step`` counts it."""

    def on_log(self, trainer: Any, logs: dict[str, float], step: int) -> None:
        """Values are logged, such as ``train.loss``."""

    def on_save(self, trainer: Any, path: Path) -> None:
        """A checkpoint has been written to `path`."""

    def on_evaluate(self, trainer: Any, metrics: dict[str, Any]) -> None:
        """An evaluation within training is done."""

    def on_epoch_end(self, trainer: Any) -> None:
        """An epoch is trained, evaluated and logged, or cut short by the end of the run."""

    def on_train_end(self, trainer: Any) -> None:
        """Training is over: done, interrupted or failed."""

    def state_dict(self) -> dict[str, Any]:
        """Return what must outlive a stop, as plain values; it is kept in checkpoints."""
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take back what `state_dict` returned."""
