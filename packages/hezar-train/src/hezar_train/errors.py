"""Errors of training.

::

    TrainingError
    ├── CheckpointError (also ValueError)   a checkpoint is absent, incomplete, or of another run
    └── DivergedError   (also ArithmeticError)   the loss is no longer a finite number
"""

from __future__ import annotations

from hezar_registry import HezarError


class TrainingError(HezarError):
    """Training or evaluation cannot start or continue."""


class CheckpointError(TrainingError, ValueError):
    """A checkpoint is absent, incomplete, or does not belong to this run."""


class DivergedError(TrainingError, ArithmeticError):
    """The training loss became NaN or infinite."""
