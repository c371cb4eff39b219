"""What pyright and mypy, and so editors, know of a program of two lines."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """\
from hezar.data import TextClassificationDataset
from hezar.models import BertTextClassification, Model
from hezar.preprocessors import TextNormalizer, Tokenizer
from hezar.trainer import Trainer

model = Model.load("hezarai/bert-fa-sentiment-dksf")
reveal_type(model)  # Model
reveal_type(BertTextClassification.load("my-model"))  # BertTextClassification
reveal_type(model.predict("خوب")[0][0].label)  # str
for answers in model.predict(["خوب", "بد"], top_k=2):
    for answer in answers:
        reveal_type(answer.score)  # float
reveal_type(model.predict("هوای امروز")[0].text)  # str
for result in model.predict(["خوب"], stream=True):
    reveal_type(result.text)  # str
reveal_type(next(model.predict_stream(["خوب"])).label)  # str
model.predict("خوب")["last_hidden_state"]
reveal_type(TextNormalizer(rules="persian").normalize("كتاب"))  # str
reveal_type(Tokenizer.load("my-model").tokenize("کتاب"))  # Any
reveal_type(TextNormalizer().explain("كتاب").text)  # str
reveal_type(TextClassificationDataset.from_file("train.csv"))  # TextClassificationDataset
trainer: Trainer
"""
CHECKERS = {
    "pyright": ["--pythonpath", sys.executable],
    "mypy": ["--python-executable", sys.executable, "--cache-dir", "cache"],
}


def expected() -> dict[int, str]:
    lines = enumerate(PROGRAM.splitlines(), 1)
    return {number: line.rpartition("# ")[2] for number, line in lines if line.lstrip().startswith("reveal_type")}


def checked(checker: str, code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    pytest.importorskip(checker, reason=f"{checker} is in the group `lint`")
    (folder / "program.py").write_text(code, encoding="utf-8")
    command = [sys.executable, "-m", checker, *CHECKERS[checker], "program.py"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.mark.slow
@pytest.mark.parametrize("checker", CHECKERS)
def test_a_program_is_understood(checker: str, tmp_path: Path) -> None:
    misspelt = PROGRAM + 'model.predict("خوب")[0].lable\n'
    done = checked(checker, misspelt, tmp_path)
    found = re.findall(
        r'program\.py:(\d+).*(?:Type of ".*" is|Revealed type is) "(?:[\w.]*\.)?(\w+)"', done.stdout + done.stderr
    )
    assert {int(line): kind for line, kind in found} == expected(), done.stdout + done.stderr
    errors = re.findall(r"program\.py:(\d+).* error", done.stdout)
    assert errors == [str(misspelt.count("\n"))], done.stdout
    assert "lable" in done.stdout
