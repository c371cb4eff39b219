"""``hezar normalize``: text in, clean text out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from hezar.cli import hezar

ZWNJ = "\u200c"
PUBLISHED = Path(__file__).parents[1] / "golden/text_normalizer/persian"


def normalize(*args: str, stdin: str | bytes | None = None):
    return CliRunner().invoke(hezar, ["normalize", *args], input=stdin)


def test_texts_are_cleaned_one_a_line():
    result = normalize("كتاب ها", "مي روم")
    assert (result.exit_code, result.stdout) == (0, f"کتاب{ZWNJ}ها\nمی{ZWNJ}روم\n")


def test_as_a_filter_lines_stay_lines():
    result = normalize(stdin="\ufeffكتاب ها\r\n\n  12\n3".encode())
    assert result.stdout_bytes == f"کتاب{ZWNJ}ها\r\n\n۱۲\n۳".encode()
    assert normalize("-", stdin="12\n").stdout == "۱۲\n"


def test_a_filter_answers_line_by_line():
    command = [sys.executable, "-m", "hezar", "normalize"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(b"12\n")
        process.stdin.flush()
        assert process.stdout.readline().decode() == "۱۲\n"  # while the input is still open
        process.stdin.close()


def test_rules_presets_and_what_to_skip():
    assert normalize("--rules", "ascii_digits", "كتاب ۱۲").stdout == "كتاب 12\n"
    assert normalize("--rules", "ascii_digits, arabic_letters", "كتاب ۱۲").stdout == "کتاب 12\n"
    assert normalize("--preset", "search", f"مي{ZWNJ}روم ۱").stdout == "می روم 1\n"
    assert normalize("--skip", "persian_digits", "كتاب 12").stdout == "کتاب 12\n"


def test_json_and_explanations():
    (line,) = normalize("--json", "كتاب").stdout.splitlines()
    assert json.loads(line) == {"text": "كتاب", "result": "کتاب"}
    (line,) = normalize("--json", "--explain", "كتاب").stdout.splitlines()
    assert json.loads(line)["steps"][0]["rule"] == "arabic_letters"
    assert "\u0643 U+0643 → \u06a9 U+06A9" in normalize("--explain", "كتاب").stdout


def test_a_published_normalizer():
    assert normalize("--model", str(PUBLISHED), "سَلامٌ عَلَيْكُم 12").stdout == "سلام علیکم 12\n"
    assert normalize("--model", str(PUBLISHED), "--rules", "persian_digits", "عَلَي 12").stdout == "علی ۱۲\n"


def test_rules_are_listed():
    listed = normalize("--list-rules").stdout
    assert "half_space_impostors" in listed
    entries = json.loads(normalize("--list-rules", "--json").stdout)
    assert {"name", "description", "source", "presets"} == entries[0].keys()


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["--preset", "serch", "a"], 1, "Did you mean 'search'"),
        (["--skip", "emojis", "a"], 1, "There is no normalizer rule 'emojis'"),
        (["--preset", "search", "--rules", "compose", "a"], 2, "exclude each other"),
        (["--model", str(Path(__file__).parents[1] / "golden/tokenizer_wordpiece/model"), "a"], 1, "holds no text normalizer"),
    ],
)  # fmt: skip
def test_errors(args: list[str], code: int, message: str):
    result = normalize(*args)
    assert (result.exit_code, result.stdout) == (code, "")
    assert message in result.stderr


def test_bytes_that_are_no_text():
    result = normalize(stdin=b"a\n\xff\n")
    assert result.exit_code == 1
    assert "Line 2 of standard input is not UTF-8" in result.stderr


def test_it_imports_no_torch():
    code = (
        "import sys\nfrom hezar.cli import hezar\n"
        "try:\n    hezar(['normalize', '12'])\nexcept SystemExit:\n    pass\n"
        "print('torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, env={**os.environ, "PYTHONIOENCODING": "utf-8"}
    )
    assert done.stdout.decode() == "۱۲\nFalse\n"
