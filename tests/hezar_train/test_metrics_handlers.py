"""The table of metrics handlers: Hezar's own, those of plug-ins, those registered by decorator."""

from __future__ import annotations

import sys

import pytest

from hezar_registry import DuplicateNameError
from hezar_train import MetricsHandler, TextClassificationMetricsHandler, TrainingError, register_metrics_handler
from hezar_train.evaluation import tasks


class Highest(MetricsHandler):
    def prepare(self, outputs, batch):
        return outputs["logits"].argmax(-1), batch["labels"]


class Lowest(MetricsHandler):
    def prepare(self, outputs, batch):
        return outputs["logits"].argmin(-1), batch["labels"]


@pytest.fixture(autouse=True)
def _registered_anew(monkeypatch):
    monkeypatch.setattr(tasks, "_registered", {})


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Return a function that installs distributions whose entry points are handlers of tasks."""
    folder = tmp_path / "site-packages"
    folder.mkdir()
    (folder / "fortunes.py").write_text(
        "from hezar_train import MetricsHandler\n"
        "class Highest(MetricsHandler): ...\n"
        "class Lowest(MetricsHandler): ...\n"
        "class Other: ...\n"
    )
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, "fortunes", raising=False)

    def add(distribution: str, **handlers: str) -> None:
        info = folder / f"{distribution.replace('-', '_')}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n")
        points = "".join(f"{task} = {path}\n" for task, path in handlers.items())
        (info / "entry_points.txt").write_text(f"[{tasks.ENTRY_POINT_GROUP}]\n{points}")

    return add


def test_a_task_of_hezar_has_its_handler():
    assert tasks.metrics_handler_of("text_classification") is TextClassificationMetricsHandler
    assert tasks.metrics_handler_of("fortune_telling") is None
    assert type(tasks.build_metrics_handler("fortune_telling", None)) is MetricsHandler


def test_a_decorated_class_evaluates_its_task(tiny, tmp_path):
    assert register_metrics_handler("fortune_telling")(Highest) is Highest
    mine = tiny.trainer(tmp_path, task="mask_filling", metrics=None).evaluate()
    register_metrics_handler("mask_filling")(Highest)
    trainer = tiny.trainer(tmp_path, task="mask_filling", metrics=["accuracy"])
    assert type(trainer.metrics_handler) is Highest
    usual = tiny.trainer(tmp_path, metrics=["accuracy"]).evaluate()
    assert trainer.evaluate() == usual
    assert mine["loss"] == usual["loss"]
    with pytest.raises(
        TrainingError,
        match="there is for: fortune_telling, image2text, mask_filling, sequence_labeling, speech_recognition",
    ):
        tasks.build_metrics_handler("summaries", ["accuracy"])


def test_a_taken_task_is_an_error_that_names_both():
    register_metrics_handler("fortune_telling")(Highest)
    register_metrics_handler("fortune_telling")(type("Highest", (MetricsHandler,), {"__module__": __name__}))
    with pytest.raises(DuplicateNameError, match=r"'fortune_telling' is .*:Highest; .*:Lowest cannot be it too"):
        register_metrics_handler("fortune_telling")(Lowest)
    with pytest.raises(DuplicateNameError, match="TextClassificationMetricsHandler"):
        register_metrics_handler("text_classification")(Lowest)


def test_plug_ins_add_tasks_and_do_not_take_those_of_hezar(install):
    install("z-plugin", fortune_telling="fortunes:Highest")
    install("a-plugin", fortune_telling="fortunes:Lowest", text_classification="fortunes:Lowest")
    assert type(tasks.build_metrics_handler("fortune_telling", ["accuracy"])).__name__ == "Lowest"
    assert tasks.metrics_handler_of("text_classification") is TextClassificationMetricsHandler
    with pytest.raises(DuplicateNameError, match="fortunes:Lowest"):
        register_metrics_handler("fortune_telling")(Highest)


@pytest.mark.parametrize("path", ["no_such_module:Handler", "fortunes:Absent", "fortunes:Other", "fortunes"])
def test_a_broken_plug_in_is_reported_and_skipped(install, path, caplog):
    install("a-broken", fortune_telling=path)
    install("whole", fortune_telling="fortunes:Highest")
    handler_class = tasks.metrics_handler_of("fortune_telling")
    assert handler_class is not None
    assert handler_class.__name__ == "Highest"
    assert "'a-broken' is broken and was skipped" in caplog.text
