"""Parity of configs with what Hezar 1.0.0 wrote, read and answered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import hezar_config
from golden_replay import GOLDEN, replay
from hezar_config import Config, ConfigValidationError, ModelConfig, UnknownFieldError, parse_yaml
from hezar_registry import get_registry

CASE = GOLDEN / "config_loading"
DEFAULTS = json.loads((GOLDEN / "config_defaults/defaults.json").read_text(encoding="utf-8"))
ENTRIES = [(kind, name) for kind, entries in DEFAULTS.items() for name in entries]

# What our config classes have otherwise, and why.
DEFECTS = {
    ("model", "distilbert_sequence_labeling"): {"hidden_dim"},  # 1.0.0 forgot the field
    ("model", "roberta_sequence_labeling"): {"prediction_skip_tokens"},  # 1.0.0 wrote two tokens as one string
    ("dataset", "speech_recognition"): {"task"},  # was always None
    ("dataset", "image_captioning"): {"images_paths_column"},  # was no field
    ("preprocessor", "text_normalizer"): {"config_type"},  # was written as PREPROCESSOR
}
DEVIATIONS = {
    ("config_loading", 5): "a config of an unknown class keeps its name and keys: test_unknown_names_stay_whole",
    ("config_loading", 7): "an unknown keyword is an error: test_unknown_keywords",
    ("config_loading", 19): "an unknown key is an error: test_unknown_keywords",
}


class Calls:
    """The calls of the case, on our classes."""

    def __init__(self, folder: Path):
        self.folder = folder

    def __call__(self, method: str, args: list, kwargs: dict):
        if method == "ModelConfig.load":
            config = ModelConfig.load(CASE / "repo", *args, **kwargs)
            return {"class": type(config).__name__, "dict": config.to_dict()}
        if method == "BERTConfig":
            return self.bert(**kwargs) if kwargs else self.bert(nope=1)
        if method == "TrainerConfig":
            return hezar_config.TrainerConfig(**kwargs).metric_for_best_model
        if method == "DatasetConfig":
            config = hezar_config.DatasetConfig(*([None] * 0), path=args[0], hf_load_kwargs=(args[1:] or [None])[0])
            return [config.path, config.hf_load_kwargs]
        config = self.bert()
        if method == "len_iter_keys":
            return [len(config), list(config), list(config.keys())]
        if method == "update":
            return config.update(*args, **kwargs).to_dict()
        return getattr(config, method)(*args, **kwargs)

    @property
    def bert(self):
        return get_registry("model")["bert"].config_class


def test_loading_answers_like_upstream():
    compared = replay(
        CASE,
        lambda folder, init: Calls(folder),
        lambda calls, method, args, kwargs: calls(method, args, kwargs),
        DEVIATIONS,
    )
    assert compared == 24  # of 28: three deviations, and a trainer config that 1.0.0 could not load


def test_unknown_names_stay_whole():
    config = ModelConfig.load(CASE / "repo", "unknown_name.yaml")
    assert type(config).__name__ == "ModelConfig"
    assert config.to_dict() == {"name": "nothing_like_this", "config_type": "model", "x": 1}


def test_unknown_keywords():
    with pytest.raises(UnknownFieldError, match="not_a_field"):
        ModelConfig.load(CASE / "repo", "plain.yaml", not_a_field=1)
    with pytest.raises(UnknownFieldError, match="nope"):
        get_registry("model")["bert"].config_class().update({"nope": 5})


HAVE_FIELDS_OF_OURS = ("trainer", "metric")


@pytest.mark.parametrize(("kind", "name"), ENTRIES)
def test_defaults_are_the_published_ones(kind: str, name: str):
    expected = DEFAULTS[kind][name]
    if kind == "trainer":
        config_class = hezar_config.TrainerConfig
        config = config_class(output_dir="out", task="text_classification")
    else:
        config_class = get_registry(kind)[name].config_class
        required = {key: expected["defaults"][key] for key in expected["required"]}
        if "id2label" in required:
            required["id2label"] = {int(key): label for key, label in required["id2label"].items()}
        config = config_class(**required)
    assert config_class.__name__ == expected["config_class"]
    got = json.loads(json.dumps(config.to_dict()))
    ours = DEFECTS.get((kind, name), set()) | (
        got.keys() - expected["defaults"].keys() if kind in HAVE_FIELDS_OF_OURS else set()
    )
    assert {k: v for k, v in got.items() if k not in ours} == {
        k: v for k, v in expected["defaults"].items() if k not in ours
    }
    if kind in HAVE_FIELDS_OF_OURS:
        assert all(got[key] is None for key in ours), "a field of ours must not be written unless it is set"


@pytest.mark.parametrize(
    "file", sorted((GOLDEN / "config_defaults/yaml").glob("*/*.yaml")), ids=lambda p: f"{p.parent.name}/{p.stem}"
)
def test_files_of_upstream_load_and_save_as_they_are(file: Path, tmp_path: Path):
    config = Config.load(file)
    assert not config.is_generic
    assert not config.unknown_fields
    config.save(tmp_path, "copy.yaml", subfolder="")
    written = parse_yaml((tmp_path / "copy.yaml").read_bytes(), "copy")
    original = parse_yaml(file.read_bytes(), "file")
    ours = DEFECTS.get((file.parent.name, file.stem), set())
    assert {k: v for k, v in written.items() if k not in ours} == {k: v for k, v in original.items() if k not in ours}
    again = type(config).load(tmp_path / "copy.yaml")
    assert again == config
    again.save(tmp_path, "again.yaml", subfolder="")
    assert (tmp_path / "again.yaml").read_bytes() == (tmp_path / "copy.yaml").read_bytes()


@pytest.mark.parametrize(("kind", "name"), ENTRIES)
def test_every_config_class_checks_types_and_describes_itself(kind: str, name: str):
    config_class = get_registry(kind)[name].config_class
    schema = config_class.json_schema()
    assert schema["$defs"][config_class.__name__]["properties"]["name"] == {"const": name}
    number = next((f for f, info in config_class.fields().items() if info.type in ("int", "float")), None)
    if number:
        required = {"output_dir": "o", "task": "backbone"} if kind == "trainer" else {}
        with pytest.raises(ConfigValidationError, match=number):
            config_class.from_dict({**required, number: "many"}, source="f.yaml")
