"""Progress, CSV log, plot, and callbacks of users."""

from __future__ import annotations

import sys

import pytest

from hezar_train import Callback, CSVLogger, LossPlot, ProgressBar, load_csv_logs


def test_order_of_events(tiny, tmp_path):
    events = []

    class Record(Callback):
        pass

    def record(name):
        return lambda self, trainer, *args: events.append((name, trainer.state.global_step))

    for name in [name for name in vars(Callback) if name.startswith("on_")]:
        setattr(Record, name, record(name))
    tiny.trainer(tmp_path, num_epochs=1, max_steps=2, log_steps=1, callbacks=[Record()]).train()
    assert events == [
        ("on_train_begin", 0),
        ("on_epoch_begin", 0),
        ("on_log", 1),
        ("on_step_end", 1),
        ("on_step_end", 2),
        ("on_save", 2),
        ("on_evaluate", 2),
        ("on_log", 2),
        ("on_epoch_end", 2),
        ("on_train_end", 2),
    ]


def test_callbacks_remember(tiny, tmp_path):
    class Count(Callback):
        steps = 0

        def on_step_end(self, trainer):
            self.steps += 1

        def state_dict(self):
            return {"steps": self.steps}

        def load_state_dict(self, state):
            self.steps = state["steps"]

    first = Count()
    tiny.trainer(tmp_path, num_epochs=1, callbacks=[first]).train()
    second = Count()
    tiny.trainer(tmp_path, num_epochs=2, callbacks=[second], resume_from_checkpoint=True).train()
    assert (first.steps, second.steps) == (6, 12)


def test_csv_log(tiny, tmp_path):
    trainer = tiny.trainer(tmp_path, log_steps=4)
    trainer.train()
    lines = (trainer.logs_dir / "training_logs.csv").read_text().splitlines()
    assert lines[0] == "step,train.loss,evaluation.accuracy,evaluation.loss"
    assert [line.split(",")[0] for line in lines[1:]] == ["4", "6", "8", "12"]
    assert lines[1].endswith(",,")
    logs = trainer.load_csv_logs()
    assert logs["evaluation.loss"][0] is None
    weighted = zip(logs["train.loss"], [4, 2, 2, 4], strict=True)
    assert sum(loss * steps for loss, steps in weighted) / 12 == pytest.approx(trainer.state.loss_tracker_avg)
    assert trainer.load_csv_logs(trainer.logs_dir) == logs


def test_a_log_cut_off_by_a_crash_is_read(tmp_path):
    path = tmp_path / "training_logs.csv"
    path.write_text("step,train.loss\n1,0.5\n2,words\n1")
    assert load_csv_logs(path) == {"step": [1.0, 2.0], "train.loss": [0.5, None]}


def test_logs_of_two_runs_do_not_mix(tiny, tmp_path):
    runs = [tiny.trainer(tmp_path, max_steps=1) for _ in range(2)]
    for run in runs:
        run.train()
    assert runs[0].logs_dir != runs[1].logs_dir
    assert all(run.load_csv_logs()["step"] == [1.0] for run in runs)


def test_plot(tiny, tmp_path):
    pytest.importorskip("matplotlib")
    trainer = tiny.trainer(tmp_path, num_epochs=2, with_plot=True)
    trainer.train()
    image = trainer.logs_dir / "training_plot.png"
    assert image.read_bytes().startswith(b"\x89PNG")
    assert image.stat().st_size > 5000


def test_without_matplotlib_one_line_says_so(tiny, tmp_path, monkeypatch, caplog):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with caplog.at_level("INFO", logger="hezar"):
        trainer = tiny.trainer(tmp_path, with_plot=True)
        trainer.train()
    assert caplog.text.count("hezar-train[plot]") == 1
    assert not list(trainer.logs_dir.glob("*.png"))


def test_no_progress_off_a_terminal(tiny, tmp_path, capsys):
    tiny.trainer(tmp_path, max_steps=2).train()
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_progress_on_a_terminal(tiny, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    trainer = tiny.trainer(tmp_path / "a", num_epochs=1)
    trainer.train()
    shown = capsys.readouterr().err
    assert "Epoch: 1/1" in shown
    assert "6/6" in shown
    assert "loss=" in shown
    monkeypatch.setenv("HEZAR_DISABLE_PROGRESS_BARS", "1")
    tiny.trainer(tmp_path / "b", num_epochs=1).train()
    assert capsys.readouterr().err == ""


def test_a_callback_of_the_same_class_replaces_the_default(tiny, tmp_path):
    mine = CSVLogger()
    trainer = tiny.trainer(tmp_path, callbacks=[mine], with_plot=True)
    assert [type(callback) for callback in trainer.callbacks] == [ProgressBar, LossPlot, CSVLogger]
    assert trainer.callbacks[-1] is mine
