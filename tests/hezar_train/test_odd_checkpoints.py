"""States in a checkpoint that are none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from hezar_train.checkpoints.contents import _load_state
from hezar_train.checkpoints.rng import get_rng_state, set_rng_state
from hezar_train.errors import CheckpointError


@pytest.mark.parametrize(
    "state",
    [None, [], {}, {"python": 1}, {**get_rng_state(), "torch": torch.zeros(3)}, {**get_rng_state(), "python": {}}],
)
def test_odd_states_of_random_numbers(state: Any) -> None:
    before = get_rng_state()
    with pytest.raises(CheckpointError, match="random number generators"):
        set_rng_state(state)
    set_rng_state(before)


@pytest.mark.parametrize(
    "state", [None, [1], {"last_epoch": "many"}, {"last_epoch": float("nan")}, {"base_lrs": 3}, {"_step_count": None}]
)
def test_odd_states_of_schedules(state: Any) -> None:
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.ones(1))], lr=0.1)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 2)
    with pytest.raises(CheckpointError, match="does not fit this run"):
        _load_state(schedule, state, Path("checkpoint"), "lr_scheduler.pt")
    _load_state(schedule, schedule.state_dict(), Path("checkpoint"), "lr_scheduler.pt")
