"""A run that is stopped and resumed equals one that never stopped, bit for bit, with dropout on."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import torch

from hezar_train import Callback, CheckpointError, TrainerState
from hezar_train.checkpoints.contents import read_tensors
from hezar_train.checkpoints.folder import Checkpoints

# 22 rows in batches of 4: 6 steps per epoch, the last with 2 rows.
STEPS = 6
RUNS = {
    "plain": {},
    "every_step": {"save_steps": 1, "log_steps": 1},
    "accumulation": {"gradient_accumulation_steps": 4, "save_steps": 3, "log_steps": 2},
    "step_schedule": {
        "lr_scheduler": "step",
        "lr_scheduler_kwargs": {"step_size": 1, "gamma": 0.5},
        "lr_scheduling_steps": 4,
        "save_steps": 2,
    },
    "one_cycle": {"lr_scheduler": "one_cycle", "lr_scheduling_steps": 1, "save_steps": 2, "optimizer": "sdg"},
    "plateau": {
        "lr_scheduler": "reduce_on_plateau",
        "lr_scheduler_kwargs": {"patience": 0, "factor": 0.1},
        "metric_for_best_model": "accuracy",
        "save_steps": 2,
    },
    "clipping": {"max_grad_norm": 0.1, "save_steps": 2},
    "by_length": {"group_by_length": True, "save_steps": 2},
}


class Stop(Callback):
    """Raises at a step, once, or within the evaluation of an epoch."""

    def __init__(self, step=None, error=RuntimeError, on="step"):
        self.step, self.error, self.on = step, error, on

    def _at(self, trainer, event):
        if event == self.on and trainer.state.global_step == self.step:
            raise self.error("stopped")

    def on_step_end(self, trainer):
        self._at(trainer, "step")

    def on_evaluate(self, trainer, metrics):
        self._at(trainer, "evaluate")

    def on_epoch_end(self, trainer):
        self._at(trainer, "epoch")


class Noise(torch.nn.Dropout):
    """Dropout that also draws from Python's and NumPy's random numbers."""

    def forward(self, tensor):
        import random

        import numpy as np

        if self.training:
            tensor = tensor * (1 + 0.01 * random.gauss(0, 1) + 0.01 * float(np.random.normal()))
        return super().forward(tensor)


def noisy(tiny):
    model = tiny.model()
    model.dropout = Noise(0.25)
    return model


def final(trainer, output_dir):
    """Everything that must be equal: weights, optimizer, schedule, random numbers, state, log."""
    folder = trainer.checkpoints.find(trainer.state.global_step)
    # A run that was stopped has another folder of logs, and wrote a checkpoint more.
    state = trainer.state.to_dict() | {"logs_dir": None, "checkpoints": None}
    logs = (trainer.logs_dir / "training_logs.csv").read_text("utf-8")
    files = [read_tensors(folder, name) for name in ("optimizer.pt", "lr_scheduler.pt", "rng_state.pt")]
    return trainer.unwrapped_model.state_dict(), files, state, logs


def assert_same(got, expected):
    if isinstance(expected, torch.Tensor):
        assert torch.equal(got, expected)
    elif isinstance(expected, dict):
        assert list(got) == list(expected)
        for key in expected:
            assert_same(got[key], expected[key])
    elif isinstance(expected, (list, tuple)):
        assert len(got) == len(expected)
        for one, other in zip(got, expected, strict=True):
            assert_same(one, other)
    else:
        assert got == expected


@pytest.fixture(scope="module")
def uninterrupted():
    return {}


def run_through(tiny, name, cache, tmp_path_factory):
    if name not in cache:
        folder = tmp_path_factory.mktemp(name)
        trainer = tiny.trainer(folder, model=noisy(tiny), num_epochs=3, **RUNS[name])
        trainer.train()
        cache[name] = final(trainer, folder)
    return cache[name]


STOPS = [
    Stop(9, RuntimeError),  # resumes from an older checkpoint
    Stop(12, RuntimeError, "evaluate"),  # saved, not evaluated
    Stop(2, KeyboardInterrupt),  # in the first epoch
    Stop(6, KeyboardInterrupt),  # its last step, before the epoch is closed
    Stop(6, KeyboardInterrupt, "epoch"),  # evaluated, not noted
    Stop(15, KeyboardInterrupt),
]
THOROUGH = ("every_step", "accumulation", "plateau")


@pytest.mark.parametrize(
    ("name", "stop"),
    [
        pytest.param(name, stop, id=f"{name}-{stop.on}{stop.step}-{stop.error.__name__}")
        for name in RUNS
        for stop in (STOPS if name in THOROUGH else STOPS[:2])
    ],
)
def test_stop_and_resume(tiny, name, stop, uninterrupted, tmp_path, tmp_path_factory):
    expected = run_through(tiny, name, uninterrupted, tmp_path_factory)
    first = tiny.trainer(tmp_path, model=noisy(tiny), num_epochs=3, callbacks=[stop], **RUNS[name])
    with pytest.raises(stop.error):
        first.train()
    if not first.checkpoints.steps():
        pytest.skip("stopped before the first checkpoint")
    torch.manual_seed(999)  # whatever the new process does before
    second = tiny.trainer(tmp_path, model=noisy(tiny), num_epochs=3, resume_from_checkpoint=True, **RUNS[name])
    second.train()
    assert_same(final(second, tmp_path), expected)


@pytest.mark.parametrize("steps", [4, STEPS, 8])
def test_stop_by_max_steps(tiny, steps, uninterrupted, tmp_path, tmp_path_factory):
    weights, files, _, logs = run_through(tiny, "every_step", uninterrupted, tmp_path_factory)
    options = {"num_epochs": 3, **RUNS["every_step"]}
    tiny.trainer(tmp_path, model=noisy(tiny), max_steps=steps, **options).train()
    second = tiny.trainer(tmp_path, model=noisy(tiny), resume_from_checkpoint=True, **options)
    assert second.state.global_step == steps
    second.train()
    got = final(second, tmp_path)
    assert_same(got[0], weights)
    assert_same(got[1], files)
    # The log has the evaluation of the step where it stopped, too.
    theirs = [line for line in logs.splitlines() if not line.startswith(f"{steps},")]
    assert [line for line in got[3].splitlines() if not line.startswith(f"{steps},")] == theirs


def test_more_epochs_after_the_end(tiny, uninterrupted, tmp_path, tmp_path_factory):
    expected = run_through(tiny, "plain", uninterrupted, tmp_path_factory)
    tiny.trainer(tmp_path, model=noisy(tiny), num_epochs=1).train()
    second = tiny.trainer(tmp_path, model=noisy(tiny), num_epochs=3, resume_from_checkpoint=True)
    assert (second.state.epoch, second.state.total_epochs) == (2, 3)
    second.train()
    assert_same(final(second, tmp_path), expected)


def test_resume_from_a_folder_goes_back(tiny, uninterrupted, tmp_path, tmp_path_factory):
    expected = run_through(tiny, "plain", uninterrupted, tmp_path_factory)
    tiny.trainer(tmp_path, model=noisy(tiny), num_epochs=3).train()
    folder = tmp_path / "checkpoints" / "06"
    second = tiny.trainer(tmp_path, model=noisy(tiny), num_epochs=3, resume_from_checkpoint=str(folder))
    assert second.state.global_step == STEPS
    second.train()
    assert_same(final(second, tmp_path), expected)


def test_nothing_left_to_do(tiny, tmp_path):
    tiny.trainer(tmp_path, num_epochs=1).train()
    before = sorted((path, path.stat().st_mtime_ns) for path in (tmp_path / "checkpoints").rglob("*"))
    again = tiny.trainer(tmp_path, num_epochs=1, resume_from_checkpoint=True)
    again.train()
    assert again.state.global_step == STEPS
    assert sorted((path, path.stat().st_mtime_ns) for path in (tmp_path / "checkpoints").rglob("*")) == before


def test_folders_sort_by_number_and_any_zero_fill(tiny, tmp_path):
    tiny.trainer(tmp_path, num_epochs=2, save_steps=2, max_checkpoints=None).train()  # 02 04 06 08 10 12
    folder = tmp_path / "checkpoints"
    (folder / "04").rename(folder / "4")
    (folder / "06").rename(folder / "0006")
    (folder / "notes").mkdir()
    found = Checkpoints(folder)
    assert list(found.steps()) == [2, 4, 6, 8, 10, 12]
    assert found.find(4).name == "4"
    # A longer run writes longer names and finds the old ones.
    longer = tiny.trainer(
        tmp_path, num_epochs=20, save_steps=2, max_steps=14, resume_from_checkpoint=True, max_checkpoints=None
    )
    longer.train()
    assert longer.checkpoints.find(14).name == "14"
    longer.checkpoints.save(6, 5, longer.run.write, longer.state)
    assert list(found.steps()) == [2, 4, 6, 8, 10, 12, 14]


def test_checkpoints_of_hezar_1_0_0(tiny, tmp_path):
    """No state of ours, no random numbers: the position follows from the state file or the name."""
    trainer = tiny.trainer(tmp_path, num_epochs=1, save_steps=4)
    trainer.train()
    for name in ("trainer_state.yaml", "rng_state.pt"):
        for path in (tmp_path / "checkpoints").glob(f"*/train/{name}"):
            path.unlink()
    root = tmp_path / "checkpoints" / "trainer_state.yaml"
    kept = ("epoch", "total_epochs", "global_step", "epoch_step", "metric_for_best_checkpoint", "best_")
    published = [line for line in root.read_text().splitlines() if line.startswith(kept)]
    root.write_text("\n".join([*published, "loss_tracker_sum: 6.6", "loss_tracker_avg: 1.1", "logs_dir: x/logs/run"]))
    resumed = tiny.trainer(tmp_path, num_epochs=2, resume_from_checkpoint=True)
    assert (resumed.state.epoch, resumed.state.global_step, resumed.state.loss_tracker_count) == (2, 6, 6)
    assert resumed.train().global_step == 12
    assert resumed.logs_dir == tmp_path / "logs" / "run"
    for path in (tmp_path / "checkpoints").glob("*/train/trainer_state.yaml"):
        path.unlink()
    by_name = tiny.trainer(tmp_path, num_epochs=2, resume_from_checkpoint=str(tmp_path / "checkpoints" / "4"))
    assert (by_name.state.epoch, by_name.state.epoch_step, by_name.state.global_step) == (1, 4, 4)


def test_what_cannot_be_resumed(tiny, tmp_path):
    with pytest.raises(CheckpointError, match="no checkpoint in"):
        tiny.trainer(tmp_path, resume_from_checkpoint=True)
    tiny.trainer(tmp_path, save_steps=2, max_steps=4).train()
    with pytest.raises(CheckpointError, match="batch_size"):
        tiny.trainer(tmp_path, resume_from_checkpoint=True, batch_size=2)
    with pytest.raises(CheckpointError, match=r"no train/.*Give the folder of one.*checkpoints/2"):
        tiny.trainer(tmp_path, resume_from_checkpoint=str(tmp_path))
    two_groups = torch.optim.SGD([{"params": [torch.nn.Parameter(torch.ones(1))]} for _ in range(2)], lr=0.1)
    with pytest.raises(CheckpointError, match=r"optimizer\.pt .*does not fit"):
        tiny.trainer(tmp_path, resume_from_checkpoint=True, given_optimizer=two_groups)
    bad = tmp_path / "checkpoints" / "4" / "train" / "optimizer.pt"
    torch.save({"state": Stop}, bad)
    with pytest.raises(CheckpointError, match=r"optimizer\.pt cannot be read"):
        tiny.trainer(tmp_path, resume_from_checkpoint=True)
    shutil.rmtree(tmp_path / "checkpoints" / "4")
    with pytest.raises(CheckpointError, match=r"no checkpoint of step 4.*checkpoints/2"):
        tiny.trainer(tmp_path, resume_from_checkpoint=True)
    (tmp_path / "checkpoints" / "trainer_state.yaml").write_text("global_step: four")
    with pytest.raises(CheckpointError, match="global_step"):
        tiny.trainer(tmp_path, resume_from_checkpoint=True)


def test_a_failing_save_leaves_the_last_checkpoint(tiny, tmp_path, monkeypatch):
    trainer = tiny.trainer(tmp_path, save_steps=2)

    def fail(path):
        if trainer.state.global_step == 4:
            Path(path, "model.safetensors").write_bytes(b"half")
            raise OSError(28, "No space left on device")
        tiny.Model.save(trainer.model, path)

    monkeypatch.setattr(trainer.model, "save", fail)
    with pytest.raises(OSError, match="space"):
        trainer.train()
    assert list(trainer.checkpoints.steps()) == [2]
    assert sorted(path.name for path in (tmp_path / "checkpoints").iterdir()) == ["02", "trainer_state.yaml"]
    assert tiny.trainer(tmp_path, resume_from_checkpoint=True).state.global_step == 2


KILLED = """
import sys
sys.path.insert(0, {here!r})
from pathlib import Path
import conftest, os, signal
tiny = conftest.builders()
trainer = tiny.trainer(Path({output!r}), save_steps=2)
def save(path):
    tiny.Model.save(trainer.model, path)
    if trainer.state.global_step == 4:
        os.kill(os.getpid(), signal.SIGKILL)
