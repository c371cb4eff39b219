"""``hezar embed`` and ``hezar search``: what is kept is found again."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from golden_replay import GOLDEN
from hezar.cli import hezar

TEXTS = ["خیلی خوب بود", "اصلا خوب نبود", "عالی", "بد"]


def run(*arguments: object, stdin: str | None = None) -> Result:
    return CliRunner().invoke(hezar, [str(argument) for argument in arguments], input=stdin)


def test_texts_are_found_again(sentiment_model: Path, tmp_path: Path) -> None:
    index = tmp_path / "texts.index"
    made = run("embed", sentiment_model, "-o", index, stdin="\n".join(TEXTS))
    assert made.exit_code == 0, made.output
    assert "4 texts, 16 numbers each" in made.stderr
    assert made.stdout == ""
    for text in TEXTS:
        found = run("search", index, text, "-k", 2)
        assert found.exit_code == 0, found.output
        lines = found.stdout.splitlines()
        assert len(lines) == 2
        score, first = lines[0].split("\t")
        assert first == text
        assert float(score) > 0.995
    several = run("search", index, *TEXTS[:2], "--json")
    answers = [json.loads(line) for line in several.stdout.splitlines()]
    assert [answer["query"] for answer in answers] == TEXTS[:2]
    assert [answer["results"][0]["text"] for answer in answers] == TEXTS[:2]


def test_a_column_of_a_table(sentiment_model: Path, tmp_path: Path) -> None:
    table = tmp_path / "faq.csv"
    table.write_text("id,question\n1,عالی\n2,بد\n", encoding="utf-8")
    made = run(
        "embed", sentiment_model, "--file", table, "--column", "question", "-o", tmp_path / "i", "--store", "float32"
    )
    assert made.exit_code == 0, made.output
    assert run("search", tmp_path / "i", "بد", "-k", 1).stdout.startswith("1.0000\tبد")


def test_what_cannot_be_is_one_line(sentiment_model: Path, tmp_path: Path) -> None:
    other = run("embed", GOLDEN / "model_gpt2_text_generation" / "model", "متن", "-o", tmp_path / "i")
    assert other.exit_code == 1
    assert "encodes no texts" in other.stderr
    assert not (tmp_path / "i").exists()
    missing = run("search", tmp_path / "nothing", "متن")
    assert missing.exit_code == 1
    assert "nothing" in missing.stderr
