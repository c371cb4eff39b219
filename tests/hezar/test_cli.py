"""The command line: results on stdout, everything else on stderr, exit codes 0, 1 and 2."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from hezar.cli import hezar
from hezar.cli.app import COMMANDS


@pytest.fixture
def cli() -> CliRunner:
    return CliRunner()


def run(*args: str, stdin: str | bytes | None = None, **environment: str) -> subprocess.CompletedProcess[bytes]:
    data = stdin.encode() if isinstance(stdin, str) else stdin
    return subprocess.run(
        [sys.executable, "-m", "hezar", *args],
        input=data,
        capture_output=True,
        env={**os.environ, **environment},
        check=False,
    )


# The root ------------------------------------------------------------------------------------------------------------


def test_help_names_every_command_and_imports_no_torch() -> None:
    code = (
        "import sys\nfrom hezar.cli import hezar\n"
        "try:\n    hezar(['--help'])\nexcept SystemExit:\n    pass\n"
        "print('torch' in sys.modules, 'huggingface_hub' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.endswith("False False\n")
    for name, (_, help_line) in COMMANDS.items():
        assert name in said
        assert help_line.split(",")[0] in " ".join(said.split())


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_help_line_of_a_command_is_its_own(cli: CliRunner, name: str) -> None:
    result = cli.invoke(hezar, [name, "--help"])
    assert result.exit_code == 0
    assert "--help" in result.stdout


@pytest.mark.parametrize(
    "name", ["cache", "generate", "normalize", "predict", "tokenize", "models list", "models info"]
)
def test_the_examples_of_a_help_are_lines(cli: CliRunner, name: str) -> None:
    lines = cli.invoke(hezar, [*name.split(), "--help"]).stdout.splitlines()
    assert sum(line.startswith(f"  hezar {name} ") for line in lines) >= 2


def test_version(cli: CliRunner) -> None:
    from importlib.metadata import version

    result = cli.invoke(hezar, ["--version"])
    assert (result.exit_code, result.stdout) == (0, f"hezar {version('hezar')}\n")


def test_an_unknown_command_is_wrong_usage_with_a_suggestion(cli: CliRunner) -> None:
    result = cli.invoke(hezar, ["predct"])
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Did you mean 'predict'?" in result.stderr


def test_an_unknown_subcommand_too(cli: CliRunner) -> None:
    result = cli.invoke(hezar, ["models", "lst"])
    assert result.exit_code == 2
    assert "Did you mean 'list'?" in result.stderr


def test_the_installed_script_is_this_program() -> None:
    from importlib.metadata import entry_points

    (point,) = entry_points(group="console_scripts", name="hezar")
    assert point.value == "hezar.cli:main"


# Errors --------------------------------------------------------------------------------------------------------------


def test_a_failure_is_one_line_without_traceback() -> None:
    done = run("models", "info", "bertt")
    assert done.returncode == 1
    assert done.stdout == b""
    said = done.stderr.decode()
    assert said.startswith("Error: Unknown model name: 'bertt'. Did you mean 'bert'")
    assert "Traceback" not in said


@pytest.mark.parametrize(("args", "environment"), [(["--debug"], {}), ([], {"HEZAR_DEBUG": "1"})])
def test_debug_shows_the_traceback(args: list[str], environment: dict[str, str]) -> None:
    done = run(*args, "models", "info", "bertt", **environment)
    assert done.returncode == 1
    assert "Traceback" in done.stderr.decode()
    assert "UnknownNameError" in done.stderr.decode()


def test_a_missing_folder_is_told_in_one_line(cli: CliRunner) -> None:
    result = cli.invoke(hezar, ["predict", "./no-such-folder", "سلام"])
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "no local folder './no-such-folder'" in result.stderr


def test_a_closed_pipe_is_silent() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "hezar", "models", "list"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.close()  # before anything is written
    assert process.stderr is not None
    said = process.stderr.read()
    process.stderr.close()
    process.wait()
    assert said == b""


@pytest.mark.parametrize("command", ["predict", "generate"])
def test_ctrl_c_is_silent(cli: CliRunner, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    def interrupted(*_args: object, **_kwargs: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("hezar.models.Model.load", interrupted)
    result = cli.invoke(hezar, [command, "./model", "سلام"])
    assert (result.exit_code, result.output) == (130, "")


# hezar env -----------------------------------------------------------------------------------------------------------


def test_env_as_json(cli: CliRunner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HEZAR_CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    monkeypatch.setenv("HF_ENDPOINT", "http://user:password@mirror.example/hub")
    result = cli.invoke(hezar, ["env", "--json"])
    assert result.exit_code == 0
    assert "secret" not in result.output
    assert "password" not in result.output
    report = json.loads(result.stdout)
    assert report["packages"]["hezar"] is not None
    assert report["python"]["version"].startswith(f"{sys.version_info.major}.{sys.version_info.minor}")
    assert report["hub"] == {
        "cache_dir": str(tmp_path),
        "endpoint": "http://mirror.example/hub",
        "offline": True,
        "token_set": True,
    }


def test_env_for_people(cli: CliRunner) -> None:
    result = cli.invoke(hezar, ["env"])
    assert result.exit_code == 0
    assert {"packages:", "python:", "machine:", "hub:"} <= set(result.stdout.splitlines())


def test_env_without_torch() -> None:
    code = "import sys; sys.modules['torch'] = None; from hezar.cli import hezar; hezar(['env', '--json'])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "torch_error" in json.loads(said)["machine"]


# hezar models --------------------------------------------------------------------------------------------------------


def test_models_list(cli: CliRunner) -> None:
    from hezar.utils import list_available_models

    result = cli.invoke(hezar, ["models", "list"])
    assert result.exit_code == 0
    assert [line.split()[0] for line in result.stdout.splitlines()] == list_available_models()


def test_models_list_by_task_as_json(cli: CliRunner) -> None:
    result = cli.invoke(hezar, ["models", "list", "--task", "mask_filling", "--json"])
    entries = json.loads(result.stdout)
    assert {entry["task"] for entry in entries} == {"mask_filling"}
    assert "bert_mask_filling" in [entry["name"] for entry in entries]


def test_models_list_of_an_unknown_task(cli: CliRunner) -> None:
    result = cli.invoke(hezar, ["models", "list", "--task", "mask_fill"])
    assert result.exit_code == 2
    assert "Did you mean 'mask_filling'?" in result.stderr


def test_models_info_of_a_name(cli: CliRunner) -> None:
    result = cli.invoke(hezar, ["models", "info", "bert_text_classification", "--json"])
    report = json.loads(result.stdout)
    assert report["task"] == "text_classification"
    assert {"name": "vocab_size", "type": "int", "default": 42000} in report["fields"]


def test_models_info_of_a_folder(cli: CliRunner, tmp_path: Path) -> None:
    from hezar.configs import ModelConfig
    from hezar.registry import models_registry

    config_class = models_registry["bert_text_classification"].config_class
    assert config_class is not None
    config_class(id2label={0: "منفی", 1: "مثبت"}).save(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"x" * 2500)
    result = cli.invoke(hezar, ["models", "info", str(tmp_path), "--json"])
    report = json.loads(result.stdout)
    assert report["name"] == "bert_text_classification"
    assert report["config"]["id2label"] == {"0": "منفی", "1": "مثبت"}
    assert {"name": "model.safetensors", "bytes": 2500, "size": "2.5 kB"} in report["files"]
    plain = cli.invoke(hezar, ["models", "info", str(tmp_path)])
    assert "مثبت" in plain.stdout
    assert ModelConfig.load(tmp_path).name == report["name"]


def test_models_info_of_a_model_that_is_not_installed(cli: CliRunner, tmp_path: Path) -> None:
    (tmp_path / "model_config.yaml").write_text("name: made_elsewhere\nconfig_type: model\nwidth: 3\n")
    result = cli.invoke(hezar, ["models", "info", str(tmp_path), "--json"])
    report = json.loads(result.stdout)
    assert (report["name"], report["known"], report["config"]) == ("made_elsewhere", False, {"width": 3})


def test_models_info_reads_no_torch(tmp_path: Path) -> None:
    (tmp_path / "model_config.yaml").write_text("name: bert\nconfig_type: model\n")
    code = (
        "import sys\nsys.modules['torch'] = None\nfrom hezar.cli import hezar\n"
        f"hezar(['models', 'info', {str(tmp_path)!r}])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "name: bert" in done.stdout


# hezar predict -------------------------------------------------------------------------------------------------------


def test_predict_a_text(cli: CliRunner, sentiment_model: Path) -> None:
    result = cli.invoke(hezar, ["predict", str(sentiment_model), "خیلی خوب بود"])
    assert result.exit_code == 0, result.stderr
    answer, text = result.stdout.rstrip("\n").split("\t")
    assert text == "خیلی خوب بود"
    assert answer.split()[0] in ("negative", "positive")


def test_predict_lines_of_stdin_as_json(cli: CliRunner, sentiment_model: Path) -> None:
    lines = ["عالی بود", "", "بد بود", "  خیلی خوب  "]
    result = cli.invoke(hezar, ["predict", str(sentiment_model), "--json", "--top-k", "2"], input="\n".join(lines))
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["text"] for answer in answers] == ["عالی بود", "بد بود", "خیلی خوب"]
    for answer in answers:
        assert {item["label"] for item in answer["result"]} == {"negative", "positive"}
        assert sum(item["score"] for item in answer["result"]) == pytest.approx(1, abs=1e-3)


def test_predict_streams_a_long_input_in_order(sentiment_model: Path) -> None:
    texts = [f"{'خوب ' * (1 + number % 7)}{number}" for number in range(300)]
    done = run("predict", str(sentiment_model), "-", "--batch-size", "16", stdin="\n".join(texts))
    assert done.returncode == 0, done.stderr
    assert [line.split("\t")[1] for line in done.stdout.decode().splitlines()] == [text.strip() for text in texts]


def test_predict_writes_utf8_whatever_the_locale(sentiment_model: Path) -> None:
    done = run("predict", str(sentiment_model), "عالی", PYTHONIOENCODING="ascii", LC_ALL="C", PYTHONUTF8="0")
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode("utf-8").rstrip("\n").endswith("عالی")


def test_predict_refuses_what_is_not_utf8(sentiment_model: Path) -> None:
    done = run("predict", str(sentiment_model), stdin=b"\xd4\xe1\n")
    assert done.returncode == 1
    assert "Line 1 of standard input is not UTF-8" in done.stderr.decode()


def test_predict_of_nothing_is_nothing(cli: CliRunner, sentiment_model: Path) -> None:
    result = cli.invoke(hezar, ["predict", str(sentiment_model)], input="\n\n")
    assert (result.exit_code, result.stdout) == (0, "")


def test_predict_with_a_reader_that_stops(sentiment_model: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "hezar", "predict", str(sentiment_model)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None  # communicate() shall not read it
    _, said = process.communicate("خوب\n".encode() * 2000)
    assert said == b""


def test_predict_options_of_the_model(cli: CliRunner, sentiment_model: Path) -> None:
    asked = ["predict", str(sentiment_model), "--json", "--quantize", "int8", "-o", "multi_label=true"]
    result = cli.invoke(hezar, [*asked, "-o", "threshold=0", "-o", "long_texts=stride", "عالی"])
    assert result.exit_code == 0, result.stderr
    assert len(json.loads(result.stdout)["result"]) == 2


def test_predict_takes_null_for_an_option(cli: CliRunner, sentiment_model: Path) -> None:
    result = cli.invoke(hezar, ["predict", str(sentiment_model), "--json", "-o", "top_k=null", "عالی"])
    assert len(json.loads(result.stdout)["result"]) == 2


def test_a_result_is_one_line_whatever_is_in_it() -> None:
    from hezar.cli.predict import one_line
    from hezar.models import TextGenerationOutput

    assert one_line([TextGenerationOutput("یک\nدو\u2028سه", -0.5)]) == "یک دو سه -0.5000"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["-o", "threshhold=1"], 1, "Did you mean 'threshold'?"),
        (["-o", "threshold"], 2, "not of the form NAME=VALUE"),
        (["-o", "=3"], 2, "not of the form NAME=VALUE"),
        (["-o", "threshold=[1]"], 1, "threshold is a probability"),
        (["--quantize", "int4"], 1, "quantize is 'int8'"),
        (["--dtype", "half"], 1, "dtype is 'auto'"),
    ],
)
def test_predict_options_that_make_no_sense(
    cli: CliRunner, sentiment_model: Path, arguments: list[str], code: int, said: str
) -> None:
    result = cli.invoke(hezar, ["predict", str(sentiment_model), *arguments, "عالی"])
    assert result.exit_code == code
    assert said in result.stderr
    assert not result.stdout


def test_a_keyword_that_the_model_does_not_take_is_an_error(cli: CliRunner, sentiment_model: Path) -> None:
    from hezar.models import BERTConfig, build_model

    backbone = build_model("bert", BERTConfig(vocab_size=100, hidden_size=16, num_hidden_layers=1,
                                              num_attention_heads=2, intermediate_size=16))  # fmt: skip
    backbone.save(sentiment_model.parent / "backbone")
    result = cli.invoke(hezar, ["predict", str(sentiment_model.parent / "backbone"), "سلام", "--top-k", "2"])
    assert result.exit_code == 1
    assert "top_k" in result.stderr


@pytest.mark.parametrize("option", ["self=1", "inputs=x", "stream=true", "top_k=" + "[" * 100_000])
def test_options_that_a_command_gives_itself_or_nobody_can_read(option):
    from hezar.cli.prediction import named_values

    with pytest.raises(click.BadParameter, match="command itself|too deeply"):
        named_values([option])
