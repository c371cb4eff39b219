"""`LossPlot`: losses and metrics of a run, drawn next to its log."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hezar_hub import TRAINER_CSV_LOG_FILE, atomic_write
from hezar_registry import MissingExtraError, get_logger, require
from hezar_train.callbacks.base import Callback
from hezar_train.callbacks.csv_logger import STEP, load_csv_logs

if TYPE_CHECKING:  # callbacks are imported without torch
    from hezar_train.run import Run

logger = get_logger(__name__)

PLOT_FILE = "training_plot.png"
_SIZE_INCHES = (8.0, 6.0)


class LossPlot(Callback):
    """Draws ``training_plot.png`` from ``training_logs.csv`` after each epoch.

    Without matplotlib (``pip install "hezar-train[plot]"``) there is no plot, and one line in the log says so.
    """

    def __init__(self) -> None:
        self._available = True

    def on_epoch_end(self, trainer: Any) -> None:
        """Draw the plot again."""
        run: Run = trainer.run
        log = run.logs_dir / TRAINER_CSV_LOG_FILE
        if not self._available or not run.is_main_process or not log.is_file():
            return
        try:
            plot_logs(load_csv_logs(log), log.with_name(PLOT_FILE))
        except MissingExtraError as error:
            self._available = False
            logger.info("No plot of the run is drawn. %s", error)


def plot_logs(logs: Mapping[str, Sequence[float | None]], path: Path) -> None:
    """Draw the columns of a training log: losses above, metrics below.

    Args:
        logs: What `load_csv_logs` returns.
        path: The PNG file to write.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    require("matplotlib", extra="hezar-train[plot]", purpose="Drawing the plot of a run")
    # Not pyplot: that keeps figures in a global list and may open windows.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    losses = [column for column in logs if column != STEP and "loss" in column]
    scores = [column for column in logs if column != STEP and column not in losses and any(_points(logs, column)[0])]
    figure = Figure(figsize=_SIZE_INCHES, layout="constrained")
    FigureCanvasAgg(figure)
    panels = [("Loss", losses)] + ([("Metric", scores)] if scores else [])
    for index, (label, columns) in enumerate(panels, start=1):
        axes = figure.add_subplot(len(panels), 1, index)
        for column in columns:
            steps, values = _points(logs, column)
            axes.plot(steps, values, marker="o", markersize=3, label=column)
        axes.set_xlabel("Step")
        axes.set_ylabel(label)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(visible=True, alpha=0.3)
        if columns:
            axes.legend()
    image = io.BytesIO()
    figure.savefig(image, format="png", dpi=120)
    atomic_write(path, image.getvalue())


def _points(logs: Mapping[str, Sequence[float | None]], column: str) -> tuple[list[float], list[float]]:
    found = [(step, value) for step, value in zip(logs[STEP], logs[column], strict=True) if None not in (step, value)]
    return [step for step, _ in found if step is not None], [value for _, value in found if value is not None]
