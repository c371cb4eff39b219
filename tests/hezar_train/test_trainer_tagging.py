"""A tagger, trained from words with tags to scores of entities."""

from __future__ import annotations

import pytest
import torch

from hezar_config import TrainerConfig
from hezar_data import SequenceLabelingDataset, WordPieceTokenizer
from hezar_registry import build_model
from hezar_train import SequenceLabelingMetricsHandler, Trainer, TrainingError

ROWS = [
    {"tokens": ["علی", "به", "تهران", "رفت"], "tags": ["B-PER", "O", "B-LOC", "O"]},
    {"tokens": ["مریم", "در", "شیراز", "ماند"], "tags": ["B-PER", "O", "B-LOC", "O"]},
] * 8


def build(rows):
    tokenizer = WordPieceTokenizer()
    tokenizer.train_from_iterator([" ".join(row["tokens"]) for row in rows], vocab_size=60)
    dataset = SequenceLabelingDataset.from_records(rows, tokenizer)
    torch.manual_seed(0)
    model = build_model(
        "bert_sequence_labeling", vocab_size=tokenizer.get_vocab_size(), hidden_size=16, num_hidden_layers=1,
        num_attention_heads=2, intermediate_size=32, id2label=dataset.id2label,
    )  # fmt: skip
    model.preprocessor = tokenizer
    return model, dataset


def trainer_of(model, dataset, folder):
    config = TrainerConfig(
        output_dir=str(folder), task="sequence_labeling", num_epochs=12, batch_size=8, learning_rate=2e-2,
        metrics=["seqeval"], metric_for_best_model="f1", use_cpu=True, seed=1,
    )  # fmt: skip
    return Trainer(model, config, train_dataset=dataset, eval_dataset=dataset)


def test_a_tagger_learns(tmp_path):
    model, dataset = build(ROWS)
    trainer = trainer_of(model, dataset, tmp_path)
    before = trainer.evaluate()
    trainer.train()
    after = trainer.evaluate()
    assert after["f1"] == 1.0 > before["f1"]
    assert set(after) == {"accuracy", "recall", "precision", "f1", "loss"}
    [found] = model.predict("علی به تهران رفت", aggregate="words")
    assert [word.label for word in found] == ["B-PER", "O", "B-LOC", "O"]


def test_labels_without_positions_are_entities_of_one_token():
    handler = SequenceLabelingMetricsHandler(["seqeval"])
    handler.model, _ = build([{"tokens": ["علی", "رفت"], "tags": ["N", "V"]}])
    logits = torch.tensor([[[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]])
    handler.update({"logits": logits}, {"labels": torch.tensor([[-100, 0, 0]])}, 1)
    assert handler.compute()["precision"] == 0.5


def test_a_model_without_labels():
    handler = SequenceLabelingMetricsHandler(["seqeval"])
    with pytest.raises(TrainingError, match="id2label"):
        handler.update({"logits": torch.zeros(1, 2, 2)}, {"labels": torch.zeros(1, 2, dtype=torch.long)}, 1)
