"""The same weights and losses as Hezar 1.0.0, given its order of rows (which was the same in every epoch)."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from golden_replay import GOLDEN, meta, tolerance
from hezar_config import TrainerConfig
from hezar_data import Dataset
from hezar_models import Model
from hezar_train import Trainer
from hezar_train.checkpoints.contents import read_tensors

DATA = GOLDEN / "trainer_text_classification"
CASES = [DATA, GOLDEN / "trainer_gradient_accumulation"]


class PublishedOrder(Trainer):
    order: tuple[int, ...] = ()

    def train_order(self, epoch):
        return self.order


def build(case: Path, output_dir: Path, **options) -> PublishedOrder:
    model = Model.load(DATA / "init_model")
    train = Dataset.load(DATA / "repo", split="train", preprocessor=model.preprocessor)
    evaluation = Dataset.load(DATA / "repo", split="test", preprocessor=model.preprocessor)
    config = TrainerConfig(
        output_dir=str(output_dir), task="text_classification", use_cpu=True, **(meta(case)["config"] | options)
    )
    trainer = PublishedOrder(model, config, train, evaluation)
    trainer.order = tuple(json.loads((case / "layout.json").read_text())["train_sample_order_per_epoch"][0])
    return trainer


def rows(path: Path) -> dict[int, dict[str, float]]:
    """Return the rows with an evaluation; ours has rows at `log_steps` too."""
    with path.open(newline="") as file:
        table = [row for row in csv.DictReader(file) if row["evaluation.loss"]]
    return {int(row["step"]): {name: float(value) for name, value in row.items()} for row in table}


def rows_so_far(path: Path) -> dict[int, dict[str, float]]:
    """Return the rows of our log with the mean loss of all steps so far, as 1.0.0 logs it; ours is that of the row."""
    found, total, done = rows(path), 0.0, 0
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            step = int(row["step"])
            total, done = total + float(row["train.loss"]) * (step - done), step
            if step in found:
                found[step]["train.loss"] = total / step
    return found


def assert_weights(trainer, path, atol):
    expected = load_file(path)
    weights = trainer.unwrapped_model.state_dict()
    assert weights.keys() >= expected.keys()
    if isinstance(trainer.optimizer.optimizer, torch.optim.AdamW):
        # Softmax does not see a shift of all keys, so the gradient of their bias is zero but for rounding, and AdamW
        # turns that rounding into steps of full size.
        expected = {name: tensor for name, tensor in expected.items() if not name.endswith(".key.bias")}
    for name, tensor in expected.items():
        torch.testing.assert_close(weights[name], tensor, atol=atol, rtol=0, msg=lambda text, n=name: f"{n}: {text}")


def assert_losses(ours, theirs, atol, eval_batch_rows_equal):
    assert list(ours) == list(theirs)
    for step, published in theirs.items():
        assert ours[step]["train.loss"] == pytest.approx(published["train.loss"], abs=atol)
        if eval_batch_rows_equal:  # upstream averages over batches, we average over rows
            assert ours[step]["evaluation.loss"] == pytest.approx(published["evaluation.loss"], abs=atol)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_golden_run(case, tmp_path):
    atol = tolerance(case)["atol"]
    trainer = build(case, tmp_path)
    trainer.train()
    assert_weights(trainer, case / "final_weights.safetensors", atol)
    ours, theirs = rows_so_far(trainer.logs_dir / "training_logs.csv"), rows(case / "training_logs.csv")
    # 4 rows: batches of 3 and 1 in the one case, of 2 and 2 in the other.
    assert_losses(ours, theirs, atol, eval_batch_rows_equal=case is not DATA)
    assert list(next(iter(ours.values()))) == list(next(iter(theirs.values())))

    state = trainer.state.to_dict()
    import yaml

    published = yaml.safe_load((case / "trainer_state.yaml").read_text())
    # epoch_step: upstream calls the second epoch of the shorter run done, although max_steps cut it.
    skip = {"logs_dir", "loss_tracker_sum", "best_metric_value", "epoch_step", "best_checkpoint"}
    for key, value in published.items():
        if key == "loss_tracker_avg":
            assert state[key] == pytest.approx(value, abs=atol)
        elif key not in skip:
            assert state[key] == value, key
    assert list(state)[: len(published)] == list(published)


def test_metrics_are_those_of_the_whole_set(tmp_path):
    """Upstream gives the mean over batches of 3 and 1 rows, 0.66665, which no four texts can have."""
    trainer = build(DATA, tmp_path)
    trainer.train()
    logged = rows(trainer.logs_dir / "training_logs.csv")[6]
    model, hits = trainer.unwrapped_model.eval(), 0
    dataset = trainer.eval_dataset
    losses = []
    for index in range(len(dataset)):
        batch = dataset.data_collator([dataset[index]])
        with torch.inference_mode():
            logits = model(batch["token_ids"], attention_mask=batch["attention_mask"])["logits"]
            losses.append(float(model.compute_loss(logits, batch["labels"])))
        hits += int(logits.argmax(-1) == batch["labels"])
    assert logged["evaluation.accuracy"] == pytest.approx(hits / len(dataset), abs=1e-4)
    assert logged["evaluation.loss"] == pytest.approx(sum(losses) / len(losses), abs=1e-5)


def test_golden_resumed_run(tmp_path):
    atol = tolerance(DATA)["atol"]
    build(DATA, tmp_path).train()
    at_resume = json.loads((DATA / "state_at_resume.json").read_text())
    trainer = build(DATA, tmp_path, num_epochs=3, resume_from_checkpoint=True)
    assert (trainer.state.epoch, trainer.state.global_step, trainer.state.epoch_step) == (
        at_resume["epoch"], at_resume["global_step"], at_resume["epoch_step"],
    )  # fmt: skip
    trainer.train()
    assert_weights(trainer, DATA / "final_weights_resumed.safetensors", atol)
    theirs = rows(DATA / "training_logs.csv") | rows(DATA / "training_logs_resumed.csv")
    assert_losses(rows_so_far(trainer.logs_dir / "training_logs.csv"), theirs, atol, eval_batch_rows_equal=False)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_layout_is_as_published(case, tmp_path):
    trainer = build(case, tmp_path)
    trainer.train()
    layout = json.loads((case / "layout.json").read_text())
    names = (path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())
    found = {name.replace(trainer.logs_dir.name, "<run>") for name in names}
    published = {name.replace("model.pt", "model.safetensors") for name in layout["files"] if "tfevents" not in name}
    assert published <= found
    ours = {name.rpartition("/")[2] for name in found - published}
    assert ours <= {"rng_state.pt", "trainer_state.yaml", "training_plot.png"}
    last = trainer.checkpoints.find(6)
    for file in layout["checkpoint_state_keys"]:
        # The other keys of a schedule depend on the version of torch.
        wanted = {"param_groups", "state"} if file == "optimizer.pt" else {"last_epoch", "base_lrs"}
        assert wanted <= set(read_tensors(last, file))


def test_configs_have_the_published_bytes(tmp_path):
    trainer = build(DATA, tmp_path)
    trainer.save(tmp_path / "saved")
    written = (tmp_path / "saved" / "train" / "train_config.yaml").read_text("utf-8")
    assert written.replace(str(tmp_path), "<output_dir>") == (DATA / "train_config.yaml").read_text("utf-8")
    written = (tmp_path / "saved" / "train" / "dataset_config.yaml").read_text("utf-8")
    assert written.replace(str(DATA / "repo"), "<repo>") == (DATA / "dataset_config.yaml").read_text("utf-8")


def test_load_and_evaluate_what_was_saved(tmp_path):
    trainer = build(DATA, tmp_path, num_epochs=1)
    trainer.train()
    expected = trainer.evaluate()
    trainer.save(tmp_path / "saved")
    loaded = Trainer.load(tmp_path / "saved", train_dataset=trainer.train_dataset, num_epochs=7)
    assert (loaded.config.num_epochs, loaded.config.optimizer) == (7, "adamw")
    assert loaded.evaluate(trainer.eval_dataset) == expected
    assert loaded.model.preprocessor.keys() == trainer.unwrapped_model.preprocessor.keys()
    model = Model.load(trainer.checkpoints.find(3))
    assert model.predict("خوب")[0][0]["label"] in model.config.id2label.values()
