"""The examples run as they are."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
SCRIPTS = sorted(EXAMPLES.glob("*.py"))


@pytest.mark.slow
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_script_runs(script: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=tmp_path,
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


@pytest.fixture
def installed_plugin(tmp_path: Path) -> dict[str, str]:
    """An environment in which the example plug-in is as good as installed: its package, and its metadata."""
    project = tomllib.loads((EXAMPLES / "plugin" / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    folder = tmp_path / "site"
    metadata = folder / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n", encoding="utf-8"
    )
    points = project["entry-points"]["hezar.manifests"]
    lines = ["[hezar.manifests]", *(f"{name} = {target}" for name, target in points.items())]
    (metadata / "entry_points.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "hezar_plugin_example").symlink_to(EXAMPLES / "plugin" / "src" / "hezar_plugin_example")
    return {**os.environ, "PYTHONPATH": str(folder)}


def test_the_plugin_is_listed_and_loaded_by_name(installed_plugin: dict[str, str], tmp_path: Path) -> None:
    code = f"""
import sys
from hezar.utils import list_available_models
from hezar.configs import ModelConfig
assert "letter_counter" in list_available_models()
from hezar.builders import build_model
assert "torch" not in sys.modules
model = build_model("letter_counter")
model.save({str(tmp_path / "model")!r})
from hezar.models import Model
again = Model.load({str(tmp_path / "model")!r})
print(type(again).__name__, [output.label for output in again.predict(["ژاله", "سلام دنیا"])])
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=installed_plugin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "LetterCounter ['many', 'few']"


def test_the_plugin_is_an_equal_citizen_of_the_command_line(installed_plugin: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "hezar", "models", "info", "letter_counter", "--json"],
        env=installed_plugin,
        capture_output=True,
        check=True,
    )
    report = json.loads(done.stdout)
    assert (report["source"], report["implemented"]) == ("hezar-plugin-example", True)
