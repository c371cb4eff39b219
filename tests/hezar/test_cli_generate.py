"""``hezar generate``: prompts from the command line or line by line, whole texts or as they come."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from golden_replay import GOLDEN
from hezar.cli import hezar
from hezar.models import Model
from hezar_models.generation.session import Session

PROMPT = "هوای امروز"
BIDI_MARKS = set("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c")


@pytest.fixture(scope="module")
def gpt2(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder with a tiny GPT-2, whose config has four beams and 14 new tokens."""
    folder = tmp_path_factory.mktemp("gpt2")
    Model.load(GOLDEN / "model_gpt2_text_generation/model").save(folder)
    return str(folder)


@pytest.fixture(scope="module")
def t5(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder with a tiny T5."""
    folder = tmp_path_factory.mktemp("t5")
    Model.load(GOLDEN / "model_t5_text_generation/model").save(folder)
    return str(folder)


def generate(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(hezar, ["generate", *arguments], input=stdin)


def predicted(model: str, prompts: Any, **options: Any) -> list[str]:
    return [result.text for result in Model.load(model).predict(prompts, **options)]


# Whole texts --------------------------------------------------------------------------------------------------------


def test_a_prompt_gives_its_text(gpt2: str) -> None:
    result = generate(gpt2, PROMPT)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == predicted(gpt2, PROMPT)[0] + "\n"
    assert not BIDI_MARKS & set(result.stdout)


def test_several_prompts_give_a_text_each(gpt2: str) -> None:
    result = generate(gpt2, PROMPT, "سلام", "--max-new-tokens", "5")
    assert result.stdout.splitlines() == predicted(gpt2, [PROMPT, "سلام"], max_new_tokens=5)


def test_options_by_name_are_those_of_predict(gpt2: str) -> None:
    typed = ["--sample", "--temperature", "1.5", "--top-k", "40", "--top-p", "0.9", "--seed", "7"]
    typed += ["--num-return-sequences", "2", "--stop", "ر", "--stop", "د", "-o", "repetition_penalty=1.3"]
    result = generate(gpt2, PROMPT, *typed, "--max-new-tokens", "6")
    options = {"do_sample": True, "temperature": 1.5, "top_k": 40, "top_p": 0.9, "seed": 7, "num_return_sequences": 2}
    [rows] = Model.load(gpt2).predict(
        PROMPT, **options, stop_strings=["ر", "د"], repetition_penalty=1.3, max_new_tokens=6
    )
    assert result.stdout.splitlines() == [row.text for row in rows]


def test_the_prefix_of_t5_and_other_options_are_texts_too(t5: str) -> None:
    result = generate(t5, PROMPT, "-o", "prefix=خلاصه: ")
    assert result.stdout.splitlines() == predicted(t5, PROMPT, prefix="خلاصه: ")


def test_json_has_an_object_for_each_text(gpt2: str) -> None:
    result = generate(gpt2, PROMPT, "سلام", "--json", "--num-return-sequences", "2", "-o", "return_scores=true")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["prompt"] for row in rows] == [PROMPT, PROMPT, "سلام", "سلام"]
    assert all(row.keys() == {"prompt", "text", "score"} for row in rows)
    assert rows[0]["score"] > rows[1]["score"]
    assert PROMPT in result.stdout  # Persian as it is, without escapes
    assert json.loads(generate(gpt2, PROMPT, "--json").stdout).keys() == {"prompt", "text"}


def test_a_score_that_was_asked_for_comes_before_the_text(gpt2: str) -> None:
    score, text = generate(gpt2, PROMPT, "-o", "return_scores=true").stdout.rstrip("\n").split("\t")
    assert text == predicted(gpt2, PROMPT)[0]
    assert float(score) < 0


def test_lines_of_standard_input_are_prompts(gpt2: str) -> None:
    prompts = [f"{'هوا ' * (number % 5)}{number}" for number in range(70)]
    result = generate(gpt2, "-", "--num-beams", "1", "--max-new-tokens", "3", "--batch-size", "16", "--json",
                      stdin="\n\n".join(prompts))  # fmt: skip
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["prompt"] for row in rows] == prompts
    assert [row["text"] for row in rows] == predicted(gpt2, prompts, num_beams=1, max_new_tokens=3)


def test_no_prompts_give_nothing(gpt2: str) -> None:
    for stream in ([], ["--stream"]):
        result = generate(gpt2, *stream, stdin="\n \n")
        assert (result.exit_code, result.stdout) == (0, "")


def test_the_locale_changes_nothing(t5: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "hezar", "generate", t5, PROMPT, "-o", "prefix=خلاصه: ", "--stop", "غ"],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        check=True,
    )
    assert done.stdout.decode() == predicted(t5, PROMPT, prefix="خلاصه: ", stop_strings="غ")[0] + "\n"


# As it comes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [["--num-beams", "1"], ["--sample", "--seed", "3"]])
def test_a_stream_writes_the_same(gpt2: str, t5: str, options: list[str]) -> None:
    for model in (gpt2, t5):
        streamed, whole = (generate(model, PROMPT, "سلام", *options, *more) for more in (["--stream"], []))
        assert streamed.stdout == whole.stdout
        assert (streamed.exit_code, streamed.stderr) == (0, "")


def test_a_stream_leaves_the_beams_of_the_config_and_says_so(gpt2: str) -> None:
    result = generate(gpt2, "--stream", stdin=f"{PROMPT}\nسلام\n")
    assert result.stdout.splitlines() == predicted(gpt2, [PROMPT, "سلام"], num_beams=1)
    assert result.stderr.count("4 beams") == 1


def test_pieces_arrive_before_the_end(gpt2: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read, write = os.pipe()
    os.set_blocking(read, False)
    arrived: list[bytes] = []
    step = Session.step

    def watched_step(session: Session) -> Any:
        try:
            arrived.append(os.read(read, 10_000))
        except BlockingIOError:
            arrived.append(b"")
        return step(session)

    with open(write, "w", encoding="utf-8") as stdout, monkeypatch.context() as patched:  # noqa: PTH123 - a descriptor
        patched.setattr(Session, "step", watched_step)
        patched.setattr(sys, "stdout", stdout)
        hezar(["generate", gpt2, PROMPT, "--stream", "--num-beams", "1"], standalone_mode=False)
    whole = b"".join(arrived) + os.read(read, 10_000)
    os.close(read)
    assert arrived[0].decode() == PROMPT
    assert len(list(filter(None, arrived))) > 5
    assert whole.decode() == predicted(gpt2, PROMPT, num_beams=1)[0] + "\n"


def test_each_line_is_answered_before_the_next_is_read_and_a_reader_that_stops_ends_it_silently(gpt2: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "hezar", "generate", gpt2, "--stream", "--num-beams", "1"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    for prompt in (PROMPT, "سلام"):
        process.stdin.write(f"{prompt}\n".encode())
        process.stdin.flush()
        assert select.select([process.stdout], [], [], 120)[0], "nothing came while standard input was open"
        assert process.stdout.readline().decode() == predicted(gpt2, prompt, num_beams=1)[0] + "\n"
    process.stdout.close()
    process.stdout = None  # communicate() shall not read it
    _, said = process.communicate(f"{PROMPT}\n".encode() * 3)
    assert said == b""


def test_ctrl_c_ends_a_stream_quietly(gpt2: str, monkeypatch: pytest.MonkeyPatch) -> None:
    step = Session.step

    def interrupted_step(session: Session) -> Any:
        if session.rows.new == 3:
            raise KeyboardInterrupt
        return step(session)

    monkeypatch.setattr(Session, "step", interrupted_step)
    result = generate(gpt2, PROMPT, "--stream", "--num-beams", "1")
    assert (result.exit_code, result.stderr) == (130, "")
    assert result.stdout.startswith(PROMPT)


# What is wrong ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--temprature", "1"], 2, "Did you mean '--temperature'?"),
        (["--temperature", "warm"], 2, "not a valid float"),
        (["--temperature", "0"], 2, "not in the range x>0"),
        (["--top-p", "1.5"], 2, "not in the range 0<x<=1"),
        (["--num-beams", "0"], 2, "not in the range x>=1"),
        (["-o", "prefix"], 2, "not of the form NAME=VALUE"),
        (["-o", "temprature=1"], 1, "Did you mean 'temperature'?"),
        (["-o", "length_penalty=long"], 1, "length_penalty is a number from -20 to 20; found 'long'"),
        (["--temperature", "0.7"], 1, "Give do_sample=True too"),
        (["--sample", "--num-beams", "2"], 1, "exclude each other"),
        (["--stream", "--num-beams", "2"], 2, "excludes beams"),
        (["--stream", "-o", "num_return_sequences=2"], 2, "excludes beams and several texts"),
        (["--stream", "--json"], 2, "excludes --json"),
        (["--stream", "--batch-size", "2"], 2, "excludes --json and --batch-size"),
        (["--stream", "-o", "temprature=1"], 1, "Did you mean 'temperature'?"),
    ],
)
def test_what_makes_no_sense(gpt2: str, arguments: list[str], code: int, said: str) -> None:
    result = generate(gpt2, PROMPT, *arguments)
    assert result.exit_code == code
    assert said in result.stderr
    assert not result.stdout


def test_a_model_that_does_not_generate_is_for_predict(sentiment_model: Path) -> None:
    result = generate(str(sentiment_model), "خوب")
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"BertTextClassification generates no text. Use: hezar predict {sentiment_model}" in result.stderr


def test_predict_takes_a_model_that_generates(gpt2: str) -> None:
    result = CliRunner().invoke(hezar, ["predict", gpt2, PROMPT, "-o", "num_beams=1"])
    assert result.stdout == f"{predicted(gpt2, PROMPT, num_beams=1)[0]}\t{PROMPT}\n"
