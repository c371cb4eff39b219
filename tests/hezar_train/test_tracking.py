"""Parts of training loops that Hezar 1.0.0 had in `hezar.trainer`."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.optim import lr_scheduler as schedules

from hezar_registry import InputKeyError, build_metric
from hezar_train import (
    AverageMeter,
    MetricsTracker,
    get_lr_scheduler_type,
    resolve_logdir,
    write_to_tensorboard,
)
from hezar_train.optimization import SCHEDULERS


def test_a_meter_weighs_by_counts():
    meter = AverageMeter("loss")
    assert (meter.val, meter.avg, meter.sum, meter.count) == (0, 0, 0, 0)
    assert str(meter) == "loss 0.000000 (0.000000)"
    meter.update(2.0)
    meter.update(4.0, 3)
    assert (meter.val, meter.avg, meter.sum, meter.count) == (4.0, 3.5, 14.0, 4)
    meter.reset()
    assert (meter.val, meter.avg, meter.sum, meter.count) == (0, 0, 0, 0)
    meter.update(1.0, 0)
    assert meter.avg == 0


def test_a_meter_goes_on():
    meter = AverageMeter("loss", avg=1.5, sum=3.0, count=2, fmt=":.2f")
    assert str(meter) == "loss 0.00 (1.50)"
    meter.update(3.0)
    assert (meter.avg, meter.sum, meter.count) == (2.0, 6.0, 3)


@given(st.lists(st.tuples(st.floats(-100, 100), st.integers(1, 9)), min_size=1))
def test_the_mean_of_a_meter(values: list[tuple[float, int]]):
    meter = AverageMeter("x")
    for value, count in values:
        meter.update(value, count)
    every = [value for value, count in values for _ in range(count)]
    assert meter.avg == pytest.approx(sum(every) / len(every), abs=1e-9)


def test_a_tracker_follows_the_keys_of_its_metrics_and_the_loss():
    tracker = MetricsTracker({"accuracy": build_metric("accuracy"), "f1": build_metric("f1")})
    assert tracker.avg() == {"accuracy": 0, "f1": 0, "loss": 0}
    tracker.update({"loss": 1.0, "accuracy": 0.5, "f1": 0.25, "other": 3.0})
    tracker.update({"loss": 2.0, "accuracy": 1.0, "f1": 0.75})
    assert tracker.avg() == {"accuracy": 0.75, "f1": 0.5, "loss": 1.5}
    with pytest.raises(KeyError, match="'f1', 'loss'") as caught:
        tracker.update({"accuracy": 0.0})
    assert isinstance(caught.value, InputKeyError)
    assert tracker.avg()["accuracy"] == 0.75
    tracker.reset()
    assert tracker.avg() == {"accuracy": 0, "f1": 0, "loss": 0}
    assert MetricsTracker({}).avg() == {"loss": 0}


def test_folders_of_logs_are_new(tmp_path):
    import re
    import socket

    first = resolve_logdir(tmp_path)
    host = re.escape(socket.gethostname())
    assert re.fullmatch(rf"{re.escape(str(tmp_path))}.[A-Z][a-z]{{2}}\d\d_\d\d-\d\d-\d\d_{host}", first)
    assert not list(tmp_path.iterdir())


def test_names_of_schedules():
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.ones(1))], lr=0.1)
    assert get_lr_scheduler_type(schedules.StepLR(optimizer, 1), SCHEDULERS) == "step"
    assert get_lr_scheduler_type(schedules.ReduceLROnPlateau(optimizer), SCHEDULERS) == "reduce_on_plateau"
    for unnamed in (schedules.ConstantLR(optimizer), None, "step"):
        assert get_lr_scheduler_type(unnamed, SCHEDULERS) is None


def test_values_go_to_tensorboard():
    class Writer:
        def __init__(self) -> None:
            self.written: list[tuple[object, ...]] = []

        def add_scalar(self, *values: object) -> None:
            self.written.append(values)

    writer = Writer()
    write_to_tensorboard(writer, {"train.loss": 1.0, "evaluation.f1": None, "step": 3}, 7)
    assert writer.written == [("train.loss", 1.0, 7), ("step", 3, 7)]


def test_only_the_main_process_logs():
    code = """
from accelerate import PartialState
from hezar_train import get_distributed_logger
logger = get_distributed_logger("mine")
state = PartialState(cpu=True)
logger.info("first")
state._shared_state["process_index"] = 1
state._shared_state["local_process_index"] = 1
logger.info("second")
logger.info("third", main_process_only=False)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    lines = done.stderr.splitlines()
    assert [line.rpartition(" ")[2] for line in lines] == ["first", "third"]
    assert all(line.startswith("Hezar (INFO): ") for line in lines)
