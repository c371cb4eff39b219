"""`Position`: where the loop of a run stands, and what is due there."""

from __future__ import annotations

from dataclasses import dataclass, field

from hezar_train.checkpoints.state import TrainerState


@dataclass
class Position:
    """Where the loop stands.

    The numbers that outlive the process (epoch, steps) are in `state`, which checkpoints keep; the others belong to
    this process.

    Attributes:
        state: The state of the run; its numbers change by the methods here.
        saved_step: The step of the last checkpoint, or ``None``.
        at_boundary: Whether the loop is between two steps of the optimizer. Only there is what is in memory a state
            worth saving.
        settled_step: The boundary up to which all that was due has been done.
        should_stop: Whether the run ends at the next boundary.
        seeded: Whether the random number generators have been set for this run.
    """

    state: TrainerState
    saved_step: int | None = None
    at_boundary: bool = True
    settled_step: int = field(init=False)
    should_stop: bool = False
    seeded: bool = False

    def __post_init__(self) -> None:
        self.settled_step = self.state.global_step

    def begin_step(self) -> None:
        """Leave the boundary: a batch is being computed."""
        self.at_boundary = False

    def count_step(self) -> None:
        """Count the batch just computed."""
        self.state.global_step += 1
        self.state.epoch_step += 1

    def reach_boundary(self) -> None:
        """Note that optimizer and schedule have stepped."""
        self.at_boundary = True

    def settle(self) -> None:
        """Note that all that was due at this boundary has been done."""
        self.settled_step = self.state.global_step

    def due(self, every: int) -> int:
        """Return how many multiples of `every` lie in the steps since the boundary that was settled last.

        Example:
            >>> position = Position(TrainerState(global_step=7))
            >>> position.count_step()
            >>> position.due(4), position.due(5)
            (1, 0)
        """
        return self.state.global_step // every - self.settled_step // every

    @property
    def saved(self) -> bool:
        """Whether there is a checkpoint of this step."""
        return self.saved_step == self.state.global_step

    def close_epoch(self, *, complete: bool) -> None:
        """Note that the epoch has been evaluated, at its end or where the end of the run cut it short."""
        self.state.closed_step = self.state.global_step
        if complete:
            self.state.epoch_step = 0

    def finished(self, total_steps: int) -> bool:
        """Whether the run is at its end, evaluated and logged."""
        at_end = self.should_stop or self.state.global_step >= total_steps
        return at_end and self.state.closed_step == self.state.global_step
