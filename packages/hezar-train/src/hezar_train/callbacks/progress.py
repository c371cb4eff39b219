"""`ProgressBar`: how far an epoch is, on a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from hezar_registry import progress_enabled
from hezar_train.callbacks.base import Callback
from hezar_train.logs import describe_logs

if TYPE_CHECKING:  # callbacks are imported without torch
    from hezar_train.run import Run

WIDTH = 70


class ProgressBar(Callback):
    """Shows a bar per epoch with the mean loss since the last row of the log, and above it a line for each row.

    Only on a terminal, only in the main process, and not where ``HEZAR_DISABLE_PROGRESS_BARS`` is set.
    """

    def __init__(self) -> None:
        self._bar: Any = None

    def on_epoch_begin(self, trainer: Any) -> None:
        """Open the bar, at the step where the epoch resumes."""
        run: Run = trainer.run
        if not run.is_main_process or not progress_enabled(sys.stderr.isatty()):
            return
        from tqdm.auto import tqdm

        state = run.state
        self._bar = tqdm(
            total=run.steps.in_epoch,
            initial=state.epoch_step,
            desc=f"Epoch: {state.epoch}/{state.total_epochs} ",
            unit="batch",
            ascii=" #",
            ncols=WIDTH,
        )

    def on_step_end(self, trainer: Any) -> None:
        """Move the bar."""
        if self._bar is not None:
            run: Run = trainer.run
            self._bar.set_postfix(loss=f"{run.loss_meter.row_average:.4f}", refresh=False)
            self._bar.update(1)

    def on_log(self, trainer: Any, logs: dict[str, float], step: int) -> None:
        """Write the values above the bar."""
        if self._bar is not None:
            self._bar.write(describe_logs(logs, step), file=sys.stderr)

    def on_epoch_end(self, trainer: Any) -> None:
        """Close the bar."""
        self._close()

    def on_train_end(self, trainer: Any) -> None:
        """Close the bar of an epoch that was not finished."""
        self._close()

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
