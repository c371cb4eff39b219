"""The published configs: names, order, defaults and files as Hezar 1.0.0 wrote them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from golden_replay import GOLDEN
from hezar_config import Config
from hezar_registry import datasets_registry, preprocessors_registry

FILES = [
    path for kind in ("preprocessor", "dataset") for path in sorted((GOLDEN / "config_defaults/yaml" / kind).iterdir())
]
DEFAULTS = json.loads((GOLDEN / "config_defaults/defaults.json").read_text(encoding="utf-8"))
REGISTRIES = {"preprocessor": preprocessors_registry, "dataset": datasets_registry}

# Bugs of Hezar 1.0.0 that are mended here: what our files have, and theirs do not.
MENDED = {
    "text_normalizer": {"config_type": "preprocessor"},
    "speech_recognition": {"task": "speech_recognition"},
    "image_captioning": {"images_paths_column": "image_path"},
}


def same_text_keys(values: dict) -> dict:
    return json.loads(json.dumps(values))


@pytest.mark.parametrize("kind", REGISTRIES)
def test_every_published_name_is_registered(kind):
    ours = {entry.name for entry in REGISTRIES[kind].values() if entry.source == "hezar-data"}
    assert DEFAULTS[kind].keys() <= ours


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind in REGISTRIES for name in DEFAULTS[kind]])
def test_defaults_are_the_published_ones(kind, name):
    config = REGISTRIES[kind][name].config_class()
    published = DEFAULTS[kind][name]["defaults"]
    assert type(config).__name__ == DEFAULTS[kind][name]["config_class"]
    expected = published | MENDED.get(name, {})
    ours = same_text_keys(config.to_dict())
    assert ours == expected
    assert [key for key in ours if key in published] == list(published)


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_a_published_file_is_saved_as_it_was(file: Path, tmp_path):
    config = Config.load(file)
    saved = Path(config.save(tmp_path)).read_text(encoding="utf-8")
    published = file.read_text(encoding="utf-8")
    if file.stem in MENDED:
        added = [line for line in saved.splitlines() if line not in published.splitlines()]
        assert added == [f"{key}: {value}" for key, value in MENDED[file.stem].items()]
    elif file.stem == "ocr":  # OmegaConf puts Persian digits into quotes, which YAML does not need
        assert saved == re.sub(r"'([۰-۹])'", r"\1", published)
    else:
        assert saved == published
    again = type(config).load(tmp_path)
    assert again == config
    assert Path(again.save(tmp_path / "again")).read_text(encoding="utf-8") == saved


def test_replace_patterns_given_as_a_mapping_become_the_list_of_its_values():
    config_class = preprocessors_registry["text_normalizer"].config_class
    pairs = {"digits": ["[۰-۹]", "#"], "question": ["؟", "?"]}
    assert config_class(replace_patterns=pairs).replace_patterns == [["[۰-۹]", "#"], ["؟", "?"]]
    assert config_class.from_dict({"replace_patterns": pairs}).replace_patterns == [["[۰-۹]", "#"], ["؟", "?"]]


def test_ocr_labels_have_int_keys(tmp_path):
    config = datasets_registry["ocr"].config_class()
    assert config.id2label[0] == ""
    assert len(config.id2label) == 73
    config.save(tmp_path)
    assert type(config).load(tmp_path).id2label == config.id2label


def test_the_alias_of_the_normalizer():
    assert preprocessors_registry["normalizer"] is preprocessors_registry["text_normalizer"]
