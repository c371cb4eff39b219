"""What a checkpoint holds besides the settings and the state of the run: its parts and their states, as files."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, cast

import torch
from accelerate.utils import extract_model_from_parallel

from hezar_hub import LR_SCHEDULER_FILE, OPTIMIZER_FILE, TRAINER_SUBFOLDER, FileMissingError, Repo, stand_in
from hezar_registry import get_logger
from hezar_train.errors import CheckpointError

logger = get_logger(__name__)

RNG_STATE_FILE = "rng_state.pt"
GRAD_SCALER_FILE = "grad_scaler.pt"


class Stateful(Protocol):
    """Something whose state can be taken out and put back: an optimizer, a schedule, a callback."""

    def state_dict(self) -> dict[str, Any]: ...

    def load_state_dict(self, state_dict: dict[str, Any], /) -> Any: ...


@dataclass
class RunParts:
    """The parts of a run that change while it trains. They write and read their own states.

    Attributes:
        model: The model, as accelerate prepared it.
        optimizer: The optimizer, as accelerate prepared it.
        scheduler: The schedule of the learning rate, or ``None``.
        scaler: The gradient scaler of float16, or ``None``.
        callbacks: The callbacks of the run.
    """

    model: Any
    optimizer: Any
    scheduler: Any = None
    scaler: Any = None
    callbacks: Sequence[Stateful] = field(default_factory=list["Stateful"])

    @property
    def unwrapped_model(self) -> Any:
        """The model as it was given, without what accelerate puts around it."""
        return extract_model_from_parallel(self.model)

    def write(self, folder: Path) -> None:
        """Write the model, and the states of optimizer, schedule and scaler below ``train/``, into a folder."""
        self.unwrapped_model.save(folder)
        for name, content in self.state_files().items():
            (folder / TRAINER_SUBFOLDER / name).write_bytes(content)

    def state_files(self) -> dict[str, bytes]:
        """Return the states of optimizer, schedule and scaler as the contents of files, by name."""
        return {name: to_bytes(part.state_dict()) for name, part in self._with_file().items()}

    def callback_states(self) -> dict[str, Any]:
        """Return what the callbacks want to keep, by the names of their classes."""
        states = {type(callback).__name__: callback.state_dict() for callback in self.callbacks}
        return {name: state for name, state in states.items() if state}

    def load(self, checkpoint: Path, callback_states: Mapping[str, Any]) -> None:
        """Load the states of everything but the model; what is not in the checkpoint starts from scratch.

        Args:
            checkpoint: The folder of the checkpoint.
            callback_states: What `callback_states` returned when it was written.

        Raises:
            CheckpointError: A file is broken, or does not fit the run.
        """
        for name, part in self._with_file().items():
            state = read_tensors(checkpoint, name)
            if state is not None:
                _load_state(part, state, checkpoint, name)
            elif part is self.optimizer:
                logger.warning("%s has no state of the optimizer; it starts from scratch.", checkpoint)
        for callback in self.callbacks:
            state = callback_states.get(type(callback).__name__)
            if state is not None:
                callback.load_state_dict(state)

    def _with_file(self) -> dict[str, Stateful]:
        parts = {OPTIMIZER_FILE: self.optimizer, LR_SCHEDULER_FILE: self.scheduler, GRAD_SCALER_FILE: self.scaler}
        return {name: part for name, part in parts.items() if part is not None}


def to_bytes(value: Any) -> bytes:
    """Return tensors and plain values as the bytes of a ``.pt`` file."""
    buffer = io.BytesIO()
    torch.save(value, buffer)
    return buffer.getvalue()


def read_tensors(folder: Path, name: str) -> Any:
    """Read a ``.pt`` file under ``train/`` of a checkpoint, or return ``None`` when there is none.

    Only tensors and plain values are read; a file that holds anything else is refused and nothing of it runs.

    Raises:
        CheckpointError: The file is broken or refused.
    """
    path = Repo(folder).find(name, subfolder=TRAINER_SUBFOLDER)
    if path is None:
        return None
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except (FileMissingError, OSError):
        raise
    except Exception as error:  # torch raises many kinds for broken files
        instead = stand_in(path)
        raise CheckpointError(f"{path} is {instead}." if instead else f"{path} cannot be read: {error}") from error


def _load_state(part: Stateful, state: Any, checkpoint: Path, name: str) -> None:
    try:
        if name == LR_SCHEDULER_FILE:
            _check_form(state, part.state_dict())
        part.load_state_dict(state)
    except (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError) as error:
        raise CheckpointError(
            f"{name} of {checkpoint} does not fit this run ({error}). "
            "Use the optimizer, the schedule and the model of the checkpoint."
        ) from error


def _check_form(state: Any, own: dict[str, Any]) -> None:
    """Check that a state has the form of that of the run: a schedule takes over anything, and breaks at its next step."""
    if not isinstance(state, dict):
        raise TypeError(f"a state is a mapping; found {type(state).__name__}")
    found = cast("dict[str, Any]", state)
    for key in found.keys() & own.keys():
        value, expected = found[key], own[key]
        numbers = (int, float)
        if isinstance(expected, numbers) and not isinstance(value, numbers):
            raise TypeError(f"{key} is a number; found {value!r:.60}")
        # The best result so far is infinite as long as there is none.
        if isinstance(expected, numbers) and (math.isnan(value) or math.isinf(value) > math.isinf(expected)):
            raise TypeError(f"{key} is a finite number; found {value!r:.60}")
        if isinstance(expected, list) and not isinstance(value, list):
            raise TypeError(f"{key} is a list; found {value!r:.60}")
