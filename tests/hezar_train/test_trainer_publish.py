"""Pushing a run to the Hub: one commit, chosen parts, a card with the last evaluation."""

from __future__ import annotations

import pytest

from hezar_config import TrainerConfig
from hezar_hub import AuthError

MODEL = {"model.safetensors", "model_config.yaml"}


@pytest.fixture
def trained(tiny, tmp_path):
    trainer = tiny.trainer(tmp_path / "run", num_epochs=1, lr_scheduler="linear", metrics=["accuracy", "f1"])
    trainer.train()
    return trainer


def test_one_commit_with_everything(trained, hub):
    # Weights in the other format would be those of an older model.
    hub.add_repo("me/tiny", {"model.pt": b"old", "notes.md": "mine"})
    before = len(hub.commits("me/tiny"))
    trained.push_to_hub("me/tiny")
    files = hub.files("me/tiny")
    assert set(files) == MODEL | {
        "README.md", "notes.md", "train/train_config.yaml", "train/optimizer.pt", "train/lr_scheduler.pt",
        "train/training_logs.csv",
    }  # fmt: skip
    assert len(hub.commits("me/tiny")) == before + 1
    assert hub.commits("me/tiny")[0].title == "Hezar: Upload training files"
    assert files["train/training_logs.csv"] == (trained.logs_dir / "training_logs.csv").read_bytes()
    card = files["README.md"].decode()
    assert "pipeline_tag: text-classification" in card
    assert "f1" in card
    assert TrainerConfig.load("me/tiny") == trained.config


def test_parts(trained, hub):
    trained.push_to_hub("me/logs", push_model=False, push_optimizer=False, commit_message="Only logs", private=True)
    assert set(hub.files("me/logs")) == {"train/train_config.yaml", "train/training_logs.csv"}
    assert hub.commits("me/logs")[0].title == "Only logs"
    assert hub.is_private("me/logs")
    trained.push_to_hub("me/model", push_optimizer=False, push_logs=False)
    assert set(hub.files("me/model")) == MODEL | {"README.md", "train/train_config.yaml"}


def test_without_the_right_to_push(trained, hub, monkeypatch):
    monkeypatch.delenv("HF_TOKEN")
    with pytest.raises(AuthError):
        trained.push_to_hub("me/tiny")
