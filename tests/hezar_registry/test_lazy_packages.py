"""Packages whose names come on first use: they behave like packages that import everything at once."""

from __future__ import annotations

import ast
import importlib
import pickle
import pkgutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import hezar_data
import hezar_hub
import hezar_models
import hezar_registry
import hezar_train
from hezar_registry.lazy import attach

LAZY = (hezar_registry, hezar_hub, hezar_data, hezar_models, hezar_train)


def python(code: str) -> str:
    """Run code in a fresh interpreter and return what it prints."""
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def homes(package: ModuleType) -> dict[str, str]:
    """Return the names that type checkers see in the package, with the module of each."""
    assert package.__file__ is not None
    tree = ast.parse(Path(package.__file__).read_text(encoding="utf-8"))
    guard = next(node for node in tree.body if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test))
    imports = [node for node in guard.body if isinstance(node, ast.ImportFrom)]
    return {alias.name: str(node.module) for node in imports for alias in node.names}


@pytest.mark.parametrize("package", LAZY, ids=lambda package: package.__name__)
def test_type_checkers_see_the_objects_that_programs_get(package: ModuleType) -> None:
    seen = homes(package)
    assert sorted(seen) == sorted(package.__all__)
    for name, home in seen.items():
        assert getattr(package, name) is getattr(importlib.import_module(home), name), name
    assert set(package.__all__) <= set(dir(package))


@pytest.mark.parametrize("package", LAZY, ids=lambda package: package.__name__)
def test_no_submodule_has_the_name_of_an_export(package: ModuleType) -> None:
    """Importing such a submodule would replace the export by the module."""
    submodules = {module.name for module in pkgutil.iter_modules(package.__path__)}
    assert not submodules & set(package.__all__)


def test_submodules_are_attributes() -> None:
    code = "import hezar_hub; print('errors' in dir(hezar_hub), hezar_hub.errors.HubError is hezar_hub.HubError)"
    assert python(code) == "True True"


def test_unknown_names_are_attribute_errors() -> None:
    assert not hasattr(hezar_hub, "pull")
    code = "try:\n    from hezar_hub import pull\nexcept ImportError as error:\n    print(error.name)"
    assert python(code) == "hezar_hub"


def test_star_import_gives_all_names() -> None:
    assert python("from hezar_hub import *; print(callable(push), issubclass(SaveError, HubError))") == "True True"


@pytest.mark.parametrize("name", ["Repo", "ModelCard", "PushResult", "push", "atomic_save", "SaveError", "cache_dir"])
def test_public_objects_are_pickled_by_reference(name: str) -> None:
    value = getattr(hezar_hub, name)
    assert pickle.loads(pickle.dumps(value)) is value


def test_instances_are_unpickled_by_a_fresh_process() -> None:
    made = [hezar_hub.PushResult("https://hub/me/model/commit/1", "1", "me/model"), hezar_hub.SaveError("full")]
    code = f"import pickle; print(pickle.loads({pickle.dumps(made)!r}))"
    assert python(code) == repr(made)


def test_a_broken_export_shows_up_in_eager_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    exports = {"Repo": "hezar_hub.repo", "pull": "hezar_hub.repo"}
    attach("hezar_hub", exports)
    monkeypatch.setenv("HEZAR_EAGER_IMPORT", "1")
    with pytest.raises(AttributeError, match="pull"):
        attach("hezar_hub", exports)


def test_nothing_inside_takes_a_published_helper_by_its_public_name() -> None:
    """The contracts on imports see modules only, and `from hezar_data import is_url` names none."""
    helpers = {
        (package.__name__, name)
        for package in (hezar_registry, hezar_data)
        for name, home in homes(package).items()
        if ".helpers." in home
    }
    assert len(helpers) > 30
    taken = [
        f"{path.name} takes {alias.name}"
        for package in LAZY
        for path in Path(package.__path__[0]).rglob("*.py")
        if "helpers" not in path.parts and path.name != "__init__.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if (node.module, alias.name) in helpers
    ]
    assert taken == []
