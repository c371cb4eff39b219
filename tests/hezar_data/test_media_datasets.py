"""Datasets of images and sounds: files beside a table, columns, broken files, and the characters of OCR."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from golden_replay import GOLDEN
from hezar_data import (
    DatasetError,
    ImageCaptioningDataset,
    ImageProcessor,
    OCRDataset,
    OCRDatasetConfig,
    Preprocessor,
    PreprocessorsContainer,
    SpeechRecognitionDataset,
    Tokenizer,
)
from hezar_registry import InputError

soundfile = pytest.importorskip("soundfile")
Image = pytest.importorskip("PIL.Image")

PROCESSOR = ImageProcessor(size=[8, 8], rescale=1 / 255, mean=[0.5], std=[0.5])
CAPTIONS = PreprocessorsContainer(
    {"image_processor": PROCESSOR, "tokenizer": Tokenizer.load(GOLDEN / "collator_image_captioning" / "model")}
)
SPEECH = Preprocessor.load(GOLDEN / "collator_speech_recognition" / "model")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of images and sounds, with a table that names them beside it."""
    media = tmp_path / "media"
    media.mkdir()
    for number in range(3):
        Image.new("RGB", (20, 10), (80 * number, 0, 0)).save(media / f"{number}.png")
        soundfile.write(media / f"{number}.wav", np.sin(np.arange(800) * (number + 1) / 9), 8000)
    return tmp_path


def table(folder: Path, header: str, suffix: str, texts: list[str]) -> Path:
    path = folder / "table.csv"
    rows = [f"media/{number}.{suffix},{text}" for number, text in enumerate(texts)]
    path.write_text("\n".join([header, *rows]), encoding="utf-8")
    return path


def test_images_beside_a_table(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = table(folder, "image_path,label", "png", ["سلام", "دنیا", "سلام دنیا"])
    monkeypatch.chdir("/")  # paths are relative to the table, not to where the program runs
    dataset = ImageCaptioningDataset.from_file(path, CAPTIONS)
    pixels = PROCESSOR([str(folder / "media" / "2.png")])["pixel_values"][0]
    assert torch.equal(dataset[2]["pixel_values"], pixels)
    assert dataset[2]["labels"] == CAPTIONS.tokenizer("سلام دنیا")["token_ids"]
    assert dataset[2]["decoder_input_ids"][1:] == dataset[2]["labels"][:-1]
    batch = dataset.data_collator([dataset[0], dataset[2]])
    assert batch["pixel_values"].shape == (2, 3, 8, 8)
    assert batch["labels"].shape == batch["decoder_input_ids"].shape == (2, len(dataset[2]["labels"]))
    assert dataset.lengths == [len(dataset[number]["labels"]) for number in range(3)]


def test_sounds_beside_a_table(folder: Path) -> None:
    path = table(folder, "audio,sentence", "wav", ["سلام", "دنیا", "سلام دنیا"])
    dataset = SpeechRecognitionDataset.from_file(path, SPEECH)
    assert len(dataset) == 3
    features = SPEECH.audio_feature_extractor(folder / "media" / "1.wav")["input_features"][0]
    np.testing.assert_array_equal(dataset[1]["input_features"], features)
    assert dataset[1]["labels"] == SPEECH.tokenizer("دنیا")["token_ids"]
    batch = dataset.data_collator(dataset.__getitems__([0, 1, 2]))
    assert {name: values.dtype for name, values in batch.items()} == {
        "input_features": torch.float32, "labels": torch.int64, "attention_mask": torch.int64,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "tools", "suffix"),
    [
        (ImageCaptioningDataset, CAPTIONS, "png"),
        (OCRDataset, PROCESSOR, "png"),
        (SpeechRecognitionDataset, SPEECH, "wav"),
    ],
)
def test_columns_of_other_names(kind: Any, tools: Any, suffix: str, folder: Path) -> None:
    texts = ["سلام", "دنیا", "سلام دنیا"]
    dataset = kind.from_file(table(folder, "file,words", suffix, texts), tools)  # two columns: in this order
    named = kind.from_file(
        table(folder, "file,words", suffix, texts), tools, **{kind.media: "file", kind.text: "words"}
    )
    for key, value in dataset[0].items():
        np.testing.assert_array_equal(value, named[0][key])
    (folder / "three.csv").write_text("file,words,more\na,b,c", encoding="utf-8")
    with pytest.raises(DatasetError, match="Its columns are: file, words, more"):
        kind.from_file(folder / "three.csv", tools)


@pytest.mark.parametrize(
    ("kind", "tools", "suffix", "key"),
    [(ImageCaptioningDataset, CAPTIONS, "png", "image_path"), (SpeechRecognitionDataset, SPEECH, "wav", "audio")],
)
@pytest.mark.parametrize("content", [None, b"", b"no media", b"version https://git-lfs.github.com/spec/v1\n"])
def test_a_broken_file_is_named(
    kind: Any, tools: Any, suffix: str, key: str, content: bytes | None, folder: Path
) -> None:
    text = {"png": "label", "wav": "sentence"}[suffix]
    dataset = kind.from_file(table(folder, f"{key},{text}", suffix, ["یک", "دو", "سه"]), tools)
    broken = folder / "media" / f"1.{suffix}"
    broken.unlink() if content is None else broken.write_bytes(content)
    with pytest.raises(DatasetError, match=rf"table\.csv, line 3: '{key}': .*1\.{suffix}"):
        dataset.__getitems__([0, 1, 2])
    assert dataset[2]["labels"]


