"""Every Python example of the READMEs and of docs/ runs, offline, as it is written.

The examples of a page run one after the other, as one program, in an empty folder. ``python hub`` marks examples that
ask the Hub: their pages run against a Hub on the loopback interface that holds small models under the published names.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from golden_replay import GOLDEN
from hezar.configs import ModelConfig
from hub_server import HubServer
from tiny_models import tiny_model

ROOT = Path(__file__).parents[2]
# The README of hezar-train trains at full size.
PACKAGES = [
    ROOT / "packages" / f"hezar-{name}" / "README.md" for name in ("registry", "hub", "config", "data", "models")
]
PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    ROOT / "packages" / "hezar" / "README.md",
    *PACKAGES,
]
# Pages of packages that are installed without torch, so their examples run where it cannot be imported.
WITHOUT_TORCH = PACKAGES[:4]
_EXAMPLE = re.compile(r"^```python([^\n]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def program(page: Path) -> tuple[str, bool]:
    """Return the examples of a page as one program with the page's line numbers, and whether they ask the Hub."""
    text = page.read_text(encoding="utf-8")
    lines = [""] * (text.count("\n") + 1)
    asks_hub = False
    for example in _EXAMPLE.finditer(text):
        asks_hub |= "hub" in example[1].split()
        first = text.count("\n", 0, example.start(2))
        for offset, line in enumerate(example[2].splitlines()):
            lines[first + offset] = line
    return "\n".join(lines), asks_hub


WITH_EXAMPLES = [page for page in PAGES if program(page)[0].strip()]


def checkpoint_of_transformers(model: Path, folder: Path) -> Path:
    """Lay out what a repo of Transformers holds, in which the weights have the names that ours have."""
    folder.mkdir()
    config = ModelConfig.load(model).to_dict()
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / "model.safetensors").write_bytes((model / "model.safetensors").read_bytes())
    (folder / "tokenizer.json").write_bytes((model / "preprocessor" / "tokenizer.json").read_bytes())
    return folder


@pytest.fixture
def stocked_hub(hub: HubServer, sentiment_model: Path, tmp_path: Path) -> HubServer:
    """The loopback Hub, with small models under the names that the examples load."""
    labeling_model = tmp_path / "labeling_model"
    tiny_model("bert_sequence_labeling").save(labeling_model)
    filling_model = tmp_path / "filling_model"
    tiny_model("bert_mask_filling").save(filling_model)
    whisper_model = tmp_path / "whisper_model"
    tiny_model("whisper_speech_recognition").save(whisper_model)
    for name, folder in {
        "hezarai/bert-fa-sentiment-dksf": sentiment_model,
        "hezarai/bert-fa-ner-arman": labeling_model,
        "hezarai/bert-base-fa": filling_model,
        "someone/bert-fa": checkpoint_of_transformers(labeling_model, tmp_path / "checkpoint"),
        "hezarai/gpt2-base-fa": GOLDEN / "model_gpt2_text_generation/model",
        "hezarai/t5-base-fa": GOLDEN / "model_t5_text_generation/model",
        "hezarai/vit-roberta-fa-image-captioning-flickr30k": GOLDEN / "model_vit_roberta_image2text/model",
        "hezarai/whisper-small-fa": whisper_model,
        "hezarai/word2vec-skipgram-fa-wikipedia": GOLDEN / "embedding_word2vec_skipgram/model",
    }.items():
        files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.*")}
        hub.add_repo(name, files)
    return hub


@pytest.mark.slow
@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_examples_of_a_page_run(page: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    code, asks_hub = program(page)
    environment = {"HF_HUB_OFFLINE": "1", "HEZAR_CACHE_DIR": str(tmp_path / "cache")}
    if asks_hub:
        request.getfixturevalue("stocked_hub")
        environment = {"HF_HUB_OFFLINE": "0"}
    script = tmp_path / f"page_{page.stem}.py"  # not the name of a library it imports
    if page in WITHOUT_TORCH:
        code = 'import sys; sys.modules["torch"] = None;' + code.removeprefix("\n")
    script.write_text(code, encoding="utf-8")
    workplace = tmp_path / "work"
    workplace.mkdir()
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=workplace,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_own_module_of_the_readme_is_the_example() -> None:
    """The three steps are told in three places; they are the same three steps."""
    example = (ROOT / "examples" / "own_module.py").read_text(encoding="utf-8")
    steps = example[example.index("@dataclass") : example.index("model = build_model")].strip()
    for page in (ROOT / "README.md", ROOT / "docs" / "registry-and-plugins.md"):
        assert steps in page.read_text(encoding="utf-8"), page.name


def test_the_commands_of_the_documentation_exist() -> None:
    from hezar.cli.app import COMMANDS

    for page in PAGES:
        for name in re.findall(r"(?:^|`|uv run )hezar ([a-z]+)\b", page.read_text(encoding="utf-8"), re.MULTILINE):
            assert name in COMMANDS, (page.name, name)


def test_the_first_line_of_a_task_says_what_works() -> None:
    pages = sorted((ROOT / "docs" / "tasks").glob("*.md"))
    assert len(pages) == 10
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    for page in pages:
        first = page.read_text(encoding="utf-8").splitlines()[2]
        assert first.startswith(("**Works in this version**", "**In this version**")), page.name
        assert f"tasks/{page.name}" in index, page.name
