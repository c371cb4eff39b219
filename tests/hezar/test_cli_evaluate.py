"""``hezar evaluate``: the figures are those of the Trainer, the tables add up, and the worst rows come first."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from hezar.cli import hezar
from hezar.plots import draw_confusion, draw_errors
from hezar_train.evaluation.report import EvaluationReport
from tiny_models import SOUNDS, tiny_model

ROWS = [("خیلی خوب بود", "positive"), ("اصلا خوب نبود", "negative"), ("عالی", "positive"), ("بد", "negative")] * 3


def evaluate(*arguments: object) -> Result:
    return CliRunner().invoke(hezar, ["evaluate", *map(str, arguments)])


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "test.csv"
    path.write_text("text,label\n" + "\n".join(map(",".join, ROWS)), encoding="utf-8")
    return path


def test_a_classifier(sentiment_model: Path, table: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    report = tmp_path / "report.json"
    plot = tmp_path / "confusion.png"
    result = evaluate(sentiment_model, table, "--json", report, "--plot", plot, "--worst", 3, "--batch-size", 5)
    assert result.exit_code == 0, result.output
    found = json.loads(report.read_text(encoding="utf-8"))
    answers = [row["prediction"] for row in found["rows"]]
    right = sum(answer == label for answer, (_, label) in zip(answers, ROWS, strict=True))
    assert found["scores"]["accuracy"] == pytest.approx(right / len(ROWS), abs=1e-4)
    assert [row["input"] for row in found["rows"]] == [text for text, _ in ROWS]
    assert [row["target"] for row in found["rows"]] == [label for _, label in ROWS]
    assert np.sum(found["confusion"]) == len(ROWS)
    assert np.trace(found["confusion"]) == right
    assert {row["label"]: row["rows"] for row in found["labels"]} == {"negative": 6, "positive": 6}
    assert plot.read_bytes().startswith(b"\x89PNG")
    lines = result.stdout.splitlines()
    assert f"accuracy   {right / len(ROWS):.4f}" in lines
    assert "rows       12" in lines
    worst = [line for line in lines if line.startswith("    answer: ")]
    assert len(worst) == min(3, len(ROWS) - right)


def test_columns_metrics_and_limit(sentiment_model: Path, tmp_path: Path) -> None:
    path = tmp_path / "reviews.tsv"
    path.write_text("review\tstars\n" + "\n".join(map("\t".join, ROWS)), encoding="utf-8")
    options = ("--input", "review", "--target", "stars", "--metrics", "accuracy", "--limit", 4)
    result = evaluate(sentiment_model, path, *options)
    assert result.exit_code == 0, result.output
    assert "rows      4" in result.stdout
    assert "precision  recall" in result.stdout
    assert "f1  " not in result.stdout.partition("rows")[0]


def test_a_tagger(tmp_path: Path) -> None:
    pytest.importorskip("seqeval")
    model = tiny_model("bert_sequence_labeling")
    model.config.update(id2label={0: "O", 1: "B-PER", 2: "B-LOC"})
    model.save(tmp_path / "model")
    path = tmp_path / "test.conll"
    path.write_text("علی\tB-PER\nدر\tO\nتهران\tB-LOC\n\nسلام\tO\n", encoding="utf-8")
    result = evaluate(tmp_path / "model", path, "--json", tmp_path / "report.json")
    assert result.exit_code == 0, result.output
    found = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert found["rows"][0]["target"][0] == "B-PER"
    assert {row["label"] for row in found["labels"]} >= {"PER", "LOC"}
    assert "overall_f1" in str(found["scores"]) or "f1" in found["scores"]


def test_a_model_that_writes(tmp_path: Path) -> None:
    soundfile = pytest.importorskip("soundfile")
    pytest.importorskip("rapidfuzz")
    tiny_model("whisper_speech_recognition").save(tmp_path / "model")
    for number in range(2):
        soundfile.write(tmp_path / f"{number}.wav", SOUNDS[number], 16000)
    (tmp_path / "test.csv").write_text("audio,sentence\n0.wav,سلام\n1.wav,هوا خوب است\n", encoding="utf-8")
    result = evaluate(tmp_path / "model", tmp_path / "test.csv", "--plot", tmp_path / "errors.png", "--worst", 1)
    assert result.exit_code == 0, result.output
    assert "wer" in result.stdout
    assert "cer" in result.stdout
    assert result.stdout.count("    right:  ") == 1
    assert (tmp_path / "errors.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("{model}", "nothing.csv"), "nothing.csv"),
        (("nowhere", "{table}"), "nowhere"),
        (("{model}", "{table}", "--input", "body"), "'body'"),
        (("{model}", "{table}", "--metrics", "acuracy"), "Did you mean 'accuracy'"),
        (("{model}", "{table}", "--metrics", "wer"), "does not fit"),
    ],
)
def test_what_cannot_be_is_one_line(
    arguments: tuple[str, ...], message: str, sentiment_model: Path, table: Path, tmp_path: Path
) -> None:
    given = [argument.format(model=sentiment_model, table=table) for argument in arguments]
    result = evaluate(*given, "--json", tmp_path / "report.json")
    assert result.exit_code == 1
    assert message in result.stderr
    assert result.stdout == ""
    assert not (tmp_path / "report.json").exists()


def test_other_labels_are_an_error(sentiment_model: Path, tmp_path: Path) -> None:
    (tmp_path / "test.csv").write_text("text,label\nخوب,good\nبد,bad\n", encoding="utf-8")
    result = evaluate(sentiment_model, tmp_path / "test.csv")
    assert result.exit_code == 1
    assert "labels that the model does not have: bad, good" in result.stderr


# The report


def report_of(predictions: list[str], targets: list[str], certainties: list[float]) -> EvaluationReport:
    return EvaluationReport("text_classification", {}, predictions, targets, certainties, ["a", "b", "c"])


def test_tables_of_labels() -> None:
    report = report_of(["a", "a", "b", "c"], ["a", "b", "b", "a"], [0.9, 0.2, 0.8, 0.1])
    assert report.confusion().tolist() == [[1, 0, 1], [1, 1, 0], [0, 0, 0]]
    a, b, c = report.per_label()
    assert (a["precision"], a["recall"], a["f1"], a["rows"]) == (0.5, 0.5, 0.5, 2)
    assert (b["precision"], b["recall"], b["rows"]) == (1.0, 0.5, 2)
    assert (c["precision"], c["recall"], c["f1"], c["rows"]) == (0.0, 0.0, 0.0, 0)
    assert report.worst(5) == [(3, 0.9), (1, 0.8)]
    sklearn = pytest.importorskip("sklearn.metrics")
    expected = sklearn.confusion_matrix(report.targets, report.predictions, labels=["a", "b", "c"])
    assert (expected == report.confusion()).all()


def test_plots_of_persian_labels(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    draw_confusion(np.array([[5, 1], [0, 7]]), ["مثبت", "منفی"], tmp_path / "a.png")
    draw_errors([0.0, 0.5, 1.2], tmp_path / "b.png", unit="character error rate")
    for name in ("a.png", "b.png"):
        assert (tmp_path / name).stat().st_size > 3000
