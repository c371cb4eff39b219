"""`LossMeter`: the running mean of the training loss, read from the device as rarely as possible."""

from __future__ import annotations

import math

import torch

from hezar_train.errors import DivergedError

# Reading a number from a GPU waits for all work queued there; on the CPU it costs nothing.
READ_EVERY = 16


class LossMeter:
    """Sum and count of the losses of all steps, and of those since the last row of the log.

    Args:
        total: Sum so far.
        count: Steps so far.
        row_total: Sum since the last row.
        row_count: Steps since the last row.
    """

    def __init__(self, total: float = 0.0, count: int = 0, row_total: float = 0.0, row_count: int = 0) -> None:
        self.total = total
        self.count = count
        self.row_total = row_total
        self.row_count = row_count
        self._last_row = self.average
        self._unread: list[tuple[int, torch.Tensor]] = []

    @property
    def average(self) -> float:
        """Mean of the losses read so far; 0 before the first."""
        return self.total / self.count if self.count else 0.0

    @property
    def row_average(self) -> float:
        """Mean of the losses read since the last row; right after it, what that row said."""
        return self.row_total / self.row_count if self.row_count else self._last_row

    def end_row(self) -> None:
        """Begin the next row of the log."""
        self._last_row = self.row_average
        self.row_total, self.row_count = 0.0, 0

    def add(self, loss: torch.Tensor, step: int) -> None:
        """Add the loss of a step.

        Raises:
            DivergedError: A loss is NaN or infinite; the message names the step.
        """
        self._unread.append((step, loss.detach()))
        if loss.device.type == "cpu" or len(self._unread) >= READ_EVERY:
            self.read()

    def read(self) -> float:
        """Read all losses from the device and return their mean.

        Raises:
            DivergedError: See `add`.
        """
        if self._unread:
            values = torch.stack([loss.float() for _, loss in self._unread]).tolist()
            steps = [step for step, _ in self._unread]
            self._unread.clear()
            for step, value in zip(steps, values, strict=True):
                if not math.isfinite(value):
                    raise DivergedError(
                        f"The loss of step {step} is {value}. Lower learning_rate, set max_grad_norm (such as 1.0), or "
                        "look for bad rows in the data; the last checkpoint was written before this step."
                    )
                self.total += value
                self.count += 1
                self.row_total += value
                self.row_count += 1
        return self.average
