"""Training tells the truth while it runs: losses, figures, labels, where it stopped, what it keeps."""

from __future__ import annotations

import logging
import signal

import pytest
import torch

from hezar_data import TextClassificationDataset, WordPieceTokenizer
from hezar_models import LogitsError, build_model
from hezar_registry import InputError
from hezar_train import Callback, ProgressBar, Trainer, TrainingError

NAMES = {0: "positive", 1: "negative"}
SWAPPED = {0: "negative", 1: "positive"}


class Losses(Callback):
    """The loss of each step, as the meter reads it."""

    def __init__(self) -> None:
        self.of_steps: list[float] = []
        self._before = 0.0

    def on_step_end(self, trainer):
        meter = trainer.run.loss_meter
        self.of_steps.append(meter.total - self._before)
        self._before = meter.total


def test_row_has_the_loss_since_the_last_row(tiny, tmp_path):
    losses = Losses()
    trainer = tiny.trainer(tmp_path, log_steps=4, callbacks=[losses])
    trainer.train()
    logs, begin = trainer.load_csv_logs(), 0
    for step, loss in zip(logs["step"], logs["train.loss"], strict=True):
        part = losses.of_steps[begin : int(step)]
        assert loss == pytest.approx(sum(part) / len(part))
        begin = int(step)
    assert trainer.mean_loss() == pytest.approx(sum(losses.of_steps) / 12)


class StopAt(Callback):
    def __init__(self, step: int) -> None:
        self.step = step

    def on_step_end(self, trainer):
        if trainer.state.global_step == self.step:
            signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize("step", [3, 4, 6, 7])
def test_rows_after_a_stop_are_those_of_a_whole_run(tiny, tmp_path, step):
    whole = tiny.trainer(tmp_path / "whole", log_steps=4)
    whole.train()
    with pytest.raises(KeyboardInterrupt):
        tiny.trainer(tmp_path / "cut", log_steps=4, callbacks=[StopAt(step)]).train()
    resumed = tiny.trainer(tmp_path / "cut", log_steps=4, resume_from_checkpoint=True)
    resumed.train()
    assert resumed.load_csv_logs() == whole.load_csv_logs()


def test_stop_says_where_it_saved_and_how_to_go_on(tiny, tmp_path, caplog):
    with pytest.raises(KeyboardInterrupt):
        tiny.trainer(tmp_path, callbacks=[StopAt(3)]).train()
    said = caplog.messages[-1]
    assert "Stopped at step 3 of 12" in said
    assert str(tmp_path / "checkpoints" / "03") in said
    assert "resume_from_checkpoint=True" in said
    caplog.clear()
    with pytest.raises(KeyboardInterrupt):
        tiny.trainer(tmp_path / "unsaved", save_enabled=False, callbacks=[StopAt(3)]).train()
    assert "No checkpoint was written" in caplog.messages[-1]


def test_figures_are_logged_without_a_terminal(tiny, tmp_path, caplog):
    caplog.set_level(logging.INFO, "hezar")
    trainer = tiny.trainer(tmp_path, num_epochs=1)
    trainer.train()
    scores = trainer.last_evaluation
    [line] = [message for message in caplog.messages if message.startswith("Step 6: train.loss ")]
    assert f"evaluation.accuracy {scores['accuracy']:.4f}, evaluation.loss {scores['loss']:.4f}" in line


