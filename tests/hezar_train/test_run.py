"""What a Trainer is made of: the position of a run, its steps, its parts, and where it resumes."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from hezar_train import Callback, CheckpointError, Trainer, TrainerState
from hezar_train.checkpoints.contents import RunParts
from hezar_train.checkpoints.folder import Checkpoints
from hezar_train.checkpoints.resume import resume
from hezar_train.position import Position
from hezar_train.run import RunAttribute
from hezar_train.settings import plan_steps


@given(start=st.integers(0, 40), groups=st.lists(st.integers(1, 5), max_size=20), every=st.integers(1, 9))
def test_what_is_due_comes_once_at_the_next_boundary(start, groups, every):
    position = Position(TrainerState(global_step=start))
    due = 0
    for steps in groups:
        for _ in range(steps):
            position.begin_step()
            assert not position.at_boundary
            position.count_step()
        position.reach_boundary()
        due += position.due(every)
        position.settle()
        assert position.due(every) == 0
    end = start + sum(groups)
    assert position.state.global_step == end
    assert due == len([step for step in range(start + 1, end + 1) if step % every == 0])


def test_a_position_is_finished_once_its_last_step_is_evaluated():
    position = Position(TrainerState(global_step=5, epoch_step=5))
    assert position.at_boundary
    assert not position.saved
    position.saved_step = 5
    assert position.saved
    assert not position.finished(total_steps=5)
    position.close_epoch(complete=False)
    assert position.finished(total_steps=5)
    assert not position.finished(total_steps=6)
    assert position.state.epoch_step == 5
    position.should_stop = True
    assert position.finished(total_steps=6)
    position.close_epoch(complete=True)
    assert position.state.epoch_step == 0


def test_steps_count_from_where_the_run_starts(tiny, tmp_path):
    config = tiny.config(tmp_path, num_epochs=3, save_steps=0.5, log_steps=2)
    steps = plan_steps(config, TrainerState(), rows=22, rows_per_step=4)
    assert (steps.in_epoch, steps.total, steps.save, steps.log, steps.schedule) == (6, 18, 9, 2, 6)
    middle = TrainerState(epoch=2, global_step=8, epoch_step=2)
    assert plan_steps(config, middle, rows=22, rows_per_step=4).total == 18
    shorter = tiny.config(tmp_path, num_epochs=3, max_steps=7)
    assert plan_steps(shorter, middle, rows=22, rows_per_step=4).total == 8
    assert plan_steps(config, TrainerState(), rows=0, rows_per_step=4).total == 0


def test_resume_returns_a_state_and_changes_nothing(tiny, tmp_path):
    checkpoints = Checkpoints(tmp_path / "checkpoints")
    fresh, none = resume(checkpoints, tiny.config(tmp_path, num_epochs=5), "evaluation.f1", 22, 4)
    assert none is None
    assert (fresh.epoch, fresh.total_epochs, fresh.metric_for_best_checkpoint) == (1, 5, "evaluation.f1")
    assert (fresh.rows_per_epoch, fresh.rows_per_step) == (22, 4)

    tiny.trainer(tmp_path, num_epochs=2, save_steps=4).train()
    written = (tmp_path / "checkpoints" / "trainer_state.yaml").read_bytes()
    config = tiny.config(tmp_path, num_epochs=3, resume_from_checkpoint=True)
    state, checkpoint = resume(checkpoints, config, "evaluation.loss", 22, 4)
    assert checkpoint == checkpoints.find(12)
    assert (state.epoch, state.global_step, state.epoch_step) == (3, 12, 0)
    assert state.best_checkpoint is not None
    # What was best by another metric is not best by this one.
    other, _ = resume(checkpoints, config, "evaluation.accuracy", 22, 4)
    assert (other.best_checkpoint, other.best_metric_value) == (None, None)
    assert (tmp_path / "checkpoints" / "trainer_state.yaml").read_bytes() == written

    config = tiny.config(tmp_path, resume_from_checkpoint=str(checkpoints.find(4)))
    assert resume(checkpoints, config, "evaluation.loss", 22, 4)[0].epoch == 1
    with pytest.raises(CheckpointError, match="22 rows, 4 per step; this run has 22 rows, 8 per step"):
        resume(checkpoints, config, "evaluation.loss", 22, 8)


class Counting(Callback):
    def __init__(self, count=0):
        self.count = count

    def state_dict(self):
        return {"count": self.count} if self.count else {}

    def load_state_dict(self, state):
        self.count = state["count"]


def parts_of(tiny, *callbacks, rate=0.1, scale=8.0):
    model = tiny.model()
    optimizer = torch.optim.SGD(model.parameters(), lr=rate, momentum=0.5)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1)
    return RunParts(model, optimizer, schedule, torch.amp.GradScaler("cpu", init_scale=scale), callbacks)


def test_parts_read_what_they_wrote(tiny, tmp_path, caplog):
    (tmp_path / "train").mkdir()
    parts = parts_of(tiny, Counting(3), Callback())
    parts.model(torch.ones(1, 2, dtype=torch.long), torch.ones(1, 2))["logits"].sum().backward()
    parts.optimizer.step()
    parts.scheduler.step()
    parts.write(tmp_path)
    files = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")}
    assert files == {
        "model.safetensors", "model_config.yaml", "train/optimizer.pt", "train/lr_scheduler.pt", "train/grad_scaler.pt",
    }  # fmt: skip
    assert parts.callback_states() == {"Counting": {"count": 3}}

    other = parts_of(tiny, Counting(), rate=7.0, scale=2.0)
    other.load(tmp_path, parts.callback_states())
    assert other.callbacks[0].count == 3
    assert other.scaler.get_scale() == 8.0
    assert other.scheduler.state_dict() == parts.scheduler.state_dict()
    buffers = [list(each.optimizer.state_dict()["state"].values()) for each in (other, parts)]
    for one, two in zip(*buffers, strict=True):
        assert torch.equal(one["momentum_buffer"], two["momentum_buffer"])
    assert not caplog.records

    (tmp_path / "train" / "optimizer.pt").unlink()
    with caplog.at_level("WARNING", logger="hezar"):
        parts_of(tiny).load(tmp_path, {})
    assert "no state of the optimizer" in caplog.text


def test_the_attributes_of_a_trainer_are_those_of_its_run(tiny, tmp_path):
    trainer = tiny.trainer(tmp_path)
    run = trainer.run
    assert isinstance(Trainer.model, RunAttribute)
    for name in (name for name, value in vars(Trainer).items() if isinstance(value, RunAttribute)):
        getattr(trainer, name)
    assert trainer.state is run.state is run.position.state
    model = torch.nn.Sequential()
    trainer.model, trainer.should_stop, trainer.callbacks = model, True, []
    assert run.parts.model is trainer.unwrapped_model is model
    assert run.position.should_stop
    assert run.parts.callbacks == []
