"""A model and a dataset small enough to train in milliseconds, and what tests of the Trainer share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import nn

from hezar_config import ModelConfig, TrainerConfig

VOCABULARY, LABELS = 32, 3


@dataclass
class TinyConfig(ModelConfig):
    name = "tiny_text_classification"
    hidden_size: int = 8
    dropout: float = 0.25


class TinyClassifier(nn.Module):
    """Mean of embeddings, dropout, a linear layer; the methods that the Trainer needs of a model."""

    def __init__(self, config: TinyConfig | None = None) -> None:
        super().__init__()
        self.config = config or TinyConfig()
        self.preprocessor: dict[str, Any] = {}
        self.embeddings = nn.Embedding(VOCABULARY, self.config.hidden_size)
        self.dropout = nn.Dropout(self.config.dropout)
        self.classifier = nn.Linear(self.config.hidden_size, LABELS)

    def forward(self, token_ids, attention_mask):
        mask = attention_mask.unsqueeze(-1)
        pooled = (self.embeddings(token_ids) * mask).sum(1) / mask.sum(1)
        return {"logits": self.classifier(self.dropout(pooled))}

    def compute_loss(self, logits, labels):
        return nn.functional.cross_entropy(logits, labels)

    def save(self, path, filename=None, save_preprocessor=True):
        from safetensors.torch import save_file

        from hezar_hub import atomic_save

        with atomic_save(path) as staging:
            save_file(self.state_dict(), staging.path("model.safetensors"))
            staging.path("model_config.yaml").write_text(self.config.to_yaml(), "utf-8")
        return str(path)

    def load_weights(self, path):
        from safetensors.torch import load_file

        self.load_state_dict(load_file(Path(path) / "model.safetensors"), assign=True)

    def init_from_backbone(self, path):
        from safetensors.torch import load_file

        weights = load_file(Path(path) / "model.safetensors")
        self.load_state_dict({k: v for k, v in weights.items() if "embeddings" in k}, strict=False, assign=True)


class TinyDataset:
    """Rows of random tokens whose label follows from the first one."""

    def __init__(self, rows: int, seed: int = 0) -> None:
        generator = torch.Generator().manual_seed(seed)
        self.rows = []
        for _ in range(rows):
            length = int(torch.randint(2, 9, (1,), generator=generator))
            tokens = torch.randint(1, VOCABULARY, (length,), generator=generator).tolist()
            self.rows.append({"token_ids": tokens, "labels": tokens[0] % LABELS})
        self.lengths = [len(row["token_ids"]) for row in self.rows]
        self.seen: list[int] = []

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> dict[str, Any]:
        self.seen.append(index)
        return self.rows[index]

    @staticmethod
    def data_collator(rows):
        longest = max(len(row["token_ids"]) for row in rows)
        padded = [row["token_ids"] + [0] * (longest - len(row["token_ids"])) for row in rows]
        token_ids = torch.tensor(padded)
        return {
            "token_ids": token_ids,
            "attention_mask": (token_ids != 0).float(),
            "labels": torch.tensor([row["labels"] for row in rows]),
        }


@pytest.fixture(autouse=True)
def _no_fsync(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests write hundreds of checkpoints, and none of them pulls the plug of the machine."""
    monkeypatch.setattr("os.fsync", lambda handle: None)


@pytest.fixture
def tiny() -> SimpleNamespace:
    return builders()


def builders() -> SimpleNamespace:
    """Return the classes above, and builders of models and trainers that are alike each time."""

    def model(seed: int = 0, **options: Any) -> TinyClassifier:
        torch.manual_seed(seed)
        return TinyClassifier(TinyConfig(**options))

    def config(output_dir: Path, **options: Any) -> TrainerConfig:
        defaults = {
            "task": "text_classification",
            "use_cpu": True,
            "num_epochs": 2,
            "batch_size": 4,
            "learning_rate": 0.05,
            "optimizer": "adamw",
            "metrics": ["accuracy"],
        }
        return TrainerConfig(output_dir=str(output_dir), **{**defaults, **options})

    def trainer(output_dir: Path, **options: Any):
        from hezar_train import LossPlot, Trainer

        # Plots take longer than everything else; the test of plots asks for them.
        with_plot = options.pop("with_plot", False)
        # Arguments of the Trainer that have the name of a setting.
        objects = {name: options.pop(f"given_{name}", None) for name in ("optimizer", "lr_scheduler")}
        fields = {name: options.pop(name) for name in list(options) if name in TrainerConfig.fields()}
        given = {"train_dataset": TinyDataset(22), "eval_dataset": TinyDataset(10, seed=1)} | options
        model_ = given.pop("model", None) or model()
        kind = given.pop("kind", Trainer)
        made = kind(model_, config(output_dir, **fields), **given, **objects)
        if not with_plot:
            made.callbacks = [callback for callback in made.callbacks if not isinstance(callback, LossPlot)]
        return made

    return SimpleNamespace(
        model=model, config=config, trainer=trainer, Dataset=TinyDataset, Model=TinyClassifier, Config=TinyConfig
    )
