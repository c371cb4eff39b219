"""Each sentence of the config contract, as a test."""

from __future__ import annotations

import copy
import json
import logging
import pickle
from dataclasses import dataclass, field
from enum import Enum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hezar_config import (
    Config,
    ConfigError,
    ConfigFileError,
    ConfigSection,
    ConfigValidationError,
    DatasetConfig,
    MetricConfig,
    MissingKeyError,
    ModelConfig,
    TrainerConfig,
    UnknownFieldError,
    dump_yaml,
    parse_yaml,
)
from hezar_hub import FileMissingError
from hezar_registry import models_registry, register_model


@dataclass
class Decoding(ConfigSection):
    beams: int = 1
    length: int | None = None


@dataclass
class SampleConfig(ModelConfig):
    name = "sample_of_the_config_tests"

    hidden_size: int = 16
    dropout: float = 0.1
    act: str = "gelu"
    id2label: dict[int, str] | None = None
    size: tuple[int, int] | None = None
    words: list[str] = field(default_factory=list)
    decoding: Decoding | None = None


@pytest.fixture
def sample_is_registered(monkeypatch: pytest.MonkeyPatch):
    len(models_registry)
    monkeypatch.setattr(models_registry, "_entries", dict(models_registry._entries))
    register_model(SampleConfig.name, config_class=SampleConfig)(type("Sample", (), {"__module__": __name__}))


def write(folder, text: str, filename: str = "model_config.yaml"):
    (folder / filename).write_text(text, encoding="utf-8")
    return folder


def test_it_is_a_dataclass_with_a_name_outside_the_fields():
    config = SampleConfig(hidden_size=3)
    assert config.to_dict()["name"] == config["name"] == "sample_of_the_config_tests"
    assert list(SampleConfig.fields())[0] == "hidden_size"
    assert config == SampleConfig(hidden_size=3) != SampleConfig()
    assert copy.deepcopy(config) == config == pickle.loads(pickle.dumps(config))
    assert dict(**config)["hidden_size"] == 3
    assert "'hidden_size': 3" in str(config)


def test_a_name_that_is_a_field_is_refused():
    @dataclass
    class Wrong(ModelConfig):
        name: str = "wrong"  # type: ignore[misc]

    with pytest.raises(ConfigError, match="without annotation"):
        Wrong()


def test_enum_values_become_their_strings():
    class Act(Enum):
        RELU = "relu"

    assert SampleConfig(act=Act.RELU).act == "relu"  # type: ignore[arg-type]


def test_numbers_come_back_as_numbers(tmp_path):
    write(tmp_path, f"name: {SampleConfig.name}\nconfig_type: model\ndropout: 2e-5\nhidden_size: 3\n")
    assert SampleConfig.load(tmp_path).dropout == 2e-5
    assert parse_yaml("[1e5, -2E+3, 1.5e-3, .5, 1_000, 0x1f, '2e-5', 2024-01-01, 1e]", "s") == [
        1e5, -2e3, 1.5e-3, 0.5, 1000, 31, "2e-5", "2024-01-01", "1e",
    ]  # fmt: skip


@pytest.mark.parametrize("key", ["0", "'0'"])
def test_label_ids_are_ints(tmp_path, key):
    write(tmp_path, f"name: {SampleConfig.name}\nconfig_type: model\nid2label:\n  {key}: منفی\n")
    assert SampleConfig.load(tmp_path).id2label == {0: "منفی"}


def test_none_fields_are_left_out(tmp_path):
    SampleConfig().save(tmp_path)
    assert "id2label" not in (tmp_path / "model_config.yaml").read_text(encoding="utf-8")
    SampleConfig().save(tmp_path, skip_none_fields=False)
    assert "id2label: null" in (tmp_path / "model_config.yaml").read_text(encoding="utf-8")


def test_wrong_types_name_file_path_expected_and_found(tmp_path):
    write(
        tmp_path,
        f"name: {SampleConfig.name}\nconfig_type: model\nhidden_size: big\nwords: [a, 1]\ndecoding:\n  beams: x\n",
    )
    with pytest.raises(ConfigValidationError) as caught:
        SampleConfig.load(tmp_path)
    message = str(caught.value)
    assert "model_config.yaml" in message
    assert "hidden_size: expected `int`, got `str`; found 'big'" in message
    assert "words[1]: expected `str`, got `int`" in message
    assert "decoding" in message
    assert "beams: expected `int`, got `str`" in message


def test_values_given_in_python_are_checked_when_used(tmp_path):
    config = SampleConfig(hidden_size="big")  # type: ignore[arg-type]
    with pytest.raises(ConfigValidationError, match="hidden_size"):
        config.validate()
    with pytest.raises(ConfigValidationError, match="hidden_size"):
        config.save(tmp_path)
    assert not list(tmp_path.iterdir())
    with pytest.raises(ConfigValidationError, match="dropout"):
        SampleConfig().update(dropout="x")


