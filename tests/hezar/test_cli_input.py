"""How commands read texts: arguments that are names of files, files, encodings, columns of tables."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from golden_replay import GOLDEN
from hezar.cli import hezar

ARABIC_YEH, YEH = "\u064a", "\u06cc"
BPE = str(GOLDEN / "tokenizer_bpe" / "model")


def invoke(*args: str | Path, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(hezar, [str(arg) for arg in args], input=stdin)


def normalized(*args: str | Path, stdin: str | bytes | None = None) -> list[str]:
    result = invoke("normalize", "--rules", "arabic_letters", *args, stdin=stdin)
    assert result.exit_code == 0, result.stderr
    return result.stdout.splitlines()


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "reviews.csv"
    path.write_text(f'id,text,label\n1,"عل{ARABIC_YEH}، خوب",a\n\n2,"دو\nخط",b\n', encoding="utf-8")
    return path


# Names of files


@pytest.mark.parametrize("command", [["normalize"], ["tokenize"], ["tokenize", "--model", BPE]])
def test_a_text_that_is_a_file_gets_a_hint(command: list[str], table: Path):
    result = invoke(*command, table, "سلام")
    assert result.exit_code == 0
    assert result.stdout.count("\n") == 2
    assert (
        f"Note: {str(table)!r} is a file, and its name was taken as the text. To read it: --file {table}"
        in result.stderr
    )
    assert result.stderr.count("Note") == 1


def test_predict_and_generate_give_it_too(table: Path, sentiment_model: Path):
    assert "--file" in invoke("predict", sentiment_model, table).stderr
    gpt2 = GOLDEN / "model_gpt2_text_generation/model"
    assert "--file" in invoke("generate", gpt2, "--max-new-tokens", "1", table).stderr
    assert invoke("predict", sentiment_model, "سلام").stderr == ""


# Files


def test_lines_of_a_file(tmp_path: Path):
    path = tmp_path / "a.txt"
    path.write_bytes(f"\ufeffعل{ARABIC_YEH}\n\nدو\r\nسه".encode())
    assert normalized("--file", path) == [f"عل{YEH}", "", "دو", "سه"]
    assert normalized("--file", "-", stdin="سلام") == ["سلام"]
    assert normalized(stdin="سلام\n") == ["سلام"]


@pytest.mark.parametrize("encoding", ["cp1256", "utf-16", "utf-8-sig", "UTF-32-LE", "iso8859-6"])
def test_encodings(encoding: str, tmp_path: Path):
    text = "سلام\nعلي\n" if encoding != "UTF-32-LE" else "سلام\nعلی\n"
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode(encoding))
    assert normalized("--file", path, "--encoding", encoding) == ["سلام", "علی"]
    assert normalized("--encoding", encoding, stdin=text.encode(encoding)) == ["سلام", "علی"]


def test_a_wrong_encoding_says_what_to_do(tmp_path: Path):
    path = tmp_path / "old.txt"
    path.write_bytes("a\nسلام\n".encode("cp1256"))
    result = invoke("normalize", "--file", path)
    assert (result.exit_code, result.stdout) == (1, "a\n")
    assert f"Line 2 of {str(path)!r} is not UTF-8 text" in result.stderr
    assert "--encoding cp1256" in result.stderr
    assert "is not utf-16 text" in invoke("normalize", "--encoding", "utf-16", stdin=b"abc").stderr


def test_columns_of_tables(table: Path, tmp_path: Path):
    assert normalized("--file", table) == [f"عل{YEH}، خوب", "دو", "خط"]
    assert normalized("--column", "label", stdin=table.read_bytes()) == ["a", "b"]
    other = tmp_path / "other.txt"
    other.write_text("comment;n\nیک;1\n", encoding="utf-8")
    assert normalized("--file", other, "--delimiter", ";", "--column", "comment") == ["یک"]
    tabs = tmp_path / "tabs.tsv"
    tabs.write_text("text\tn\nیک\t1\n", encoding="utf-8")
    assert normalized("--file", tabs) == ["یک"]
    assert normalized("--delimiter", "\\t", stdin="text\tn\nیک\t1\n") == ["یک"]


def test_predictions_of_a_column(table: Path, sentiment_model: Path):
    result = invoke("predict", sentiment_model, "--json", "--file", table)
    assert [json.loads(line)["text"] for line in result.stdout.splitlines()] == [f"عل{ARABIC_YEH}، خوب", "دو\nخط"]


@pytest.mark.parametrize(
    ("content", "args", "said"),
    [
        ("txt,n\na,1\n", [], "has no column 'text'. Did you mean 'txt'\\? Its first line is: txt,n"),
        ("text,text\na,1\n", [], "has more than one column 'text'"),
        ("text,n\nخوب, عالی,1\n", [], "Line 2 of '.*' has 3 columns, and the first line 2"),
        ('text,n\n"a" b,1\n', [], "Line 2 of '.*' is not a row of a table"),
        ("text;n\na;1\n", ["--delimiter", ";", "--column", "m"], "has no column 'm'"),
        ("", [], "has no column 'text'.* \\(empty\\)"),
    ],
)
def test_tables_that_cannot_be_read(content: str, args: list[str], said: str, tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text(content, encoding="utf-8")
    result = invoke("normalize", "--file", path, *args)
    assert (result.exit_code, result.stdout) == (1, "")
    assert re.search(said, result.stderr), result.stderr


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["--file", "a.txt", "سلام"], 2, "give one of them"),
        (["--column", "text", "سلام"], 2, "are of tables"),
        (["--encoding", "utf-9", "سلام"], 2, "there is no encoding 'utf-9'"),
        (["--delimiter", ";;"], 2, "a delimiter is one character"),
        (["--file", "no-such-file.txt"], 1, "No such file"),
    ],
)
def test_what_cannot_be_done(args: list[str], code: int, said: str):
    result = invoke("normalize", *args)
    assert (result.exit_code, result.stdout) == (code, "")
    assert said in result.stderr


# What a model sees


@pytest.fixture
def with_normalizer(sentiment_model: Path, tmp_path: Path) -> Path:
    """A sentiment model whose repo holds a normalizer."""
    from hezar.models import Model
    from hezar.preprocessors import TextNormalizer

    model = Model.load(sentiment_model)
    normalizer = TextNormalizer(replace_patterns=[["ي", "ی"], ["‌", ""], ["!+", ""]])
    model.preprocessor = [model.preprocessor.tokenizer, normalizer]
    model.save(tmp_path / "model")
    return tmp_path / "model"


def test_tokens_of_a_model_are_what_it_sees(with_normalizer: Path):
    from hezar.models import Model

    text = "!!خوب بودي"
    row = json.loads(invoke("tokenize", "--model", with_normalizer, "--json", text).stdout)
    model = Model.load(with_normalizer)
    assert row["token_ids"] == model.preprocess([text])["token_ids"][0].tolist()
    assert (row["text"], row["normalized"]) == (text, "خوب بودی")
    parts = [text[start:end] for start, end in row["offsets"]]
    assert "".join(parts) == "خوببودي"  # in the text as it was given
    alone = json.loads(invoke("tokenize", "--model", with_normalizer, "--no-normalize", "--json", text).stdout)
    assert alone["token_ids"] != row["token_ids"]
    assert "normalized" not in alone


def test_a_model_that_does_not_normalize_is_shown_so(with_normalizer: Path):
    config = with_normalizer / "model_config.yaml"
    config.write_text("name: bert_mask_filling\nconfig_type: model\n", encoding="utf-8")
    assert "normalized" not in json.loads(invoke("tokenize", "--model", with_normalizer, "--json", "علي").stdout)


def test_the_report_on_zwnj_knows_the_normalizer(with_normalizer: Path):
    report = json.loads(invoke("tokenize", "--model", with_normalizer, "--report-zwnj", "--json").stdout)
    assert (report["kept"], report["lost_in"]) == (False, "text_normalizer")
    assert "\u200c" not in "".join(report["tokens"])
    said = invoke("tokenize", "--model", with_normalizer, "--report-zwnj", "می\u200cروم").stdout
    assert "the text normalizer of its repo takes it out" in said


def test_without_torch_it_says_what_it_assumes(with_normalizer: Path):
    program = "import sys; sys.modules['torch'] = None; from hezar.cli import main; main()"
    command = [sys.executable, "-c", program, "tokenize", "--model", str(with_normalizer), "--json", "علي"]
    done = subprocess.run(command, capture_output=True, check=False)
    assert json.loads(done.stdout)["normalized"] == "علی"
    assert b"--no-normalize leaves it out" in done.stderr
