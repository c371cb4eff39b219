"""Models that write: trained on what datasets give, and evaluated by what they write."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from hezar_config import TrainerConfig
from hezar_data import (
    ImageCaptioningDataset,
    MaskFillingDataset,
    SpeechRecognitionDataset,
    TextGenerationDataset,
    TextSummarizationDataset,
)
from hezar_train import GeneratedTextMetricsHandler, Trainer, TrainingError
from tiny_models import PICTURES, SOUNDS, TEXTS, tiny_model

WORDS = ["سلام", "نه"]


def dataset_of(task: str, preprocessor: Any, times: int = 1) -> Any:
    if task == "speech_recognition":
        rows = [{"audio": audio, "sentence": words} for audio, words in zip(SOUNDS[1:3], WORDS, strict=True)]
        return SpeechRecognitionDataset.from_records(rows * times, preprocessor)
    if task == "image2text":
        rows = [{"image_path": image, "label": words} for image, words in zip(PICTURES[:2], WORDS, strict=True)]
        return ImageCaptioningDataset.from_records(rows * times, preprocessor)
    rows = [{"text": words * 2, "summary": words} for words in WORDS]
    return TextSummarizationDataset.from_records(rows * times, preprocessor)


def trainer_of(name: str, task: str, metrics: list[str], folder: Any, **options: Any) -> Trainer:
    model = tiny_model(name)
    train, data = (dataset_of(task, model.preprocessor, times) for times in (100, 1))
    config = TrainerConfig(
        output_dir=str(folder), task=task, num_epochs=1, batch_size=2, learning_rate=4e-3, metrics=metrics, use_cpu=True,
        save_freq=None, log_steps=1000, **options,
    )  # fmt: skip
    return Trainer(model, config, train_dataset=train, eval_dataset=data)


@pytest.mark.parametrize(
    ("name", "task", "metrics"),
    [
        ("whisper_speech_recognition", "speech_recognition", ["wer", "cer"]),
        ("vit_gpt2_image2text", "image2text", ["cer", "wer"]),
        ("t5_text_generation", "text_generation", ["rouge", "bleu"]),
    ],
)
def test_it_learns_to_write(name: str, task: str, metrics: list[str], tmp_path: Any) -> None:
    trainer = trainer_of(name, task, metrics, tmp_path, do_evaluate=False)
    before = trainer.evaluate()
    trainer.train()
    after = trainer.evaluate()
    assert after["loss"] < before["loss"] / 3
    for key in ("wer", "cer"):
        if key in metrics:
            assert after[key] < 0.6 * before[key]
    if "rouge" in metrics:
        assert after["rougeL"] == 1.0 > before["rougeL"]


def test_without_generation_the_most_probable_tokens_are_compared(tmp_path: Any) -> None:
    trainer = trainer_of("trocr_image2text", "image2text", ["cer"], tmp_path, evaluate_with_generate=False)
    handler = trainer.metrics_handler
    assert isinstance(handler, GeneratedTextMetricsHandler)
    batch = trainer.prepare_input_batch(trainer.eval_dataset.data_collator(trainer.eval_dataset.__getitems__([0, 1])))
    logits = torch.nn.functional.one_hot(batch["labels"], trainer.model.config.decoder["vocab_size"]).float()
    written, right = handler.prepare({"logits": logits}, batch)
    assert written == right == WORDS
    assert trainer.evaluate().keys() == {"cer", "loss"}


def test_labels_that_do_not_count_are_no_text() -> None:
    model = tiny_model("trocr_image2text")
    handler = GeneratedTextMetricsHandler(["cer"])
    with pytest.raises(TrainingError, match="tokenizer"):
        handler.prepare({}, {"labels": torch.zeros(1, 1)})
    handler.model = model
    with pytest.raises(TrainingError, match="nothing to write from in a batch of labels"):
        handler.prepare({}, {"labels": torch.zeros(1, 1)})
    ids = model.preprocessor.tokenizer(WORDS[0])["token_ids"]
    pixels = torch.zeros(1, 3, 32, 32)
    _, [text] = handler.prepare({}, {"labels": torch.tensor([[*ids, -100, -100]]), "pixel_values": pixels})
    assert text == WORDS[0]
    handler.model = tiny_model("bert_text_classification")
    with pytest.raises(TrainingError, match="writes no texts"):
        handler.prepare({}, {"labels": torch.zeros(1, 1)})


@pytest.mark.parametrize(
    ("name", "kind"), [("bert_mask_filling", MaskFillingDataset), ("gpt2_text_generation", TextGenerationDataset)]
)
def test_language_models_learn_from_raw_text(name: str, kind: Any, tmp_path: Any) -> None:
    model = tiny_model(name)
    options: dict[str, Any] = {"seed": 0} if kind is MaskFillingDataset else {"block_length": 16}
    train, data = (
        kind.from_records([{"text": words} for words in TEXTS * times], model.preprocessor, **options)
        for times in (30, 1)
    )
    config = TrainerConfig(
        output_dir=str(tmp_path), task=data.config.task, num_epochs=1, batch_size=4, learning_rate=4e-3, use_cpu=True,
        save_freq=None, log_steps=1000, metrics=None, do_evaluate=False,
    )  # fmt: skip
    trainer = Trainer(model, config, train_dataset=train, eval_dataset=data)
    before = trainer.evaluate()["loss"]
    trainer.train()
    assert trainer.evaluate()["loss"] < 0.8 * before