def test_figures_are_shown_on_a_terminal(tiny, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.delenv("HEZAR_DISABLE_PROGRESS_BARS", raising=False)
    trainer = tiny.trainer(tmp_path, num_epochs=1, callbacks=[ProgressBar()])
    trainer.train()
    assert f"evaluation.accuracy {trainer.last_evaluation['accuracy']:.4f}" in capsys.readouterr().err


# Checkpoints -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("limit", "kept"), [(1, 1), (2, 2), (None, 12)])
def test_checkpoints_have_a_limit(tiny, tmp_path, limit, kept):
    trainer = tiny.trainer(tmp_path, save_steps=1, max_checkpoints=limit)
    trainer.train()
    steps = set(trainer.checkpoints.steps())
    assert steps == {*range(13 - kept, 13), trainer.state.best_checkpoint}
    assert sorted(steps) == sorted(trainer.state.checkpoints)
    assert {
        int(path.name) for path in (tmp_path / "checkpoints").iterdir() if path.is_dir() and path.name.isdecimal()
    } == steps
    trainer.load_best()


def test_best_checkpoint_outlives_the_limit(tiny, tmp_path):
    """Whatever comes later, the best one is there."""

    class Worse(Trainer):
        def evaluate(self, eval_dataset=None):
            return {"loss": float(self.state.epoch), "accuracy": 0.0}

    trainer = tiny.trainer(tmp_path, kind=Worse, num_epochs=5, max_checkpoints=1)
    trainer.train()
    assert list(trainer.checkpoints.steps()) == [6, 30]
    assert trainer.load_best().name == "06"


def test_limit_leaves_the_checkpoints_of_other_runs(tiny, tmp_path):
    tiny.trainer(tmp_path, save_steps=5).train()
    trainer = tiny.trainer(tmp_path, save_steps=4, max_checkpoints=1, num_epochs=3)
    trainer.train()
    assert {5, 10, 18} <= set(trainer.checkpoints.steps())
    with pytest.raises(InputError, match="max_checkpoints"):
        tiny.trainer(tmp_path, max_checkpoints=0)


# Labels ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tokenizer():
    made = WordPieceTokenizer(show_progress=False)
    made.train_from_iterator(["خوب بود", "بد بود"], vocab_size=60)
    return made


def classifier(tokenizer, **labels):
    torch.manual_seed(0)
    return build_model(
        "bert_text_classification",
        vocab_size=tokenizer.get_vocab_size(), hidden_size=8, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=8, **labels,
    )  # fmt: skip


def opinions(tokenizer, *labels, **options):
    records = [{"text": "خوب بود", "label": label} for label in labels]
    return TextClassificationDataset.from_records(records, tokenizer, **options)


def test_sets_that_disagree_are_numbered_alike(tiny, tmp_path, tokenizer):
    """By the names of the model; where it has none, by those of the training set."""
    both, config = ("negative", "positive"), tiny.config(tmp_path)
    for model in (classifier(tokenizer, id2label=NAMES), classifier(tokenizer, num_labels=2)):
        right, swapped, one = (
            opinions(tokenizer, *both, id2label=NAMES),
            opinions(tokenizer, *both),
            opinions(tokenizer, "negative"),
        )
        assert swapped.id2label == SWAPPED
        assert (swapped[0]["labels"], one[0]["labels"]) == (0, 0)
        Trainer(model, config, right, swapped).evaluate(one)
        assert (right[0]["labels"], swapped[0]["labels"], one[0]["labels"]) == (1, 1, 1)
    with pytest.raises(TrainingError, match="has 3 labels; the model has 2"):
        Trainer(classifier(tokenizer, id2label=NAMES), config, opinions(tokenizer, 0, 2))
    Trainer(classifier(tokenizer, id2label=NAMES), config, opinions(tokenizer, 0, 1), opinions(tokenizer, 0)).evaluate()


def test_label_means_what_it_says(tiny, tmp_path, tokenizer):
    """What is evaluated is what is predicted."""
    records = [{"text": "خوب بود", "label": "positive"}, {"text": "بد بود", "label": "negative"}] * 4
    model = classifier(tokenizer, id2label=NAMES)
    rows = TextClassificationDataset.from_records(records, tokenizer, id2label=model.config.id2label)
    trainer = Trainer(model, tiny.config(tmp_path, num_epochs=10, save_enabled=False), rows, rows)
    trainer.train()
    assert trainer.evaluate()["accuracy"] == 1.0
    assert [answer.label for [answer] in model.predict(["خوب بود", "بد بود"])] == ["positive", "negative"]


def test_evaluation_of_nan_is_an_error(tiny, tmp_path, tokenizer):
    model = classifier(tokenizer, id2label=NAMES)
    torch.nn.init.constant_(model.classifier.bias, float("nan"))
    rows = opinions(tokenizer, "negative", id2label=NAMES)
    with pytest.raises(LogitsError, match="NaN"):
        Trainer(model, tiny.config(tmp_path), rows, rows).evaluate()
