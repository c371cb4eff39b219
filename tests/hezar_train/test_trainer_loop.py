"""Training, evaluation, best checkpoint, accumulation, settings and errors of the Trainer."""

from __future__ import annotations

import pytest
import torch

from hezar_config import ConfigError, MetricConfig, TrainerConfig
from hezar_registry import UnknownNameError, build_trainer
from hezar_train import (
    F1,
    Callback,
    CheckpointError,
    DivergedError,
    F1Config,
    MetricsHandler,
    Trainer,
    TrainingError,
)


def weights(trainer):
    return {name: tensor.clone() for name, tensor in trainer.unwrapped_model.state_dict().items()}


def test_training_learns(tiny, tmp_path):
    trainer = tiny.trainer(
        tmp_path, num_epochs=12, metrics=["accuracy", "f1"], save_enabled=False, eval_dataset=tiny.Dataset(22)
    )
    before = trainer.evaluate()
    state = trainer.train()
    after = trainer.evaluate()
    assert after["loss"] < 0.5 * before["loss"]
    assert after["accuracy"] > 0.9
    assert (state.epoch, state.global_step, state.epoch_step) == (12, 72, 0)
    assert list(after) == ["accuracy", "f1", "loss"]
    assert not (tmp_path / "checkpoints").exists()
    assert trainer.model.training


def test_each_epoch_has_its_own_order_and_every_row_once(tiny, tmp_path):
    trainer = tiny.trainer(tmp_path, do_evaluate=False, save_enabled=False)
    trainer.train()
    seen = trainer.train_dataset.seen
    first, second = seen[:22], seen[22:]
    assert sorted(first) == sorted(second) == list(range(22))
    assert first != second
    trainer = tiny.trainer(tmp_path, do_evaluate=False, save_enabled=False, dataloader_shuffle=False, num_epochs=1)
    trainer.train()
    assert trainer.train_dataset.seen == list(range(22))


def test_rows_of_similar_length_come_together(tiny, tmp_path):
    trainer = tiny.trainer(tmp_path, group_by_length=True, num_epochs=1, save_enabled=False, do_evaluate=False)
    trainer.train()
    lengths = [trainer.train_dataset.lengths[row] for row in trainer.train_dataset.seen]
    spread = [max(batch) - min(batch) for batch in (lengths[i : i + 4] for i in range(0, 20, 4))]
    assert sum(spread) < 10
    with pytest.raises(TrainingError, match="lengths"):
        tiny.trainer(tmp_path, group_by_length=True, train_dataset=list(range(3)), data_collator=list).train_order(1)


@pytest.mark.parametrize("optimizer", ["sdg", "adam"])
def test_accumulation_equals_a_larger_batch(tiny, tmp_path, optimizer):
    """22 rows: the last group is short, and so is its last batch."""
    trained = []
    for batch_size, accumulation in ((8, 1), (4, 2), (2, 4), (1, 8)):
        model = tiny.model(dropout=0.0)
        trainer = tiny.trainer(
            tmp_path / str(batch_size), model=model, batch_size=batch_size, optimizer=optimizer,
            gradient_accumulation_steps=accumulation, max_grad_norm=0.5, save_enabled=False,
        )  # fmt: skip
        trainer.train()
        trained.append(weights(trainer))
    for other in trained[1:]:
        for name, tensor in trained[0].items():
            torch.testing.assert_close(other[name], tensor, atol=2e-6, rtol=1e-5)


def test_clipping_bounds_the_step(tiny, tmp_path):
    trainer = tiny.trainer(tmp_path, optimizer="sdg", learning_rate=1.0, max_grad_norm=0.01, max_steps=1)
    before = weights(trainer)
    trainer.train()
    step = torch.cat([(tensor - before[name]).flatten() for name, tensor in weights(trainer).items()])
    assert 0.009 < step.norm() <= 0.0101