def test_arrays_bytes_and_pictures(folder: Path) -> None:
    path = folder / "media" / "0.png"
    sources = [path, str(path), path.read_bytes(), Image.open(path), np.asarray(Image.open(path))]
    dataset = OCRDataset.from_records([{"image_path": source, "label": "۱۲"} for source in sources], PROCESSOR)
    for number in range(len(sources)):
        assert torch.equal(dataset[number]["pixel_values"], dataset[0]["pixel_values"])
    samples = np.sin(np.arange(1600) / 9).astype(np.float32)
    speech = SpeechRecognitionDataset.from_records([{"audio": samples, "sentence": "سلام"}], SPEECH)
    np.testing.assert_array_equal(
        speech[0]["input_features"], SPEECH.audio_feature_extractor(samples, sampling_rate=16000)["input_features"][0]
    )


def test_what_is_missing_is_said(folder: Path) -> None:
    rows = [{"image_path": folder / "media" / "0.png", "label": "سلام"}]
    with pytest.raises(DatasetError, match="no tokenizer"):
        ImageCaptioningDataset.from_records(rows, PROCESSOR)[0]
    with pytest.raises(DatasetError, match="no image processor"):
        ImageCaptioningDataset.from_records(rows, CAPTIONS.tokenizer)[0]
    with pytest.raises(DatasetError, match="no audio feature extractor"):
        SpeechRecognitionDataset.from_records([{"audio": b"", "sentence": "سلام"}], SPEECH.tokenizer)[0]
    with pytest.raises(DatasetError, match="empty"):
        ImageCaptioningDataset.from_records([{"image_path": "a.png", "label": None}], CAPTIONS)


def test_images_of_several_sizes(folder: Path) -> None:
    Image.new("RGB", (9, 9)).save(folder / "media" / "0.png")
    rows = [{"image_path": folder / "media" / f"{number}.png", "label": "۱"} for number in range(2)]
    dataset = OCRDataset.from_records(rows, ImageProcessor(rescale=1 / 255))
    with pytest.raises(InputError, match=r"have one shape; found .*Give the processor a size"):
        dataset.data_collator(dataset.__getitems__([0, 1]))


# Characters


def ocr(texts: list[str], **options: Any) -> OCRDataset:
    image = np.zeros((8, 8, 3), np.uint8)
    return OCRDataset.from_records([{"image_path": image, "label": text} for text in texts], PROCESSOR, **options)


def test_texts_that_cannot_be_labelled_are_left_out_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        dataset = ocr(["سلام", "latin", "خیلی خیلی دراز", "۱۲"], max_length=6)
    assert [row["label"] for row in dataset.data] == ["سلام", "۱۲"]
    assert [row["label"] for row in dataset.invalid_data] == ["latin", "خیلی خیلی دراز"]
    [said] = [record.getMessage() for record in caplog.records if "left out" in record.getMessage()]
    assert "2 of 4 rows" in said
    assert "'a'" in said
    assert ocr(["سلام"]).invalid_data == []
    with pytest.raises(DatasetError, match="no valid row"):
        ocr(["latin"])


def test_characters_have_their_labels() -> None:
    characters = {0: "", 1: "ا", 2: "ب", 3: "1", 4: "2"}
    assert ocr(["اب12"], id2label=characters)[0]["labels"] == [1, 2, 3, 4]
    assert ocr(["اب12"], id2label=characters, reverse_digits=True)[0]["labels"] == [1, 2, 4, 3]
    assert ocr(["اب12"], id2label=characters, reverse_text=True)[0]["labels"] == [4, 3, 2, 1]
    batch = ocr(["اب12", "ب"], id2label=characters)
    assert batch.data_collator(batch.__getitems__([0, 1]))["labels"].tolist() == [[1, 2, 3, 4], [2, 0, 0, 0]]


def test_texts_may_be_split_by_a_tokenizer() -> None:
    rows = [{"image_path": np.zeros((8, 8, 3), np.uint8), "label": "سلام دنیا"}]
    dataset = OCRDataset.from_records(rows, CAPTIONS, text_split_type="tokenize")
    assert dataset[0]["labels"] == CAPTIONS.tokenizer("سلام دنیا")["token_ids"]
    with pytest.raises(DatasetError, match="text_split_type"):
        OCRDataset.from_records(rows, CAPTIONS, text_split_type="words")


def test_what_a_config_forbids_is_said(caplog: pytest.LogCaptureFixture) -> None:
    rows = [{"image_path": np.zeros((8, 8, 3), np.uint8), "label": text} for text in ("سلام", "۱۲")]
    config = OCRDatasetConfig(invalid_characters=["س"], max_length=9)
    with caplog.at_level(logging.WARNING):
        dataset = OCRDataset(config, preprocessor=PROCESSOR, data=rows)
    assert [row["label"] for row in dataset.invalid_data] == ["سلام"]
    [said] = [record.getMessage() for record in caplog.records if "left out" in record.getMessage()]
    assert "characters that the config forbids ('س')" in said
    assert "longer than" not in said


def test_decoded_columns_are_resampled() -> None:
    """A column of `datasets` says its rate: 8,000 Hz are not taken for 16,000."""
    samples = np.sin(np.arange(1600) / 9).astype(np.float32)
    column = {"path": "not here.wav", "array": samples, "sampling_rate": 8000}
    dataset = SpeechRecognitionDataset.from_records([{"audio": column, "sentence": "سلام"}], SPEECH)
    np.testing.assert_array_equal(
        dataset[0]["input_features"], SPEECH.audio_feature_extractor(column)["input_features"][0]
    )
    as_if = SPEECH.audio_feature_extractor(samples, sampling_rate=16000)["input_features"][0]
    assert np.abs(dataset[0]["input_features"] - as_if).max() > 0.1
