"""`TrainerState`: where a training run stands, as ``trainer_state.yaml``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Self

from hezar_config import ConfigError, ConfigSection, dump_yaml, parse_yaml
from hezar_train.errors import CheckpointError


@dataclass
class TrainerState(ConfigSection):
    """Where a run stands. The fields down to `logs_dir` are those of published state files.

    A *step* is one batch on every process. Epochs count from 1.

    Attributes:
        epoch: The epoch being trained, or the last one trained.
        total_epochs: Epochs of the run.
        global_step: Steps done.
        epoch_step: Steps done in this epoch; 0 once the epoch is evaluated and logged.
        loss_tracker_sum: Sum of the losses of all steps.
        loss_tracker_avg: Their mean.
        metric_for_best_checkpoint: What decides which checkpoint is best, such as ``"evaluation.loss"``.
        best_metric_value: Its best value so far.
        best_checkpoint: The step of the checkpoint that has it.
        logs_dir: Folder of the logs of the run.
        loss_tracker_count: Steps in `loss_tracker_sum`.
        closed_step: The step at which the last epoch was closed, that is evaluated and logged.
        rows_per_step: Rows of one step, over all processes; `epoch_step` holds for this number only.
        rows_per_epoch: Rows of the training set.
        row_loss_sum: Sum of the losses since the last row of the log.
        row_loss_count: Steps in `row_loss_sum`.
        checkpoints: The steps whose checkpoints the run has written and kept.
        callbacks: What callbacks remember, by class name.
    """

    epoch: int = 1
    total_epochs: int = 1
    global_step: int = 0
    epoch_step: int = 0
    loss_tracker_sum: float = 0.0
    loss_tracker_avg: float = 0.0
    metric_for_best_checkpoint: str | None = None
    best_metric_value: float | None = None
    best_checkpoint: int | None = None
    logs_dir: str | None = None
    loss_tracker_count: int | None = None
    closed_step: int | None = None
    rows_per_step: int | None = None
    rows_per_epoch: int | None = None
    row_loss_sum: float = 0.0
    row_loss_count: int = 0
    checkpoints: list[int] = field(default_factory=list[int])
    callbacks: dict[str, Any] = field(default_factory=dict[str, Any])

    def to_yaml(self) -> str:
        """Return the state as the text of ``trainer_state.yaml``; ``None`` values are kept, as published."""
        return dump_yaml(self.to_dict() | self.unknown_fields)

    @classmethod
    def from_yaml(cls, text: str | bytes, source: str) -> Self:
        """Read the text of a ``trainer_state.yaml``, ours or of Hezar 1.0.0.

        Args:
            text: The file.
            source: What to call it in errors.

        Raises:
            CheckpointError: It is no trainer state.
        """
        try:
            values = parse_yaml(text, source)
            if not isinstance(values, dict):
                raise CheckpointError(f"{source} is no trainer state: found {type(values).__name__}, not a mapping.")
            state = cls.decode(values, source)
        except ConfigError as error:
            raise CheckpointError(f"{source} is no trainer state: {error}") from error
        if state.loss_tracker_count is None:  # Hezar 1.0.0 keeps sum and mean only
            state.loss_tracker_count = round(state.loss_tracker_sum / (state.loss_tracker_avg or 1.0))
        return state
