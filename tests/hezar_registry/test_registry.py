"""Registries, decorators, builders and plug-ins."""

from __future__ import annotations

import logging
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

import hezar_registry as registry_package
from hezar_config import Config, ModelConfig
from hezar_registry import (
    DuplicateNameError,
    Entry,
    HezarError,
    ImplementationMissingError,
    UnknownNameError,
    build_model,
    get_registry,
    models_registry,
    register_model,
)
from hezar_registry import manifest as manifest_module
from hezar_registry import registry as registry_module
from hezar_registry.manifest import KINDS


@pytest.fixture
def scratch_registries(monkeypatch: pytest.MonkeyPatch):
    """Let a test register what it likes; afterwards everything is as before."""
    for registry in map(get_registry, KINDS):
        len(registry)  # reads the manifests
        monkeypatch.setattr(registry, "_entries", dict(registry._entries))
        monkeypatch.setattr(registry, "_aliases", dict(registry._aliases))


@pytest.mark.parametrize("kind", KINDS)
def test_every_entry_resolves(kind: str):
    for name, entry in get_registry(kind).items():
        assert issubclass(entry.config_class, Config)
        assert entry.config_class.name == name
        assert entry.config_class.config_type == kind
        assert entry.description
        if entry.implemented:
            assert isinstance(entry.module_class, type)
            assert get_registry(kind).name_of(entry.module_class) == name
        else:
            with pytest.raises(ImplementationMissingError, match=name):
                entry.module_class  # noqa: B018 - the access is what is tested


def test_a_registry_is_a_read_only_mapping():
    assert "bert" in models_registry
    assert "nope" not in models_registry
    assert list(models_registry) == sorted(models_registry)
    assert len(models_registry) == len(list(models_registry))
    assert models_registry.get("nope") is None
    with pytest.raises(TypeError):
        models_registry["x"] = models_registry["bert"]  # type: ignore[index]


def test_unknown_names_are_errors_with_close_matches():
    with pytest.raises(UnknownNameError, match="Did you mean 'bert_text_classification'") as caught:
        build_model("bert_text_clasification")
    assert isinstance(caught.value, (KeyError, ValueError, HezarError))
    with pytest.raises(UnknownNameError, match="model, preprocessor"):
        get_registry("modle")


def test_old_names_find_the_module():
    assert models_registry["bert_lm"].name == "bert"
    assert "t5_text2text" in models_registry
    assert "t5_text2text" not in list(models_registry)


@pytest.mark.usefixtures("scratch_registries")
def test_a_taken_name_is_an_error_that_names_both():
    @dataclass
    class BertConfig(ModelConfig):
        name = "bert"

    with pytest.raises(DuplicateNameError, match=r"hezar_models.*Another"):

        @register_model("bert", config_class=BertConfig)
        class Another: ...


@pytest.mark.usefixtures("scratch_registries")
def test_a_class_may_be_defined_again():
    @dataclass
    class MineConfig(ModelConfig):
        name = "mine"

    def define():
        @register_model("mine", config_class=MineConfig, description="d")
        class Mine: ...

        return Mine

    define()
    second = define()
    assert models_registry["mine"].module_class is second


@pytest.mark.usefixtures("scratch_registries")
def test_registry_name_and_config_name_must_agree():
    @dataclass
    class XConfig(ModelConfig):
        name = "xname"

    with pytest.raises(ValueError, match=r"'other'.*'xname'"):
        register_model("other", config_class=XConfig)(type("X", (), {}))


def _reload_manifests(monkeypatch: pytest.MonkeyPatch, points: list[EntryPoint]):
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: points)
    for registry in map(get_registry, KINDS):
        monkeypatch.setattr(registry, "_entries", {})
        monkeypatch.setattr(registry, "_aliases", {})
    monkeypatch.setattr(registry_module, "_manifests_loaded", False)


def _point(name: str, value: str) -> EntryPoint:
    return EntryPoint(name, value, manifest_module.ENTRY_POINT_GROUP)


GOOD = [Entry("model", "theirs", "hezar_config:ModelConfig", "collections:OrderedDict", "a plug-in's model")]
MALFORMED = [{"kind": "model"}]
WRONG_KIND = [Entry("modle", "x")]  # type: ignore[arg-type]


@pytest.mark.usefixtures("scratch_registries")
def test_a_broken_plugin_is_reported_and_skipped(monkeypatch, caplog):
    here = __name__ if __name__ in sys.modules else "test_registry_manifests"
    monkeypatch.setitem(sys.modules, here, sys.modules.get(__name__) or _this_module())
    points = [
        _point("broken", "no_such_package._manifest:MANIFEST"),
        _point("malformed", f"{here}:MALFORMED"),
        _point("wrong-kind", f"{here}:WRONG_KIND"),
        _point("good", f"{here}:GOOD"),
    ]
    _reload_manifests(monkeypatch, points)
    with caplog.at_level(logging.WARNING, logger="hezar"):
        assert list(models_registry) == ["theirs"]
    assert {record.args[0] for record in caplog.records} == {"broken", "malformed", "wrong-kind"}
    assert models_registry["theirs"].module_class.__name__ == "OrderedDict"


def _this_module():
    import types

    module = types.ModuleType("test_registry_manifests")
    module.__dict__.update(GOOD=GOOD, MALFORMED=MALFORMED, WRONG_KIND=WRONG_KIND)
    return module


def test_every_name_is_listed_without_torch():
    """Listing, config classes and the error of an unknown name must not import an implementation."""
    program = """
import sys
sys.modules["torch"] = sys.modules["numpy"] = sys.modules["tokenizers"] = None
from hezar_registry import get_registry, list_available_models
from hezar_registry.manifest import KINDS
assert "bert_text_classification" in list_available_models()
for kind in KINDS:
    for entry in get_registry(kind).values():
        assert entry.config_class.name == entry.name
try:
    get_registry("model")["nope"]
except KeyError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Unknown model name: 'nope'" in done.stdout


def test_public_names_are_sorted_and_exist():
    assert registry_package.__all__ == sorted(registry_package.__all__)
    assert all(hasattr(registry_package, name) for name in registry_package.__all__)


def test_only_the_standard_library_is_imported():
    source = Path(registry_package.__file__).parent
    for file in source.rglob("*.py"):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.strip().startswith(("import ", "from ")) and "__future__" not in line:
                top = line.split()[1].split(".")[0]
                assert top in sys.stdlib_module_names or top == "hezar_registry", f"{file.name}: {line}"


@pytest.mark.parametrize(
    ("name", "snake"),
    [
        ("BertTextClassification", "bert_text_classification"),
        ("Bert-Text", "bert_text"),
        ("Classification_X", "classification__x"),
        (" two  words ", "two_words"),
        ("bert-text-classification", "bert_text_classification"),
        ("Bert text-classification", "bert_text_classification"),
        ("TrOCRImage2Text", "tr_ocr_image2_text"),
        ("HTTPServer", "http_server"),
        ("CRNN", "crnn"),
        ("", ""),
    ],
)
def test_names_as_1_0_0_writes_them(name: str, snake: str):
    assert registry_package.snake_case(name) == snake
