"""An error names the cause: what a file is instead, a size that nobody wrote, a text that YAML took for something else."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hezar.configs import ModelConfig
from hezar.data import AudioFileError, ImageProcessor, load_audio
from hezar.models import BertTextClassificationConfig, Model, WeightsFileError
from hezar.preprocessors import Preprocessor, Tokenizer, WhisperFeatureExtractor
from hezar.utils import load_image
from hezar_config import ConfigValidationError
from hezar_hub import stand_in
from hezar_registry import HezarError

POINTER = (
    b"version https://git-lfs.github.com/spec/v1\n"
    b"oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"
)
PAGE = b"\n<!DOCTYPE html><html><head><title>404</title></head></html>"
STAND_INS = {
    "pointer": (POINTER, "is a pointer of Git LFS.*git lfs pull"),
    "page": (PAGE, "is a web page"),
    "empty": (b"", "is an empty file"),
}


# Files that never came


def in_a_model(name: str) -> Callable[[Path, bytes, Path], Any]:
    """Load a whole model of which one file never came."""

    def load(folder: Path, content: bytes, model: Path) -> Any:
        for path in model.rglob("*.*"):
            target = folder / "model" / path.relative_to(model)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content if path.name == name else path.read_bytes())
        return Model.load(folder / "model")

    return load


def as_a_file(name: str, read: Callable[[Path], Any]) -> Callable[[Path, bytes, Path], Any]:
    def load(folder: Path, content: bytes, _model: Path) -> Any:
        path = folder / name
        path.write_bytes(content)
        return read(path)

    return load


def old_weights(folder: Path, content: bytes, model: Path) -> Any:
    (folder / "model_config.yaml").write_bytes((model / "model_config.yaml").read_bytes())
    (folder / "model.pt").write_bytes(content)
    return Model.load(folder)


READERS: dict[str, Callable[[Path, bytes, Path], Any]] = {
    "model.safetensors": in_a_model("model.safetensors"),
    "model.pt": old_weights,
    "model_config.yaml": in_a_model("model_config.yaml"),
    "tokenizer.json": in_a_model("tokenizer.json"),
    "tokenizer_config.yaml": in_a_model("tokenizer_config.yaml"),
    "a tokenizer by its path": as_a_file("mine.json", lambda path: Tokenizer(tokenizer_file=path)),
    "a config by its path": as_a_file("mine.yaml", lambda path: ModelConfig.load(path.parent, "mine.yaml")),
    "audio": as_a_file("a.wav", load_audio),
    "audio that is open": as_a_file("a.flac", lambda path: load_audio(io.BytesIO(path.read_bytes()))),
    "audio of a model": as_a_file("a.mp3", lambda path: WhisperFeatureExtractor()(str(path))),
    "an image": as_a_file("a.png", ImageProcessor()),
    "an image as bytes": as_a_file("a.png", lambda path: ImageProcessor()(path.read_bytes())),
    "an image of the helpers": as_a_file("a.jpg", load_image),
}


@pytest.mark.parametrize(("content", "said"), STAND_INS.values(), ids=STAND_INS)
@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_a_file_that_never_came(
    read: Callable[[Path, bytes, Path], Any], content: bytes, said: str, tmp_path: Path, sentiment_model: Path
) -> None:
    with pytest.raises(HezarError, match=f"(?s){said}") as caught:
        read(tmp_path, content, sentiment_model)
    assert "truncated" not in str(caught.value)


def test_checkpoints_that_never_came(tmp_path: Path) -> None:
    from hezar_train.checkpoints.contents import read_tensors

    (tmp_path / "train").mkdir()
    (tmp_path / "train" / "optimizer.pt").write_bytes(POINTER)
    with pytest.raises(HezarError, match="is a pointer of Git LFS"):
        read_tensors(tmp_path, "optimizer.pt")


def test_other_files_are_called_what_they_were_called(tmp_path: Path) -> None:
    path = tmp_path / "model.pt"
    path.write_bytes(b"some text")
    assert stand_in(path) is None
    assert stand_in(tmp_path / "nothing") is None
    from hezar_models.weights.files import read_weights

    with pytest.raises(WeightsFileError, match="may be truncated") as caught:
        read_weights(path)
    assert "weights_only" not in str(caught.value)  # the advice of torch is to give up one's safety


# WAV and AU files of programs that stream


SAMPLES = (np.sin(np.arange(16000) / 10) * 9000).astype("<i2")
UNKNOWN = 0xFFFFFFFF


def wav(riff: int, data: int, samples: np.ndarray = SAMPLES, before: bytes = b"", after: bytes = b"") -> bytes:
    chunk = struct.pack("<IHHIIHH", 16, 1, 1, 16000, 32000, 2, 16)
    head = b"RIFF" + struct.pack("<I", riff) + b"WAVEfmt " + chunk + before
    return head + b"data" + struct.pack("<I", data) + samples.tobytes() + after


STREAMED = {
    "both zero": wav(0, 0),
    "the size of the header": wav(36, 0),
    "both unknown": wav(UNKNOWN, UNKNOWN),
    "audio zero": wav(UNKNOWN, 0),
    "audio unknown": wav(0, UNKNOWN),
    "two gigabytes": wav(0x7FFFFFFF, 0x7FFFFFFF - 36),
    "AU, zero": struct.pack(">4s5I", b".snd", 24, 0, 3, 16000, 1) + SAMPLES.astype(">i2").tobytes(),
    "AU, unknown": struct.pack(">4s5I", b".snd", 24, UNKNOWN, 3, 16000, 1) + SAMPLES.astype(">i2").tobytes(),
    "another chunk first": wav(0, 0, before=b"LIST" + struct.pack("<I", 3) + b"abc\0"),
}


@pytest.mark.parametrize("content", STREAMED.values(), ids=STREAMED)
def test_a_header_without_a_size(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(content)
    with path.open("rb") as file:
        for source in (content, path, io.BytesIO(content), file):
            np.testing.assert_array_equal(load_audio(source), SAMPLES.astype(np.float32) / 2**15)
        assert file.tell() == 0
    assert len(load_audio(path, 8000, duration=0.25)) == 2000


@pytest.mark.parametrize(
    "content",
    [
        wav(36, 0, SAMPLES[:0]),
        wav(0, 0, SAMPLES[:0]),
        wav(UNKNOWN, 0, SAMPLES[:0]),
        struct.pack(">4s5I", b".snd", 24, 0, 3, 16000, 1),
        wav(36 + 12, 0, SAMPLES[:0], after=b"LIST" + struct.pack("<I", 4) + b"abcd"),
    ],
)
def test_a_recording_that_is_empty(content: bytes) -> None:
    with pytest.raises(AudioFileError, match="holds no audio: 0 samples"):
        load_audio(content)


def test_a_header_that_says_more_than_there_is() -> None:
    with pytest.raises(AudioFileError, match="cut off"):
        load_audio(wav(36 + 64000, 64000))


# Texts that YAML takes for something else

WORDS = [
    "no",
    "yes",
    "on",
    "off",
    "No",
    "YES",
    "~",
    "null",
    "true",
    "1",
    "1.5",
    "2e-5",
    "",
    "2024-01-01",
    "0x1f",
    "بله",
]


def write(folder: Path, text: str) -> None:
    (folder / "model_config.yaml").write_text(
        f"name: bert_text_classification\nconfig_type: model\n{text}\n", encoding="utf-8"
    )


@pytest.mark.parametrize("words", [("no", "yes"), ("off", "on"), ("~", "a"), ("1", "2.5"), ("null", "true")])
def test_labels_without_quotes(words: tuple[str, str], tmp_path: Path) -> None:
    write(tmp_path, f"id2label:\n  0: {words[0]}\n  1: {words[1]}")
    with pytest.raises(ConfigValidationError, match=r'YAML reads .* write them in quotes \("no"\)'):
        ModelConfig.load(tmp_path)
    write(tmp_path, f'id2label:\n  0: "{words[0]}"\n  1: "{words[1]}"')
    assert ModelConfig.load(tmp_path).id2label == dict(enumerate(words))


def test_other_wrong_types_get_no_advice_on_quotes(tmp_path: Path) -> None:
    write(tmp_path, "hidden_size: [3]")
    with pytest.raises(ConfigValidationError, match="hidden_size") as caught:
        ModelConfig.load(tmp_path)
    assert "quotes" not in str(caught.value)
    with pytest.raises(ConfigValidationError, match="got `bool`") as caught:
        BertTextClassificationConfig(id2label={0: False}).validate()  # pyright: ignore[reportArgumentType]
    assert "YAML" not in str(caught.value)


def test_a_name_without_quotes(tmp_path: Path) -> None:
    (tmp_path / "model_config.yaml").write_text("name: no\nconfig_type: model\n", encoding="utf-8")
    with pytest.raises(HezarError, match="Write the name in quotes"):
        ModelConfig.load(tmp_path)
    (tmp_path / "preprocessor").mkdir()
    (tmp_path / "preprocessor" / "mine.yaml").write_text("name: off\nconfig_type: preprocessor\n", encoding="utf-8")
    with pytest.raises(HezarError, match="Write the name in quotes"):
        Preprocessor.load(tmp_path)


def test_all_labels_are_written_so_that_they_come_back(tmp_path: Path) -> None:
    config = BertTextClassificationConfig(id2label=dict(enumerate(WORDS)))
    config.save(tmp_path)
    assert ModelConfig.load(tmp_path).id2label == config.id2label