def test_unknown_keys_of_a_file_are_reported_once_kept_and_written_back(tmp_path, caplog):
    write(
        tmp_path,
        f"name: {SampleConfig.name}\nconfig_type: model\nhidden_size: 3\nfuture: [1, 2]\ndecoding:\n  beams: 2\n  best_of: 3\n",
    )
    with caplog.at_level(logging.WARNING, logger="hezar"):
        config = SampleConfig.load(tmp_path)
        SampleConfig.load(tmp_path)
    assert len(caplog.records) == 2  # one for the file's keys, one for those of its section
    assert "'future'" in caplog.text
    assert config.future == config["future"] == [1, 2]
    assert "future" not in config.to_dict()
    config.save(tmp_path / "copy")
    saved = parse_yaml((tmp_path / "copy/model_config.yaml").read_bytes(), "s")
    assert saved["future"] == [1, 2]
    assert saved["decoding"] == {"beams": 2, "length": None, "best_of": 3}


def test_unknown_keywords_of_a_caller_are_errors_with_the_nearest_name(tmp_path):
    SampleConfig().save(tmp_path)
    for call in (
        lambda: SampleConfig(hidden_sise=3),
        lambda: SampleConfig.load(tmp_path, hidden_sise=3),
        lambda: SampleConfig().update(hidden_sise=3),
        lambda: SampleConfig().replace(hidden_sise=3),
        lambda: SampleConfig()["hidden_sise"],
    ):
        with pytest.raises(UnknownFieldError, match="Did you mean 'hidden_size'") as caught:
            call()
        assert isinstance(caught.value, (TypeError, AttributeError, ValueError, KeyError))
    assert SampleConfig().get("hidden_sise", 5) == 5


def test_keywords_win_over_the_file(tmp_path):
    SampleConfig(hidden_size=3).save(tmp_path)
    assert SampleConfig.load(tmp_path, hidden_size=4).hidden_size == 4


@pytest.mark.usefixtures("sample_is_registered")
def test_the_class_is_found_by_name(tmp_path):
    SampleConfig(hidden_size=3).save(tmp_path)
    for loader in (Config, ModelConfig, SampleConfig):
        config = loader.load(tmp_path)
        assert type(config) is SampleConfig
        assert config.hidden_size == 3


@pytest.mark.usefixtures("sample_is_registered")
def test_nested_configs_resolve_by_type_and_name():
    nested = {"name": SampleConfig.name, "config_type": "model", "hidden_size": 5}
    config = ModelConfig.from_dict({"name": "of_another_package", "encoder": nested, "more": [nested]})
    assert isinstance(config.encoder, SampleConfig)
    assert config.more[0].hidden_size == 5
    assert config.to_dict()["encoder"]["hidden_size"] == 5
    unregistered = {"name": "nobody_knows", "config_type": "model", "x": 1}
    assert ModelConfig.from_dict({"name": "n", "encoder": unregistered}).encoder == unregistered


def test_a_config_of_a_missing_class_loads_edits_and_saves(tmp_path):
    text = "name: nobody_knows\nconfig_type: model\nx: 1\nid2label:\n  0: منفی\nnested:\n  a: null\n"
    config = ModelConfig.load(write(tmp_path, text))
    assert type(config) is ModelConfig
    assert config.is_generic
    assert config.name == "nobody_knows"
    assert config.x == 1
    config.save(tmp_path / "copy")
    assert (tmp_path / "copy/model_config.yaml").read_text(encoding="utf-8") == text
    config["x"] = 2
    config.update(y=3)
    config.save(tmp_path / "copy")
    again = Config.load(tmp_path / "copy")
    assert type(again) is ModelConfig
    assert (again.name, again.x, again.y) == ("nobody_knows", 2, 3)
    assert again == config
    assert copy.deepcopy(again).name == "nobody_knows"
    assert again.replace(x=5).to_dict()["x"] == 5


def test_fields_of_a_base_config_are_set_like_any_others():
    config = MetricConfig().update(n_decimals=2, threshold=0.5)
    assert config.n_decimals == 2
    assert config.unknown_fields == {"threshold": 0.5}
    with pytest.raises(ConfigValidationError, match="n_decimals"):
        config.update(n_decimals="two")


def test_saving_is_stable(tmp_path):
    config = SampleConfig(id2label={0: "منفی", 1: "می\u200cروم"}, size=(1, 2), decoding=Decoding(beams=2))
    config.save(tmp_path / "a")
    SampleConfig.load(tmp_path / "a").save(tmp_path / "b")
    assert (tmp_path / "a/model_config.yaml").read_bytes() == (tmp_path / "b/model_config.yaml").read_bytes()
    assert SampleConfig.load(tmp_path / "b") == config


