"""What is given where a folder or a repo is wanted, and is neither."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hezar_config import ConfigError, ConfigValidationError, DatasetConfig, ModelConfig, TrainerConfig
from hezar_hub import InvalidRepoIdError, Repo, SaveError, atomic_save, atomic_write, push
from hezar_hub.errors import InvalidFileNameError
from hezar_hub.names import check_revision


@pytest.mark.parametrize("path", [None, 3, b"hezarai/bert-base-fa", ["a"], {}])
def test_neither_text_nor_path(path: Any):
    for ask in (Repo, ModelConfig.load, lambda path: push(path, {"a": b""}, commit_message="Add a")):
        with pytest.raises(InvalidRepoIdError, match="local folder or a repo id 'owner/name' is wanted; found"):
            ask(path)


@pytest.mark.parametrize("path", ["x" * 5000, "a\0b", "~nobody-of-that-name/x", "/" + "x" * 5000])
def test_names_that_no_disk_has(path: str):
    with pytest.raises((InvalidRepoIdError, FileNotFoundError), match="local folder"):
        Repo(path, local_files_only=True)


@pytest.mark.parametrize("path", [None, 3, ["a"]])
def test_saving_to_nowhere(path: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SaveError, match="A path to save to is wanted"), atomic_save(path):
        pass
    for save in (lambda: atomic_write(path, "x"), lambda: ModelConfig().save(path)):
        with pytest.raises(SaveError, match="A path to save to is wanted"):
            save()
    assert not any(tmp_path.iterdir())


def test_a_revision_is_a_text():
    with pytest.raises(InvalidFileNameError, match="3 cannot name"):
        check_revision(3)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("values", [None, 3, "vocab_size", ["vocab_size"]])
def test_values_that_are_no_mapping(values: Any):
    with pytest.raises(ConfigValidationError, match="made of a mapping of fields to values; found"):
        ModelConfig.from_dict(values)
    if values is not None:
        with pytest.raises(ConfigValidationError, match="made of a mapping"):
            TrainerConfig(output_dir="runs", task="text_classification").update(values)


def test_options_of_reading_are_a_mapping():
    with pytest.raises(ConfigValidationError, match="hf_load_kwargs is made of a mapping"):
        DatasetConfig(hf_load_kwargs=3)  # pyright: ignore[reportArgumentType]


def test_modules_take_their_kind_of_config():
    from hezar_registry import build_model, build_preprocessor

    trainer = TrainerConfig(output_dir="runs", task="text_classification")
    for build, name in ((build_model, "bert"), (build_preprocessor, "wordpiece_tokenizer")):
        with pytest.raises(ConfigError, match=r"found dict. Make one of a mapping with \w+\.from_dict"):
            build(name, {"vocab_size": 3})
        with pytest.raises(ConfigError, match="found a TrainerConfig, which is the config of a trainer"):
            build(name, trainer)


@pytest.mark.parametrize("name", [None, 3, ["bert"]])
def test_names_that_are_no_text(name: Any):
    from hezar_registry import UnknownNameError, build_metric, build_model

    for build in (build_model, build_metric):
        with pytest.raises(UnknownNameError, match="Unknown"):
            build(name)
