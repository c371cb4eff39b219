"""`Run`: a training run apart from the loop that drives it."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from typing import Any, Generic, Self, TypeVar, overload

from accelerate import Accelerator
from accelerate.utils import broadcast_object_list, gather_object, set_seed
from torch.optim.lr_scheduler import ReduceLROnPlateau

from hezar_config import Config, TrainerConfig
from hezar_hub import DATASET_CONFIG_FILE, TRAINER_SUBFOLDER
from hezar_train.checkpoints.contents import RNG_STATE_FILE, RunParts, to_bytes
from hezar_train.checkpoints.folder import Checkpoints
from hezar_train.checkpoints.rng import get_rng_state, set_rng_state
from hezar_train.checkpoints.state import TrainerState
from hezar_train.errors import TrainingError
from hezar_train.logs import logs_of_run
from hezar_train.loss_meter import LossMeter
from hezar_train.position import Position
from hezar_train.settings import Steps

T = TypeVar("T")


@dataclass
class Run:
    """What is trained, where it stands and where its files are.

    The `Trainer` owns a run and drives it. Checkpoints, logs and publishing need nothing but the run.

    Attributes:
        config: The settings.
        accelerator: Owns devices, precision and processes.
        parts: What changes while the run trains: model, optimizer, schedule, callbacks.
        position: Where the loop stands.
        steps: How long the run is, and what happens at which steps.
        checkpoints: The folder of the checkpoints.
        loss_meter: Mean of the training loss, of this process.
        train_dataset: Rows to train on, or ``None``.
        eval_dataset: Rows to evaluate on, or ``None``.
        rng_states: The random states to resume with, one for each process that wrote the checkpoint.
        last_evaluation: Results of the last evaluation.
        max_checkpoints: How many checkpoints are kept, besides the best one; ``None`` keeps all.
    """

    config: TrainerConfig
    accelerator: Accelerator
    parts: RunParts
    position: Position
    steps: Steps
    checkpoints: Checkpoints
    loss_meter: LossMeter
    train_dataset: Any = None
    eval_dataset: Any = None
    rng_states: list[dict[str, Any]] | None = None
    last_evaluation: dict[str, Any] = field(default_factory=dict[str, Any])
    max_checkpoints: int | None = None

    @property
    def state(self) -> TrainerState:
        """The numbers that checkpoints keep."""
        return self.position.state

    @property
    def is_main_process(self) -> bool:
        """Whether this process writes the files."""
        return self.accelerator.is_main_process

    @property
    def logs_dir(self) -> Path:
        """Folder of the logs; made when training begins.

        Raises:
            TrainingError: Training has not begun.
        """
        if self.state.logs_dir is None:
            raise TrainingError("The run has no logs yet: they begin with train().")
        return Path(self.state.logs_dir)

    def begin(self) -> None:
        """Seed, or restore the random states of the checkpoint; open the logs.

        Raises:
            TrainingError: The logs cannot be written.
        """
        position, accelerator = self.position, self.accelerator
        position.should_stop = False
        if not position.seeded:
            position.seeded = True
            rng_states, self.rng_states = self.rng_states, None
            if rng_states is not None and len(rng_states) == accelerator.num_processes:
                set_rng_state(rng_states[accelerator.process_index])
            else:
                set_seed(self.config.seed + self.state.global_step, device_specific=True)
        name = [logs_of_run(self.config, self.state)]
        broadcast_object_list(name)  # the time in it is that of the main process
        self.state.logs_dir = name[0]
        if self.is_main_process:
            try:
                self.logs_dir.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise TrainingError(f"The logs cannot be written to {self.logs_dir}: {error.strerror}.") from error

    def mean_loss(self) -> float:
        """Return the mean training loss of all steps so far, over all processes."""
        means = gather_object([self.loss_meter.read()])
        return sum(means) / len(means)

    def row_loss(self) -> float:
        """Return the mean training loss since the last row of the log, over all processes."""
        self.loss_meter.read()
        means = gather_object([self.loss_meter.row_average])
        return sum(means) / len(means)

    def write(self, folder: Path) -> None:
        """Write everything but the position into a folder: model, settings, states of the parts."""
        self.parts.write(folder)
        self.config.save(folder)
        dataset_config = getattr(self.train_dataset, "config", None)
        if isinstance(dataset_config, Config):
            dataset_config.save(folder, DATASET_CONFIG_FILE, subfolder=TRAINER_SUBFOLDER)

    def save_checkpoint(self) -> Path:
        """Write a checkpoint of the step just done, and point the state file to it. All processes must call it.

        Returns:
            The folder of the checkpoint.
        """
        self._update_state()
        step = self.state.global_step
        superseded = self._superseded()
        kept = [old for old in self.state.checkpoints if old not in superseded and old != step]
        self.state.checkpoints = [*kept, step]
        path = self.checkpoints.folder / str(step)
        rng_states = gather_object([get_rng_state()])
        if self.is_main_process:

            def write(folder: Path) -> None:
                self.write(folder)
                (folder / TRAINER_SUBFOLDER / RNG_STATE_FILE).write_bytes(to_bytes(rng_states))

            path = self.checkpoints.save(step, len(str(self.steps.total)), write, self.state, superseded)
        self.position.saved_step = step
        self.accelerator.wait_for_everyone()
        return path

    def amend_checkpoint(self) -> None:
        """Add to the checkpoint of this step what the end of the epoch brought. All processes must call it."""
        self._update_state()
        if self.is_main_process:
            # Such a schedule changed the learning rate after the save.
            changed = isinstance(self.parts.scheduler, ReduceLROnPlateau)
            files = self.parts.state_files() if changed else {}
            self.checkpoints.amend(self.state.global_step, files, self.state)
        self.accelerator.wait_for_everyone()

    def _superseded(self) -> list[int]:
        """Return the steps of checkpoints that the one about to be written takes the place of.

        Only those that this run wrote, and never the best one.
        """
        step, state = self.state.global_step, self.state
        if self.max_checkpoints is None:
            return []
        older = [old for old in sorted(state.checkpoints) if old < step]
        surplus = older[: max(len(older) + 1 - self.max_checkpoints, 0)]
        return [old for old in surplus if old != state.best_checkpoint]

    def _update_state(self) -> None:
        state, meter = self.state, self.loss_meter
        meter.read()
        sums = gather_object([(meter.total, meter.row_total)])
        state.loss_tracker_sum = sum(total for total, _ in sums) / len(sums)
        state.row_loss_sum = sum(row_total for _, row_total in sums) / len(sums)
        state.row_loss_count = meter.row_count
        state.loss_tracker_count = meter.count
        state.loss_tracker_avg = state.loss_tracker_sum / max(state.loss_tracker_count, 1)
        state.callbacks = self.parts.callback_states()


class RunAttribute(Generic[T]):
    """An attribute of the `Trainer` that its run holds, so that there is one of it.

    Args:
        path: Where it is in the run, such as ``"parts.model"``.
    """

    def __init__(self, path: str) -> None:
        self._owner, _, self._name = f"run.{path}".rpartition(".")

    @overload
    def __get__(self, trainer: None, kind: type) -> Self: ...
    @overload
    def __get__(self, trainer: object, kind: type) -> T: ...
    def __get__(self, trainer: object | None, kind: type) -> Self | T:
        return self if trainer is None else getattr(attrgetter(self._owner)(trainer), self._name)

    def __set__(self, trainer: object, value: T) -> None:
        setattr(attrgetter(self._owner)(trainer), self._name, value)
