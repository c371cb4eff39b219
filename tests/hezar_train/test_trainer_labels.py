"""A label means what it says, in training, in evaluation and in prediction."""

from __future__ import annotations

import pytest
import torch

from hezar_config import ConfigError, TrainerConfig, UnknownFieldError
from hezar_data import TextClassificationDataset, WordPieceTokenizer
from hezar_registry import build_model
from hezar_train import Trainer, TrainingError

ROWS = [{"text": "عالی", "label": "positive"}, {"text": "بد", "label": "negative"}] * 16


def build(id2label, rows=ROWS):
    tokenizer = WordPieceTokenizer()
    tokenizer.train_from_iterator([row["text"] for row in ROWS], vocab_size=40)
    torch.manual_seed(0)
    model = build_model(
        "bert_text_classification", vocab_size=tokenizer.get_vocab_size(), hidden_size=16, num_hidden_layers=1,
        num_attention_heads=2, intermediate_size=16, id2label=id2label,
    )  # fmt: skip
    model.preprocessor = tokenizer
    return model, TextClassificationDataset.from_records(rows, tokenizer)


def config_of(folder, **fields):
    return TrainerConfig(
        output_dir=str(folder), task="text_classification", num_epochs=6, batch_size=8, learning_rate=2e-2,
        metrics=["accuracy"], use_cpu=True, seed=1, **fields,
    )  # fmt: skip


def test_a_model_that_numbers_its_labels_otherwise_learns_their_names(tmp_path):
    model, dataset = build({0: "positive", 1: "negative"})
    assert dataset.id2label == {0: "negative", 1: "positive"}
    trainer = Trainer(model, config_of(tmp_path), train_dataset=dataset, eval_dataset=build({0: "x"})[1])
    trainer.train()
    assert trainer.evaluate()["accuracy"] == 1.0
    assert [answer[0].label for answer in model.predict(["عالی", "بد"])] == ["positive", "negative"]


@pytest.mark.parametrize("side", ["train", "eval", "evaluate"])
def test_labels_that_the_model_does_not_have(side, tmp_path):
    model, dataset = build({0: "positive", 1: "negative"})
    other = build({0: "x"}, [{"text": "بد", "label": "خنثی"}])[1]
    sets = {
        "train_dataset": other if side == "train" else dataset,
        "eval_dataset": other if side == "eval" else dataset,
    }
    with pytest.raises(TrainingError, match="labels that the model does not have: خنثی"):
        Trainer(model, config_of(tmp_path), **sets).evaluate(other)


def test_labels_of_a_dataset_of_ones_own_are_compared(tmp_path):
    model, dataset = build({0: "positive", 1: "negative"})

    class Own:
        id2label = dataset.id2label
        data_collator = dataset.data_collator

        def __len__(self):
            return len(dataset)

        def __getitem__(self, index):
            return dataset[index]

    with pytest.raises(TrainingError, match="called by other names"):
        Trainer(model, config_of(tmp_path), train_dataset=Own())


def test_a_misspelt_setting_is_an_error(tmp_path):
    config = config_of(tmp_path)
    with pytest.raises(UnknownFieldError, match="Did you mean 'num_epochs'"):
        config.num_epoch = 3
    config.num_epochs = 3
    assert config.num_epochs == 3


@pytest.mark.parametrize("id2label", [{1: "a", 2: "b"}, {0: "a", 2: "b"}, {-1: "a", 0: "b"}])
def test_a_model_whose_labels_are_numbered_wrongly_is_not_built(id2label):
    with pytest.raises(ConfigError, match="class ids 0 to 1"):
        build(id2label)


def test_a_model_with_fewer_names_than_labels_is_not_built():
    with pytest.raises(ConfigError, match="num_labels=2."):
        build_model("bert_text_classification", id2label={0: "a", 1: "b"}, num_labels=3, vocab_size=9)