def test_scheduler_steps_every_n_steps(tiny, tmp_path):
    rates = []

    class Record(Callback):
        def on_step_end(self, trainer):
            rates.append(trainer.optimizer.param_groups[0]["lr"])

    schedule = {"lr_scheduler": "exponential", "lr_scheduler_kwargs": {"gamma": 0.5}, "learning_rate": 0.8}
    tiny.trainer(tmp_path / "a", **schedule, lr_scheduling_steps=4, save_enabled=False, callbacks=[Record()]).train()
    assert rates == [0.8] * 3 + [0.4] * 4 + [0.2] * 4 + [0.1]
    rates.clear()
    tiny.trainer(tmp_path / "b", **schedule, save_enabled=False, callbacks=[Record()]).train()
    assert rates == [0.8] * 5 + [0.4] * 6 + [0.2]


def test_own_optimizer_and_schedule(tiny, tmp_path):
    model = tiny.model()
    optimizer = torch.optim.SGD(model.classifier.parameters(), lr=0.1)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 0.5**step)
    trainer = tiny.trainer(tmp_path, model=model, given_optimizer=optimizer, given_lr_scheduler=schedule)
    before = weights(trainer)
    trainer.train()
    assert torch.equal(weights(trainer)["embeddings.weight"], before["embeddings.weight"])
    assert trainer.optimizer.param_groups[0]["lr"] == pytest.approx(0.025)


@pytest.mark.parametrize(
    ("value", "steps"), [(5, [5, 6, 10, 12]), (0.25, [3, 6, 9, 12]), (None, [6, 12]), (1.0, [6, 12])]
)
def test_save_steps(tiny, tmp_path, value, steps):
    trainer = tiny.trainer(tmp_path, save_steps=value)
    trainer.train()
    assert list(trainer.checkpoints.steps()) == steps
    assert trainer.config.save_steps == value
    saved = TrainerConfig.load(trainer.checkpoints.find(12))
    assert saved.save_steps == value


@pytest.mark.parametrize(("value", "steps"), [(5, 5), (0.5, 6), (1.0, 12), (100, 12)])
def test_max_steps(tiny, tmp_path, value, steps):
    trainer = tiny.trainer(tmp_path, max_steps=value, save_enabled=False)
    assert trainer.total_steps == steps
    trainer.train()
    assert trainer.state.global_step == steps
    assert trainer.load_csv_logs()["step"][-1] == steps


def test_evaluation_covers_the_whole_set_whatever_the_batches(tiny, tmp_path):
    results = [
        tiny.trainer(tmp_path, eval_batch_size=size, metrics=["f1", "recall"]).evaluate() for size in (1, 3, 4, 10, 64)
    ]
    for result in results[1:]:
        assert result == pytest.approx(results[0], abs=1e-6)
    other = tiny.trainer(tmp_path).evaluate(tiny.Dataset(5, seed=7))
    assert set(other) == {"accuracy", "loss"}


def test_evaluation_changes_nothing(tiny, tmp_path):
    plain = tiny.trainer(tmp_path / "a", save_enabled=False)

    class Evaluate(Callback):
        def on_step_end(self, trainer):
            trainer.evaluate()
            assert trainer.model.training

    often = tiny.trainer(tmp_path / "b", save_enabled=False, callbacks=[Evaluate()])
    plain.train()
    often.train()
    for name, tensor in weights(plain).items():
        assert torch.equal(weights(often)[name], tensor)
    frozen = tiny.trainer(tmp_path / "c")
    frozen.model.eval()
    frozen.evaluate()
    assert not frozen.model.training


@pytest.mark.parametrize(("metric", "pick"), [("loss", min), ("accuracy", max), ("train.loss", min)])
def test_best_checkpoint(tiny, tmp_path, metric, pick):
    trainer = tiny.trainer(tmp_path, num_epochs=6, metric_for_best_model=metric, learning_rate=0.3)
    with pytest.raises(CheckpointError, match="no best"):
        trainer.load_best()
    trainer.train()
    logs = trainer.load_csv_logs()
    column = logs[metric if "." in metric else f"evaluation.{metric}"]
    best = pick(column)
    assert trainer.state.best_metric_value == best
    assert trainer.state.best_checkpoint == logs["step"][column.index(best)]
    optimizer_sees = trainer.optimizer.param_groups[0]["params"][0]
    path = trainer.load_best()
    assert int(path.name) == trainer.state.best_checkpoint
    assert trainer.model.embeddings.weight is optimizer_sees
    if metric != "train.loss":
        assert trainer.evaluate()[metric] == pytest.approx(best, abs=1e-6)


