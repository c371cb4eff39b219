"""Pictures of reports, in which Persian can be read: letters joined, from right to left."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hezar_hub import atomic_write
from hezar_registry import HezarError, require

EXTRA = "hezar[trainer]"
# The first release of matplotlib that shapes text with raqm: joined letters, and the direction of each line.
_SHAPES_TEXT = (3, 11)


def check_plots() -> None:
    """Refuse, before long work, what could not be drawn after it.

    Raises:
        MissingExtraError: matplotlib is not installed.
        HezarError: It is too old to join Persian letters.
    """
    library = require("matplotlib", extra=EXTRA, purpose="Drawing a plot")
    version = tuple(int(part) for part in library.__version__.split(".")[:2])
    if version < _SHAPES_TEXT:
        raise HezarError(
            f"matplotlib {library.__version__} draws Persian letters apart and from left to right. "
            "Install 3.11 or newer: pip install -U matplotlib"
        )


def draw_confusion(counts: NDArray[np.int64], labels: Sequence[str], path: str | Path) -> None:
    """Draw how often each label was answered by each.

    Args:
        counts: int (labels, labels): a row for each right label, a column for each answer.
        labels: Their names.
        path: The PNG file to write.

    Raises:
        HezarError: See `check_plots`; or the file cannot be written.
    """
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    side = min(3.0 + 0.6 * len(labels), 20.0)
    figure, axes = _figure(side + 1.0, side)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    places = range(len(labels))
    axes.set_xticks(places, labels, rotation=45, ha="right")
    axes.set_yticks(places, labels)
    axes.set_xlabel("answer")
    axes.set_ylabel("right label")
    if len(labels) <= 30:
        for row in places:
            for column in places:
                colour = "white" if shares[row, column] > 0.5 else "black"
                axes.text(column, row, f"{counts[row, column]:,}", ha="center", va="center", color=colour, fontsize=9)
    _save(figure, path)


def draw_errors(errors: Sequence[float], path: str | Path, *, unit: str) -> None:
    """Draw how many rows are how wrong.

    Args:
        errors: How wrong each row is, 0 for a right one.
        path: The PNG file to write.
        unit: What the numbers are, such as ``"character error rate"``.

    Raises:
        HezarError: See `check_plots`; or the file cannot be written.
    """
    figure, axes = _figure(7.0, 4.0)
    most = max(max(errors, default=0.0), 1.0)
    axes.hist(errors, bins=np.linspace(0, most, 41), color="#1f6fb2")
    axes.set_xlabel(unit)
    axes.set_ylabel("rows")
    axes.set_xlim(0, most)
    axes.grid(visible=True, axis="y", alpha=0.3)
    _save(figure, path)


def _figure(width: float, height: float) -> tuple[Any, Any]:
    check_plots()
    # Not pyplot: that keeps figures in a global list and may open windows.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.subplots()


def _save(figure: Any, path: str | Path) -> None:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=120)
    atomic_write(path, buffer.getvalue())
