"""Folders of logs: one per run, named by time and machine."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from hezar_config import TrainerConfig
from hezar_train.checkpoints.state import TrainerState


def resolve_logdir(log_dir: str | os.PathLike[str]) -> str:
    """Return the path of a new folder of logs, named by time and machine: ``logs/Jun09_13-23-16_host``.

    Args:
        log_dir: The folder of all logs.

    Returns:
        A path that does not exist yet; it is not made.
    """
    root, name, number = Path(log_dir), f"{datetime.now():%b%d_%H-%M-%S}_{socket.gethostname()}", 1
    path = root / name
    while path.exists():
        number += 1
        path = root / f"{name}-{number}"
    return str(path)


def describe_logs(logs: Mapping[str, float], step: int) -> str:
    """Return the values of a step as a line for people.

    Example:
        >>> describe_logs({"train.loss": 0.31415, "evaluation.f1": 0.9}, 12)
        'Step 12: train.loss 0.3142, evaluation.f1 0.9000'
    """
    values = (f"{name} {value:.4f}" if isinstance(value, float) else f"{name} {value}" for name, value in logs.items())
    return f"Step {step}: {', '.join(values)}"


def logs_of_run(config: TrainerConfig, state: TrainerState) -> str:
    """Return the folder of the run's logs: the one that its state names, or else a new one."""
    root = Path(config.output_dir).expanduser() / config.logs_dir
    if state.logs_dir is not None:
        return str(root / Path(state.logs_dir).name)
    return resolve_logdir(root)
