"""The scripts are files and not a package: fixtures load each one as a module."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"hezar_script_{name}", SCRIPTS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def lock() -> ModuleType:
    return load("lock")


@pytest.fixture(scope="session")
def release_info() -> ModuleType:
    return load("release_info")


@pytest.fixture(scope="session")
def check_docs() -> ModuleType:
    return load("check_docs")
