"""Importing configs and the Hub loads next to nothing; what reads files and asks the Hub comes when it does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

# Each would add a millisecond or more to `import hezar_config, hezar_hub`.
HEAVY_STANDARD = {"asyncio", "email", "importlib.metadata", "json", "logging", "pathlib", "shutil", "socket"}
HEAVY_STANDARD |= {"ssl", "subprocess", "tempfile", "traceback", "unittest", "urllib.parse", "urllib.request"}


def modules_of(code: str) -> set[str]:
    """Return the modules that a fresh interpreter loads to run `code`."""
    code = f"import sys; before = set(sys.modules)\n{code}\nprint(*(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_configs_and_hub_load_nothing_that_they_do_not_need_yet() -> None:
    loaded = modules_of("import hezar_config, hezar_hub")
    assert {name.partition(".")[0] for name in loaded if name.startswith("hezar")} == {
        "hezar_config",
        "hezar_hub",
        "hezar_registry",
    }
    foreign = {name for name in loaded if not name.startswith("hezar")}
    assert {name.partition(".")[0] for name in foreign} <= sys.stdlib_module_names
    assert not loaded & HEAVY_STANDARD
    assert {name for name in loaded if name.startswith("hezar_hub")} == {"hezar_hub"}
    assert not loaded & {"hezar_config.enums", "hezar_registry.registry"}


def test_config_classes_are_defined_and_made_without_files() -> None:
    loaded = modules_of(
        "from dataclasses import dataclass\n"
        "from hezar_config import ModelConfig\n"
        "@dataclass\n"
        "class MyConfig(ModelConfig):\n"
        "    name = 'my_model'\n"
        "    size: int = 3\n"
        "assert MyConfig(size=4).to_dict()['size'] == 4"
    )
    assert not loaded & (HEAVY_STANDARD | {"msgspec", "yaml", "huggingface_hub"})


def test_reading_a_file_loads_no_hub_client(tmp_path: Path) -> None:
    (tmp_path / "model_config.yaml").write_text("name: later\nconfig_type: model\n", encoding="utf-8")
    loaded = modules_of(f"from hezar_config import ModelConfig; ModelConfig.load({str(tmp_path)!r})")
    assert {"yaml", "hezar_hub.repo"} <= loaded
    assert not loaded & {"huggingface_hub", "httpx", "requests", "numpy", "torch"}


@pytest.mark.parametrize("name", ["HubError", "RepoType", "cache_dir", "MODEL_CONFIG_FILE"])
def test_small_names_of_the_hub_load_only_their_module(name: str) -> None:
    loaded = modules_of(f"from hezar_hub import {name}")
    assert not loaded & {"hezar_hub.repo", "hezar_hub.pushing", "hezar_hub.save", "huggingface_hub"}