def test_a_failed_save_leaves_the_old_file(tmp_path):
    SampleConfig(hidden_size=3).save(tmp_path)
    bad = SampleConfig(words=[object()])  # type: ignore[list-item]
    with pytest.raises(ConfigError):
        bad.save(tmp_path)
    assert SampleConfig.load(tmp_path).hidden_size == 3
    assert [path.name for path in tmp_path.iterdir()] == ["model_config.yaml"]


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        ("name: bert\nconfig_type: dataset\n", ConfigFileError, "config of a dataset"),
        ("name: bert\n", ConfigFileError, "Invalid `config_type`"),
        ("name: bert\nconfig_type: modle\n", ConfigFileError, "Invalid `config_type`: 'modle'"),
        ("config_type: model\n", MissingKeyError, "'name'"),
        ("- 1\n", ConfigFileError, "mapping"),
        ("", ConfigFileError, "is an empty file"),
        ("null", ConfigFileError, "mapping"),
        ("a: [1", ConfigFileError, "not valid YAML"),
        ("a: 1\na: 2\n", ConfigFileError, "given twice"),
        ("a: &x [1]\nb: *x\n", ConfigFileError, "anchors"),
        ("a: !!python/object/apply:os.system ['true']\n", ConfigFileError, "not valid YAML"),
        ("[" * 5000, ConfigFileError, "levels deep"),
    ],
)
def test_broken_files_are_clear_errors(tmp_path, text, error, says):
    with pytest.raises(error, match=says) as caught:
        ModelConfig.load(write(tmp_path, text))
    assert "model_config.yaml" in str(caught.value)


def test_missing_files_are_clear_errors(tmp_path):
    with pytest.raises(FileMissingError, match="model_config.yaml"):
        ModelConfig.load(tmp_path)
    (tmp_path / "model_config.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigFileError, match="UTF-8"):
        ModelConfig.load(tmp_path)


def test_required_fields_are_named(tmp_path):
    write(tmp_path, "name: trainer\nconfig_type: trainer\ntask: backbone\n", "t.yaml")
    with pytest.raises(MissingKeyError, match="'output_dir'"):
        TrainerConfig.load(tmp_path / "t.yaml")


def test_json_schema_describes_the_file():
    schema = SampleConfig.json_schema()["$defs"]["SampleConfig"]
    assert schema["properties"]["name"] == {"const": SampleConfig.name}
    assert schema["properties"]["hidden_size"]["type"] == "integer"
    assert schema["required"] == ["name", "config_type"]
    json.dumps(schema)


def test_replace_leaves_the_original(tmp_path):
    config = SampleConfig(words=["a"])
    other = config.replace(hidden_size=9)
    other.words.append("b")
    assert (config.hidden_size, config.words) == (16, ["a"])


def test_dataset_paths_may_name_a_configuration():
    config = DatasetConfig(path="user/repo:sub", hf_load_kwargs={"split": "x", "revision": "main"})
    assert config.path == "user/repo"
    assert config.hf_load_kwargs == {"revision": "main", "name": "sub"}
    assert DatasetConfig(path=r"C:\data").path == r"C:\data"


plain_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.integers(), inner, max_size=4),
    max_leaves=12,
)


@given(plain_values)
def test_yaml_gives_back_what_was_written(value):
    try:
        text = dump_yaml(value)
    except UnicodeEncodeError:
        pytest.fail("text must be written whatever it is")
    assert parse_yaml(text, "s") == value


@given(st.text() | st.binary())
def test_any_text_parses_or_raises_our_error(text):
    try:
        parse_yaml(text, "s")
    except ConfigFileError as error:
        assert str(error).startswith("s ")


@given(st.text(), st.floats(allow_nan=False), st.dictionaries(st.integers(), st.text()), st.lists(st.text()))
def test_any_config_survives_its_file(act, dropout, id2label, words):
    config = SampleConfig(act=act, dropout=dropout, id2label=id2label, words=words)
    again = SampleConfig.from_dict(parse_yaml(config.to_yaml(), "s"))
    assert again == config


def test_assignment_means_what_it_says():
    """A misspelt field is an error, as it is in the constructor; what a class computes for itself is not."""

    @dataclass
    class Layered(ModelConfig):
        name = "layered"
        hidden: int = 8
        heads: int = 2

        def __post_init__(self):
            super().__post_init__()
            self.head_size = self.hidden // self.heads

        @property
        def width(self):
            return self.hidden

        @width.setter
        def width(self, value):
            self.hidden = value

    for config in (TrainerConfig(output_dir="x", task="text_classification"), Layered()):
        before = config.to_dict()
        with pytest.raises(UnknownFieldError, match="has no parameter 'num_epoch'"):
            config.num_epoch = 3
        assert config.to_dict() == before
    with pytest.raises(UnknownFieldError, match="Did you mean 'num_epochs'"):
        TrainerConfig(output_dir="x", task="text_classification").num_epoch = 3
    layered = copy.deepcopy(replaced := Layered(hidden=6).replace(heads=3))
    assert layered == replaced
    layered.head_size = 5
    layered.width = 10
    layered._cache = {}
    assert (layered.head_size, layered.hidden) == (5, 10)
    with pytest.raises(UnknownFieldError):
        layered.head_sise = 5


def test_assignment_to_keys_of_the_file():
    kept = ModelConfig.from_dict({"name": "of_nobody", "depth": 2})
    kept.depth = 3
    kept.width = 4
    assert kept.to_dict()["depth"] == 3
    assert kept.unknown_fields == {"depth": 3, "width": 4}
    typed = TrainerConfig.from_dict({"output_dir": "x", "task": "text_classification", "older_key": 1})
    typed.older_key = 2
    assert typed.unknown_fields == {"older_key": 2}
