"""``hezar tokenize``: words, sentences, tokens of a model, reports on ZWNJ."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from golden_replay import GOLDEN
from hezar.cli import hezar

ZWNJ = "\u200c"
BPE = str(GOLDEN / "tokenizer_bpe" / "model")
WORDPIECE = str(GOLDEN / "tokenizer_wordpiece" / "model")


def run(*args: str, stdin: str | None = None) -> str:
    result = CliRunner().invoke(hezar, ["tokenize", *args], input=stdin)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def test_words():
    assert run(f"می{ZWNJ}روم، تو چطور؟") == f"می{ZWNJ}روم ، تو چطور ؟\n"
    assert run("--words", "سلام!", "خوبی؟") == "سلام !\nخوبی ؟\n"
    assert json.loads(run("--json", "سلام!")) == {"text": "سلام!", "tokens": ["سلام", "!"], "offsets": [[0, 4], [4, 5]]}


def test_sentences():
    assert run("--sentences", "سلام. خوبی؟") == "سلام.\nخوبی؟\n"
    row = json.loads(run("--sentences", "--json", "سلام. خوبی؟"))
    assert row["sentences"] == ["سلام.", "خوبی؟"]
    assert [row["text"][start:end] for start, end in row["offsets"]] == row["sentences"]


def test_a_filter_keeps_the_lines():
    assert run(stdin="سلام دنیا!\n\nخوبی؟\r\n") == "سلام دنیا !\n\nخوبی ؟\n"
    assert run("-", stdin="سلام") == "سلام\n"
    assert run(stdin="") == ""


def test_tokens_of_a_model():
    from hezar.preprocessors import Tokenizer

    tokenizer = Tokenizer.load(BPE)
    expected = tokenizer("سلام دنیا", return_tokens=True, return_offsets_mapping=True)
    assert json.loads(run("--model", BPE, "--json", "سلام دنیا")) == {
        "text": "سلام دنیا",
        "tokens": expected["tokens"],
        "token_ids": expected["token_ids"],
        "offsets": [list(span) for span in expected["offsets_mapping"]],
    }
    bare = tokenizer("سلام دنیا", add_special_tokens=False)["token_ids"]
    assert run("--model", BPE, "--ids", "--no-special", "سلام دنیا") == " ".join(map(str, bare)) + "\n"
    assert run("--model", WORDPIECE, stdin="سلام\n\n") == "[CLS] سل ##ام [SEP]\n[CLS] [SEP]\n"
    assert run("--model", WORDPIECE, "--no-special", "--offsets", "سلام") == "0\t2\tسل\n2\t4\t##ام\n\n"
    assert run("--model", WORDPIECE, "--no-special", "--offsets", "--ids", "سلام") == "0\t2\t160\n2\t4\t107\n\n"


def test_reports_on_zwnj():
    lost = run("--model", WORDPIECE, "--report-zwnj")
    assert "می[ZWNJ]روم" in lost
    assert "loses ZWNJ: its normalizer" in lost
    assert "keeps ZWNJ" in run("--model", BPE, "--report-zwnj", f"کتاب{ZWNJ}ها")
    report = json.loads(run("--model", WORDPIECE, "--report-zwnj", "--json"))
    assert (report["kept"], report["lost_in"]) == (False, "normalizer")
    rows = run("--model", BPE, "--report-zwnj", "--json", "-", stdin=f"کتاب{ZWNJ}ها\nمی{ZWNJ}شود\n")
    assert [json.loads(row)["kept"] for row in rows.splitlines()] == [True, True]


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["--ids", "سلام"], 2, "need --model"),
        (["--report-zwnj"], 2, "need --model"),
        (["--model", BPE, "--words", "سلام"], 2, "excludes"),
        (["--model", str(GOLDEN / "text_normalizer/none"), "سلام"], 1, "holds no tokenizer; it holds: text_normalizer"),
        (["--model", "./no-such-folder", "سلام"], 1, "no-such-folder"),
        (["--model", BPE, "--report-zwnj", "سلام"], 1, "U+200C"),
    ],
)
def test_what_cannot_be_done(args: list[str], code: int, said: str):
    result = CliRunner().invoke(hezar, ["tokenize", *args])
    assert result.exit_code == code
    assert result.stdout == ""
    assert said in result.stderr


def test_it_is_a_filter_without_torch(tmp_path: Path):
    program = "import sys; sys.modules['torch'] = None; from hezar.cli import main; main()"
    for options, expected in (([], "سلام !\n"), (["--model", WORDPIECE, "--no-special"], "سل ##ام !\n")):
        done = subprocess.run(
            [sys.executable, "-c", program, "tokenize", *options],
            input="سلام!\n".encode(),
            capture_output=True,
            env={**os.environ, "PYTHONIOENCODING": "ascii"},
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.decode() == expected
