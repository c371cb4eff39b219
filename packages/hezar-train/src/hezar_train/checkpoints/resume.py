"""`resume`: the state from which a run starts."""

from __future__ import annotations

from pathlib import Path

from hezar_config import TrainerConfig
from hezar_train.checkpoints.folder import Checkpoints
from hezar_train.checkpoints.state import TrainerState
from hezar_train.errors import CheckpointError
from hezar_train.sampling import steps_per_epoch


def resume(
    checkpoints: Checkpoints, config: TrainerConfig, best_metric: str, rows: int, rows_per_step: int
) -> tuple[TrainerState, Path | None]:
    """Return the state to start from, and the checkpoint it belongs to, if there is one.

    Args:
        checkpoints: The checkpoints of the run.
        config: Its settings; ``resume_from_checkpoint`` says whether and from where to resume.
        best_metric: What decides which checkpoint is best, such as ``"evaluation.loss"``.
        rows: Rows of the training set; 0 without one.
        rows_per_step: Rows of one step, over all processes.

    Raises:
        CheckpointError: The checkpoint to resume from does not exist or does not fit.
    """
    checkpoint, state = None, TrainerState()
    if config.resume_from_checkpoint:
        steps_in_epoch = max(steps_per_epoch(rows, rows_per_step), 1)
        checkpoint, state = checkpoints.locate(config.resume_from_checkpoint, steps_in_epoch)
        _check_position(state, rows, rows_per_step)
        if state.epoch_step == 0 and state.global_step > 0:
            state.epoch += 1  # that epoch is done
    if state.metric_for_best_checkpoint != best_metric:
        state.best_metric_value = state.best_checkpoint = None
    state.metric_for_best_checkpoint = best_metric
    state.total_epochs = config.num_epochs
    state.rows_per_step, state.rows_per_epoch = rows_per_step, rows
    return state, checkpoint


def _check_position(state: TrainerState, rows: int, rows_per_step: int) -> None:
    """Refuse to resume in the middle of an epoch whose steps had other rows."""
    if state.epoch_step == 0 or state.rows_per_step is None or rows == 0:
        return
    if (state.rows_per_step, state.rows_per_epoch) != (rows_per_step, rows):
        raise CheckpointError(
            f"The checkpoint is in the middle of an epoch of {state.rows_per_epoch} rows, {state.rows_per_step} per "
            f"step; this run has {rows} rows, {rows_per_step} per step (batch_size times processes). "
            "Use the settings of the checkpoint, or resume from one at the end of an epoch."
        )