def test_without_evaluation_the_training_loss_decides(tiny, tmp_path):
    trainer = tiny.trainer(tmp_path, eval_dataset=None)
    trainer.train()
    assert trainer.state.metric_for_best_checkpoint == "train.loss"
    assert list(trainer.load_csv_logs()) == ["step", "train.loss"]
    with pytest.raises(TrainingError, match="eval_dataset"):
        trainer.evaluate()
    with pytest.raises(ConfigError, match="nothing is evaluated"):
        tiny.trainer(tmp_path, eval_dataset=None, metric_for_best_model="accuracy").train()


def test_metrics_by_name_config_and_object(tiny, tmp_path):
    trainer = tiny.trainer(tmp_path, metrics=["accuracy", F1Config(average="micro")])
    assert trainer.evaluate().keys() == {"accuracy", "f1", "loss"}
    given = F1(average=None)
    trainer = tiny.trainer(tmp_path, metrics=[given], metric_for_best_model="loss", num_epochs=1)
    trainer.train()
    assert len(trainer.evaluate()["f1"]) == 3
    assert list(trainer.load_csv_logs())[2:] == [f"evaluation.f1.{i}" for i in range(3)] + ["evaluation.loss"]
    saved = TrainerConfig.load(trainer.checkpoints.find(6)).metrics[0]
    assert isinstance(saved, F1Config)
    assert saved.average is None or saved == given.config


def test_metrics_that_do_not_fit(tiny, tmp_path):
    with pytest.raises(TrainingError, match="'seqeval' does not fit"):
        tiny.trainer(tmp_path, metrics=["seqeval"])
    with pytest.raises(TrainingError, match="Did you mean 'accuracy'"):
        tiny.trainer(tmp_path, metrics=["acuracy"])
    with pytest.raises(TrainingError, match="no metrics handler for the task .text_detection."):
        tiny.trainer(tmp_path, task="text_detection", metrics=["rouge"])
    with pytest.raises(ConfigError, match=r"evaluation\.f1.*which this run does not have"):
        tiny.trainer(tmp_path, metric_for_best_model="f1")
    # The loss needs no handler, and a custom handler works with any task.
    assert tiny.trainer(tmp_path, task="mask_filling", metrics=None).evaluate().keys() == {"loss"}

    class Handler(MetricsHandler):
        def prepare(self, outputs, batch):
            return outputs["logits"].argmax(-1).tolist(), batch["labels"].tolist()

    own = tiny.trainer(tmp_path, task="mask_filling", metrics=None, metrics_handler=Handler(["accuracy"]))
    assert own.evaluate().keys() == {"accuracy", "loss"}
    with pytest.raises(NotImplementedError):
        MetricsHandler(["accuracy"]).update({}, {}, 1)


@pytest.mark.parametrize("option", ["num_epochs", "batch_size", "eval_batch_size", "gradient_accumulation_steps"])
def test_settings_below_one(tiny, tmp_path, option):
    with pytest.raises(ConfigError, match=f"{option}: expected a number at least 1.*; found 0"):
        tiny.trainer(tmp_path, **{option: 0})


def test_impossible_settings(tiny, tmp_path):
    for options, message in (
        ({"max_grad_norm": 0.0}, "max_grad_norm"),
        ({"save_steps": 2.5}, "save_steps"),
        ({"log_steps": 0}, "log_steps"),
        ({"max_steps": -1}, "max_steps"),
        ({"num_dataloader_workers": -1}, "num_dataloader_workers"),
        ({"learning_rate": "fast"}, "learning_rate"),
    ):
        with pytest.raises(ConfigError, match=message):
            tiny.trainer(tmp_path, **options)
    with pytest.raises(UnknownNameError, match="'adamw'"):
        tiny.trainer(tmp_path, optimizer="adamW2")
    with pytest.raises(TrainingError, match="accelerate cannot start"):
        tiny.trainer(tmp_path, mixed_precision="fp12")


