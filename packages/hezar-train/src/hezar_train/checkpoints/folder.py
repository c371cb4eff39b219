"""`Checkpoints`: the folder of a run's checkpoints, each written as a whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from hezar_hub import (
    TRAINER_CONFIG_FILE,
    TRAINER_STATE_FILE,
    TRAINER_SUBFOLDER,
    Repo,
    RepoNotFoundError,
    atomic_save,
)
from hezar_train.checkpoints.state import TrainerState
from hezar_train.errors import CheckpointError


class Checkpoints:
    """Checkpoints by step: ``<folder>/<step>/{model files, preprocessor/, train/}`` and ``trainer_state.yaml``.

    A checkpoint and the state file that points to it change in one transaction.

    Args:
        folder: The folder; it need not exist.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def steps(self) -> dict[int, Path]:
        """Return the folders of the checkpoints by step, in the order of steps.

        Folder names are numbers, padded with zeros or not.
        """
        try:
            names = Repo(self.folder).files()
        except RepoNotFoundError:
            return {}
        tops = {name.partition("/")[0] for name in names if name.partition("/")[2].startswith(f"{TRAINER_SUBFOLDER}/")}
        return {int(top): self.folder / top for top in sorted((t for t in tops if t.isdecimal()), key=int)}

    def find(self, step: int) -> Path:
        """Return the folder of a checkpoint.

        Raises:
            CheckpointError: There is none for that step.
        """
        steps = self.steps()
        if step not in steps:
            raise CheckpointError(f"There is no checkpoint of step {step} in {self.folder}.{_listed(steps)}")
        return steps[step]

    def save(
        self,
        step: int,
        digits: int,
        write: Callable[[Path], None],
        state: TrainerState,
        superseded: Iterable[int] = (),
    ) -> Path:
        """Write a checkpoint; one of the same step is replaced.

        Args:
            step: The step.
            digits: Pad the folder name with zeros to this length.
            write: Writes the files of the checkpoint into the folder it is given.
            state: Goes to ``trainer_state.yaml``, in the checkpoint and next to all checkpoints.
            superseded: Steps whose checkpoints are removed in the same transaction.

        Raises:
            SaveError: The disk is full or cannot be written to; the checkpoints there are whole.
        """
        there = self.steps()
        path = there.get(step, self.folder / f"{step:0{digits}d}")
        removed = [there[old] for old in superseded if old in there]
        with atomic_save(self.folder) as staging:
            root = staging.path(f"{path.name}/{TRAINER_SUBFOLDER}/{TRAINER_CONFIG_FILE}").parent.parent
            write(root)
            state_text = state.to_yaml()
            staging.path(f"{path.name}/{TRAINER_SUBFOLDER}/{TRAINER_STATE_FILE}").write_text(state_text, "utf-8")
            staging.path(TRAINER_STATE_FILE).write_text(state_text, "utf-8")
            if path.is_dir():
                for old in Repo(path).files():
                    if not (root / old).exists():
                        staging.delete(f"{path.name}/{old}")
            for folder in removed:
                for old in Repo(folder).files():
                    staging.delete(f"{folder.name}/{old}")
        for folder in removed:
            shutil.rmtree(folder, ignore_errors=True)  # its files are gone; the empty folders are left
        return path

    def amend(self, step: int, files: Mapping[str, bytes], state: TrainerState) -> None:
        """Change the state and some files under ``train/`` of a checkpoint, in one transaction."""
        name = self.find(step).name
        with atomic_save(self.folder) as staging:
            for file, content in files.items():
                staging.path(f"{name}/{TRAINER_SUBFOLDER}/{file}").write_bytes(content)
            staging.path(f"{name}/{TRAINER_SUBFOLDER}/{TRAINER_STATE_FILE}").write_text(state.to_yaml(), "utf-8")
            staging.path(TRAINER_STATE_FILE).write_text(state.to_yaml(), "utf-8")

    def locate(self, resume_from: bool | str | os.PathLike[str], steps_in_epoch: int) -> tuple[Path, TrainerState]:
        """Return the checkpoint to resume from, and the state of the run at its step.

        Args:
            resume_from: ``True`` for the last checkpoint of the run, or the folder of one.
            steps_in_epoch: Needed for folders written by Hezar 1.0.0, whose step is known by name only.

        Raises:
            CheckpointError: There is none.
        """
        if isinstance(resume_from, bool):
            return self._last()
        path = Path(resume_from).expanduser()
        if not (path / TRAINER_SUBFOLDER).is_dir():
            inside = Checkpoints(path).steps() or Checkpoints(path / self.folder.name).steps()
            raise CheckpointError(
                f"{path} is not the folder of a checkpoint: it has no {TRAINER_SUBFOLDER}/."
                f"{_listed(inside, 'Give the folder of one, such as ')}"
            )
        state = _read_state(path, TRAINER_SUBFOLDER) or _state_beside(path, steps_in_epoch)
        return path, state

    def _last(self) -> tuple[Path, TrainerState]:
        steps = self.steps()
        if not steps:
            raise CheckpointError(
                f"There is no checkpoint in {self.folder} to resume from. "
                "Leave resume_from_checkpoint out to start from the beginning."
            )
        state = _read_state(self.folder)
        if state is None:
            raise CheckpointError(
                f"{self.folder} has checkpoints but no {TRAINER_STATE_FILE}.{_listed(steps, 'Resume from a folder: ')}"
            )
        path = self.find(state.global_step)
        return path, _read_state(path, TRAINER_SUBFOLDER) or state


def _state_beside(path: Path, steps_in_epoch: int) -> TrainerState:
    """Return the state for a folder that has none of its own: one written by Hezar 1.0.0."""
    if not path.name.isdecimal():
        raise CheckpointError(
            f"{path} has no {TRAINER_SUBFOLDER}/{TRAINER_STATE_FILE}, and its name is not the number of a step."
        )
    step = int(path.name)
    beside = _read_state(path.parent)
    if beside is not None and beside.global_step == step:
        return beside
    state = beside or TrainerState()
    epoch, epoch_step = -(-step // steps_in_epoch), step % steps_in_epoch
    return state.replace(
        epoch=epoch, epoch_step=epoch_step, global_step=step, loss_tracker_sum=0.0, loss_tracker_avg=0.0,
        loss_tracker_count=0, best_metric_value=None, best_checkpoint=None,
    )  # fmt: skip


def _read_state(folder: Path, subfolder: str | None = None) -> TrainerState | None:
    path = Repo(folder).find(TRAINER_STATE_FILE, subfolder=subfolder)
    return TrainerState.from_yaml(path.read_bytes(), str(path)) if path is not None else None


def _listed(steps: Mapping[int, Path], before: str = "There are: ") -> str:
    return f" {before}{', '.join(map(str, steps.values()))}." if steps else ""
