"""`CSVLogger`: the log of a run as ``training_logs.csv``."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hezar_hub import TRAINER_CSV_LOG_FILE, atomic_write
from hezar_train.callbacks.base import Callback

if TYPE_CHECKING:  # callbacks are imported without torch
    from hezar_train.run import Run

STEP = "step"


class CSVLogger(Callback):
    """Writes a row per logged step: ``step, train.loss, evaluation.…``; cells without a value stay empty.

    A resumed run keeps the rows up to the step it resumes from and drops the later ones, so the file is the same as
    that of a run that was never stopped.
    """

    def __init__(self) -> None:
        self._rows: dict[int, dict[str, float | None]] = {}
        self._columns: list[str] = []

    def on_train_begin(self, trainer: Any) -> None:
        """Read the rows of the part of the run that is done."""
        run: Run = trainer.run
        path = run.logs_dir / TRAINER_CSV_LOG_FILE
        self._rows, self._columns = {}, []
        if not run.is_main_process or not path.is_file():
            return
        logs = load_csv_logs(path)
        self._columns = [column for column in logs if column != STEP]
        for index, step in enumerate(logs[STEP]):
            if step is not None and step <= run.state.global_step:
                self._rows[int(step)] = {column: logs[column][index] for column in self._columns}
        self._rewrite(path)

    def on_log(self, trainer: Any, logs: dict[str, float], step: int) -> None:
        """Write a row; values of a step that has one already are added to it."""
        run: Run = trainer.run
        if not run.is_main_process:
            return
        path = run.logs_dir / TRAINER_CSV_LOG_FILE
        new_columns = [column for column in logs if column not in self._columns]
        rewrite = bool(new_columns) or step in self._rows
        self._columns += new_columns
        self._rows[step] = {**self._rows.get(step, {}), **logs}
        if rewrite:
            self._rewrite(path)
            return
        with path.open("a", encoding="utf-8", newline="") as file:
            self._write(file, [step])

    def _rewrite(self, path: Path) -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerow([STEP, *self._columns])
        self._write(text, sorted(self._rows))
        atomic_write(path, text.getvalue())

    def _write(self, file: io.TextIOBase, steps: list[int]) -> None:
        writer = csv.writer(file, lineterminator="\n")
        for step in steps:
            row = self._rows[step]
            writer.writerow([step, *("" if row.get(c) is None else row[c] for c in self._columns)])


def load_csv_logs(path: str | os.PathLike[str]) -> dict[str, list[float | None]]:
    """Return the columns of a ``training_logs.csv`` by name; empty cells and texts are ``None``.

    Example:
        >>> load_csv_logs("runs/logs/Jun09_13-23-16_host/training_logs.csv")["train.loss"]  # doctest: +SKIP
        [1.565, 1.34]
    """
    text = Path(path).read_text(encoding="utf-8")
    # A crash may have cut the last line off in the middle of a number.
    reader = csv.DictReader(text[: text.rfind("\n") + 1].splitlines())
    columns: dict[str, list[float | None]] = {name: [] for name in reader.fieldnames or [STEP]}
    for row in reader:
        for name, values in columns.items():
            values.append(_number(row.get(name)))
    return columns


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