def test_data_that_cannot_be_used(tiny, tmp_path):
    with pytest.raises(TrainingError, match="list is empty"):
        tiny.trainer(tmp_path, train_dataset=[])
    with pytest.raises(TrainingError, match="no length"):
        tiny.trainer(tmp_path, train_dataset=iter([1]))
    with pytest.raises(TrainingError, match="data_collator"):
        tiny.trainer(tmp_path, train_dataset=[{"token_ids": [1]}]).train()
    with pytest.raises(TrainingError, match="must return a mapping"):
        tiny.trainer(tmp_path, data_collator=list).train()

    def without_labels(rows):
        return {name: value for name, value in tiny.Dataset.data_collator(rows).items() if name != "labels"}

    with pytest.raises(TrainingError, match="no 'labels', only: token_ids, attention_mask"):
        tiny.trainer(tmp_path, data_collator=without_labels).train()
    with pytest.raises(TrainingError, match="train_dataset"):
        tiny.trainer(tmp_path, train_dataset=None).train()

    class Silent(tiny.Model):
        def forward(self, token_ids, attention_mask):
            return super().forward(token_ids, attention_mask)["logits"]

    with pytest.raises(TrainingError, match=r"Silent\.forward must return a mapping"):
        tiny.trainer(tmp_path, model=Silent()).train()


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_divergence_names_the_step(tiny, tmp_path, value):
    class Diverging(Trainer):
        def compute_loss(self, model_outputs, labels=None, **kwargs):
            loss = super().compute_loss(model_outputs, labels, **kwargs)
            return loss * value if self.state.global_step == 8 else loss

    trainer = tiny.trainer(tmp_path, kind=Diverging, save_steps=3)
    with pytest.raises(DivergedError, match="loss of step 9 is"):
        trainer.train()
    assert list(trainer.checkpoints.steps()) == [3, 6]


def test_stop_from_a_callback(tiny, tmp_path):
    class StopAt(Callback):
        def on_step_end(self, trainer):
            trainer.should_stop = trainer.state.global_step >= 8

    trainer = tiny.trainer(tmp_path, callbacks=[StopAt()])
    trainer.train()
    assert trainer.state.global_step == 8
    assert list(trainer.checkpoints.steps()) == [6, 8]
    assert trainer.load_csv_logs()["step"] == [6, 8]


def test_order_hook(tiny, tmp_path):
    class Backwards(Trainer):
        def train_order(self, epoch):
            return range(self.rows_in_epoch - 1, -1, -1)

    trainer = tiny.trainer(tmp_path, kind=Backwards, num_epochs=1, do_evaluate=False, save_enabled=False)
    trainer.train()
    assert trainer.train_dataset.seen == list(range(21, -1, -1))


def test_workers_read_the_same_rows(tiny, tmp_path):
    trained = []
    for workers in (0, 2):
        trainer = tiny.trainer(
            tmp_path / str(workers), num_epochs=1, num_dataloader_workers=workers, do_evaluate=False, save_enabled=False
        )
        trainer.train()
        trained.append(weights(trainer))
    for name, tensor in trained[0].items():
        assert torch.equal(trained[1][name], tensor)


def test_the_callers_config_stays(tiny, tmp_path):
    config = tiny.config(tmp_path, metrics=[F1()], metric_for_best_model="f1")
    before = config.to_dict()
    data = {"train_dataset": tiny.Dataset(8), "eval_dataset": tiny.Dataset(4)}
    trainer = build_trainer("trainer", config, model=tiny.model(), **data)
    trainer.train()
    assert config.to_dict() == before
    assert isinstance(config.metrics[0], F1)
    assert isinstance(trainer.config.metrics[0], MetricConfig)


