"""Optimizers and schedules by name."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from hezar_config.enums import LRSchedulerType, OptimizerType
from hezar_registry import UnknownKeywordError, UnknownNameError
from hezar_train.errors import TrainingError
from hezar_train.optimization import build_optimizer, build_scheduler

REQUIRED = {
    "step": {"step_size": 2},
    "multi_step": {"milestones": [2, 4]},
    "exponential": {"gamma": 0.5},
    "cyclic": {"base_lr": 0.01, "max_lr": 0.1},
    "lambda": {"lr_lambda": lambda step: 0.5**step},
}


def parameters():
    return [nn.Parameter(torch.ones(2)), nn.Parameter(torch.ones(2), requires_grad=False)]


def optimizer(name="sdg"):
    return build_optimizer(name, parameters(), 0.1, 0.0)


@pytest.mark.parametrize("name", [*OptimizerType.list(), "sgd", None])
def test_every_published_optimizer_is_built(name):
    built = build_optimizer(name, parameters(), 0.1, 0.01)
    assert len(built.param_groups[0]["params"]) == 1
    assert (built.defaults["lr"], built.defaults["weight_decay"]) == (0.1, 0.01)
    if name is None:
        assert isinstance(built, torch.optim.Adam)


@pytest.mark.parametrize("name", [name for name in LRSchedulerType.list() if name != "sequential"])
def test_every_published_schedule_is_built_and_runs(name):
    target = optimizer()
    schedule = build_scheduler(name, target, REQUIRED.get(name), num_steps=6, learning_rate=0.1)
    if name == "constant":
        assert schedule is None
        return
    for step in range(6):
        target.step()
        schedule.step(*([1.0] if name == "reduce_on_plateau" else []))
        assert target.param_groups[0]["lr"] >= 0, step


def test_plateau_watches_in_the_right_direction():
    for maximize, mode in ((True, "max"), (False, "min")):
        built = build_scheduler("reduce_on_plateau", optimizer(), {}, num_steps=1, learning_rate=0.1, maximize=maximize)
        assert built.mode == mode


def test_wrong_names_and_options():
    with pytest.raises(UnknownNameError, match="'adamw'"):
        optimizer("adamv")
    with pytest.raises(TrainingError, match="nothing to train"):
        build_optimizer("adam", [], 0.1, 0.0)

    def schedule(name, **options):
        return build_scheduler(name, optimizer(), options, num_steps=3, learning_rate=0.1)

    with pytest.raises(UnknownNameError, match="'cosine_anealing'"):
        schedule("cosine_annealing")
    with pytest.raises(UnknownKeywordError, match="'step_size'"):
        schedule("step", stepsize=3)
    with pytest.raises(TrainingError, match="needs 'step_size'"):
        schedule("step")
    with pytest.raises(UnknownKeywordError, match="constant"):
        schedule("constant", factor=2)
    with pytest.raises(TrainingError, match="lr_scheduler="):
        schedule("sequential")
    with pytest.raises(TrainingError, match="lr_scheduler="):
        schedule("lambda")
    with pytest.raises(TrainingError, match="do not fit"):
        schedule("multi_step", milestones=3)