trainer.model.save = save
trainer.train()
"""


@pytest.mark.slow
def test_a_kill_while_saving_leaves_the_last_checkpoint(tiny, tmp_path):
    code = KILLED.format(here=str(Path(__file__).parent), output=str(tmp_path))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    resumed = tiny.trainer(tmp_path, save_steps=2, resume_from_checkpoint=True)
    assert resumed.state.global_step == 2
    assert resumed.train().global_step == 12


def test_ctrl_c_finishes_the_step(tiny, tmp_path):
    class Press(Callback):
        def on_step_end(self, trainer):
            if trainer.state.global_step == 3:
                signal.raise_signal(signal.SIGINT)

    trainer = tiny.trainer(tmp_path, callbacks=[Press()], gradient_accumulation_steps=2)
    assert threading.current_thread() is threading.main_thread()
    # A shell that starts the tests in the background lets them ignore Ctrl-C.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            trainer.train()
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
    # Step 3 is in the middle of a step of the optimizer, which ends with 4.
    assert list(trainer.checkpoints.steps()) == [4]


def test_state_is_validated_and_keeps_unknown_keys():
    text = "epoch: 2\nglobal_step: 5\nloss_tracker_sum: 5.0\nloss_tracker_avg: 1.0\nnew_key: 1\n"
    state = TrainerState.from_yaml(text, "trainer_state.yaml")
    assert (state.epoch, state.loss_tracker_count) == (2, 5)
    assert "new_key: 1" in state.to_yaml()
    with pytest.raises(CheckpointError, match="no trainer state"):
        TrainerState.from_yaml("- 1", "trainer_state.yaml")