def test_init_weights_from(tiny, tmp_path):
    source = tiny.model(seed=5)
    source.save(tmp_path / "source")
    trainer = tiny.trainer(tmp_path / "run", init_weights_from=str(tmp_path / "source"), max_steps=1)
    assert torch.equal(trainer.model.embeddings.weight, source.embeddings.weight)
    assert not torch.equal(trainer.model.classifier.weight, source.classifier.weight)
    trainer.train()
    moved = trainer.model.embeddings.weight.detach().clone()
    resumed = tiny.trainer(
        tmp_path / "run", init_weights_from=str(tmp_path / "source"), resume_from_checkpoint=True, max_steps=1
    )
    assert torch.equal(resumed.model.embeddings.weight, moved)


def test_files_of_a_checkpoint(tiny, tmp_path):
    trainer = tiny.trainer(tmp_path, num_epochs=1, lr_scheduler="linear")
    trainer.train()
    files = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())
    run = trainer.logs_dir.name
    assert files == [
        "checkpoints/6/model.safetensors",
        "checkpoints/6/model_config.yaml",
        "checkpoints/6/train/lr_scheduler.pt",
        "checkpoints/6/train/optimizer.pt",
        "checkpoints/6/train/rng_state.pt",
        "checkpoints/6/train/train_config.yaml",
        "checkpoints/6/train/trainer_state.yaml",
        "checkpoints/trainer_state.yaml",
        f"logs/{run}/training_logs.csv",
    ]
    # The schedule of an older run is not left behind.
    tiny.trainer(tmp_path, num_epochs=1).train()
    assert not (tmp_path / "checkpoints" / "6" / "train" / "lr_scheduler.pt").exists()
    trainer.save(tmp_path / "saved")
    saved = sorted(path.relative_to(tmp_path / "saved").as_posix() for path in (tmp_path / "saved").rglob("*.*"))
    assert saved == [
        "model.safetensors", "model_config.yaml", "train/lr_scheduler.pt", "train/optimizer.pt",
        "train/train_config.yaml",
    ]  # fmt: skip


def test_info_says_what_is_trained(tiny, tmp_path, caplog):
    trainer = tiny.trainer(tmp_path, max_steps=1)
    text = trainer.info()
    for line in ("Model: TinyClassifier", "Total Steps: 1", "Training Dataset: TinyDataset(22)", "Optimizer: AdamW"):
        assert line in text
    with caplog.at_level("INFO", logger="hezar"):
        trainer.train()
    assert "Training Info" in caplog.text
    assert "Training done!" in caplog.text


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"learning_rate": -1.0}, "learning_rate: expected a number at least 0; found -1.0"),
        ({"learning_rate": float("nan")}, "learning_rate: expected a number at least 0; found nan"),
        ({"weight_decay": -0.1}, "weight_decay: expected a number at least 0"),
        ({"seed": -1}, "seed: expected a number at least 0"),
        ({"seed": 2**32}, "seed: expected a number at least 0 and at most 4,294,967,295"),
        ({"batch_size": "8"}, "batch_size: expected `int`, got `str`"),
    ],
)
def test_numbers_out_of_range(tiny, tmp_path, options, message):
    with pytest.raises(ConfigError, match=message):
        tiny.trainer(tmp_path, **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"data_collator": 3}, "data_collator must be of type Callable; found int"),
        ({"metrics_handler": "f1"}, "metrics_handler must be of type MetricsHandler; found str"),
        ({"callbacks": [print]}, "callback must be of type Callback; found builtin_function_or_method"),
    ],
)
def test_parts_of_another_kind(tiny, tmp_path, options, message):
    with pytest.raises(TrainingError, match=message):
        tiny.trainer(tmp_path, **options)


def test_a_run_needs_a_model_and_a_config(tiny, tmp_path):
    config = tiny.trainer(tmp_path).config
    with pytest.raises(TrainingError, match="model must be of type Module; found NoneType"):
        Trainer(None, config)
    with pytest.raises(TrainingError, match="optimizer must be of type Optimizer; found type"):
        Trainer(torch.nn.Linear(1, 1), config, optimizer=torch.optim.Adam)
    with pytest.raises(TrainingError, match="config must be of type TrainerConfig; found dict"):
        Trainer(torch.nn.Linear(1, 1), {"task": "text_classification"})


def test_logs_that_cannot_be_written(tiny, tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(TrainingError, match="The logs cannot be written"):
        tiny.trainer(tmp_path / "file").train()
