"""The example of the README runs, and prints what it says."""

from __future__ import annotations

import re
from pathlib import Path


def test_the_example_runs(tmp_path: Path, monkeypatch, capsys) -> None:
    readme = Path(__file__).parents[2] / "packages" / "hezar-hub" / "README.md"
    example = re.search(r"```python\n(.*?)```", readme.read_text(encoding="utf-8"), re.DOTALL)
    assert example is not None
    monkeypatch.chdir(tmp_path)
    exec(example[1], {})
    printed = capsys.readouterr().out
    assert "['preprocessor/tokenizer_config.yaml']\nname: bert\n" in printed
    assert "There is no file 'model.safetensors' in the local folder 'my-model'" in printed
