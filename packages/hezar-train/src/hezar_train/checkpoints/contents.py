"""What a checkpoint holds of a `Trainer`, and how a trainer goes on from one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from accelerate.utils import gather_object
from torch.optim.lr_scheduler import ReduceLROnPlateau

from hezar_config import Config
from hezar_hub import DATASET_CONFIG_FILE, LR_SCHEDULER_FILE, OPTIMIZER_FILE, TRAINER_SUBFOLDER
from hezar_registry import get_logger
from hezar_train.checkpoints.folder import GRAD_SCALER_FILE, RNG_STATE_FILE, read_tensors, to_bytes
from hezar_train.checkpoints.rng import get_rng_state
from hezar_train.checkpoints.state import TrainerState
from hezar_train.errors import CheckpointError

if TYPE_CHECKING:
    from hezar_train.trainer import Trainer

logger = get_logger(__name__)


def initial_state(trainer: Trainer) -> tuple[TrainerState, Path | None]:
    """Return the state to start from, and the checkpoint it belongs to, if there is one.

    Raises:
        CheckpointError: The checkpoint to resume from does not exist or does not fit.
    """
    config, path, state = trainer.config, None, TrainerState()
    if config.resume_from_checkpoint:
        path, state = trainer.checkpoints.locate(config.resume_from_checkpoint, max(trainer.steps_in_epoch, 1))
        _check_position(state, trainer.rows_per_step, trainer.rows_in_epoch)
        if state.epoch_step == 0 and state.global_step > 0:
            state.epoch += 1  # that epoch is done
    if state.metric_for_best_checkpoint != trainer.best_metric:
        state.best_metric_value = state.best_checkpoint = None
    state.metric_for_best_checkpoint = trainer.best_metric
    state.total_epochs = config.num_epochs
    state.rows_per_step, state.rows_per_epoch = trainer.rows_per_step, trainer.rows_in_epoch
    return state, path


def restore(trainer: Trainer, checkpoint: Path) -> list[dict[str, Any]] | None:
    """Load everything but the weights from a checkpoint; what it does not have starts anew.

    Returns:
        The states of the random number generators, one for each process of the run that wrote the checkpoint.

    Raises:
        CheckpointError: A file is broken, or does not fit the run.
    """
    optimizer_state = read_tensors(checkpoint, OPTIMIZER_FILE)
    if optimizer_state is None:
        logger.warning("%s has no state of the optimizer; it starts anew.", checkpoint)
    else:
        _load_state(trainer.optimizer, optimizer_state, checkpoint, OPTIMIZER_FILE)
    scheduler_state = read_tensors(checkpoint, LR_SCHEDULER_FILE)
    if trainer.lr_scheduler is not None and scheduler_state is not None:
        _load_state(trainer.lr_scheduler, scheduler_state, checkpoint, LR_SCHEDULER_FILE)
    scaler_state = read_tensors(checkpoint, GRAD_SCALER_FILE)
    if trainer.accelerator.scaler is not None and scaler_state is not None:
        trainer.accelerator.scaler.load_state_dict(scaler_state)
    for callback in trainer.callbacks:
        remembered = trainer.state.callbacks.get(type(callback).__name__)
        if remembered is not None:
            callback.load_state_dict(remembered)
    return read_tensors(checkpoint, RNG_STATE_FILE)


def save_checkpoint(trainer: Trainer) -> None:
    """Write a checkpoint of the step just done, and point the state file to it."""
    _update_state(trainer)
    step = trainer.state.global_step
    path = trainer.checkpoints.folder / str(step)
    rng_states = gather_object([get_rng_state()])
    if trainer.is_main_process:

        def write(folder: Path) -> None:
            write_files(trainer, folder)
            (folder / TRAINER_SUBFOLDER / RNG_STATE_FILE).write_bytes(to_bytes(rng_states))

        path = trainer.checkpoints.save(step, len(str(trainer.total_steps)), write, trainer.state)
    trainer.saved_step = step
    trainer.accelerator.wait_for_everyone()
    trainer.notify("on_save", path)


def amend_checkpoint(trainer: Trainer) -> None:
    """Add to the checkpoint of this step what the end of the epoch brought."""
    _update_state(trainer)
    if trainer.is_main_process:
        files: dict[str, bytes] = {}
        if isinstance(trainer.lr_scheduler, ReduceLROnPlateau):  # it changed the learning rate after the save
            files = {
                OPTIMIZER_FILE: to_bytes(trainer.optimizer.state_dict()),
                LR_SCHEDULER_FILE: to_bytes(trainer.lr_scheduler.state_dict()),
            }
        trainer.checkpoints.amend(trainer.state.global_step, files, trainer.state)
    trainer.accelerator.wait_for_everyone()


def write_files(trainer: Trainer, folder: Path) -> None:
    """Write everything but the position of the run into a folder."""
    trainer.unwrapped_model.save(folder)
    trainer.config.save(folder)
    dataset_config = getattr(trainer.train_dataset, "config", None)
    if isinstance(dataset_config, Config):
        dataset_config.save(folder, DATASET_CONFIG_FILE, subfolder=TRAINER_SUBFOLDER)
    train = folder / TRAINER_SUBFOLDER
    (train / OPTIMIZER_FILE).write_bytes(to_bytes(trainer.optimizer.state_dict()))
    if trainer.lr_scheduler is not None:
        (train / LR_SCHEDULER_FILE).write_bytes(to_bytes(trainer.lr_scheduler.state_dict()))
    if trainer.accelerator.scaler is not None:
        (train / GRAD_SCALER_FILE).write_bytes(to_bytes(trainer.accelerator.scaler.state_dict()))


def _update_state(trainer: Trainer) -> None:
    state = trainer.state
    trainer.loss_meter.read()
    sums = gather_object([trainer.loss_meter.total])
    state.loss_tracker_sum = sum(sums) / len(sums)
    state.loss_tracker_count = trainer.loss_meter.count
    state.loss_tracker_avg = state.loss_tracker_sum / max(state.loss_tracker_count, 1)
    remembered = {type(callback).__name__: callback.state_dict() for callback in trainer.callbacks}
    state.callbacks = {name: values for name, values in remembered.items() if values}


def _check_position(state: TrainerState, rows_per_step: int, rows: int) -> None:
    """Refuse to go on in the middle of an epoch whose steps had other rows.

    Raises:
        CheckpointError: Batch size, number of processes or the training set changed.
    """
    if state.epoch_step == 0 or state.rows_per_step is None or rows == 0:
        return
    if (state.rows_per_step, state.rows_per_epoch) != (rows_per_step, rows):
        raise CheckpointError(
            f"The checkpoint is in the middle of an epoch of {state.rows_per_epoch} rows, {state.rows_per_step} per "
            f"step; this run has {rows} rows, {rows_per_step} per step (batch_size times processes). "
            "Use the settings of the checkpoint, or resume from one at the end of an epoch."
        )


def _load_state(target: Any, values: Any, checkpoint: Path, name: str) -> None:
    """Load the state of an optimizer or schedule.

    Raises:
        CheckpointError: It does not fit.
    """
    try:
        target.load_state_dict(values)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CheckpointError(
            f"{name} of {checkpoint} does not fit this run ({error}). "
            "Use the optimizer, the schedule and the model of the checkpoint."
        ) from error
