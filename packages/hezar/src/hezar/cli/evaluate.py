"""``hezar evaluate``: a model and data in; scores, tables, the rows that went worst, and a picture out."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import click

from hezar.cli.output import write_columns

# The data set of each task, where the data are a file.
_DATASETS = {
    "text_classification": "TextClassificationDataset",
    "sequence_labeling": "SequenceLabelingDataset",
    "text_generation": "TextSummarizationDataset",
    "image2text": "ImageCaptioningDataset",
    "speech_recognition": "SpeechRecognitionDataset",
}
_METRICS = {
    "text_classification": ("accuracy", "f1", "precision", "recall"),
    "sequence_labeling": ("seqeval",),
    "text_generation": ("rouge", "bleu"),
    "image2text": ("cer", "wer"),
    "speech_recognition": ("wer", "cer"),
}
_SHOWN_CHARACTERS = 60


@click.command()
@click.argument("model")
@click.argument("data")
@click.option("--split", default="test", show_default=True, help="The split, where DATA is a data set and no file.")
@click.option("--input", "input_column", help="The column that the model reads; default is the published name.")
@click.option("--target", "target_column", help="The column of what it should answer.")
@click.option("--metrics", help="Such as accuracy,f1; default are those of the task.")
@click.option("--limit", type=click.IntRange(min=1), help="Evaluate the first rows only.")
@click.option("--worst", type=click.IntRange(min=0), default=5, show_default=True, help="Rows to list that went worst.")
@click.option(
    "--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write all of it, row by row."
)
@click.option(
    "--plot", type=click.Path(dir_okay=False, path_type=Path), help="Draw confused labels, or errors, as PNG."
)
@click.option("--batch-size", type=click.IntRange(min=1), default=32, show_default=True, help="Rows per batch.")
@click.option("--device", default="cpu", show_default=True, help="cpu, cuda, or auto.")
@click.option("--revision", help="Branch, tag or commit of the model.")
def evaluate(
    model: str,
    data: str,
    split: str,
    input_column: str | None,
    target_column: str | None,
    metrics: str | None,
    limit: int | None,
    worst: int,
    json_file: Path | None,
    plot: Path | None,
    batch_size: int,
    device: str,
    revision: str | None,
) -> None:
    r"""Measure MODEL on DATA: a data set of the Hub or of a folder, or a file (CSV, TSV, JSONL, CoNLL).

    Labels are matched by their names. Models that write are compared by what they write.

    \b
    hezar evaluate hezarai/bert-fa-sentiment-dksf hezarai/sentiment-dksf
    hezar evaluate ./my-model test.csv --plot confusion.png --worst 20
    hezar evaluate ./my-tagger test.conll --json report.json
    hezar evaluate ./my-whisper recordings.csv --input path --target sentence
    """
    from hezar.models import Model
    from hezar_registry import InputError, models_registry
    from hezar_train.evaluation.tasks import build_metrics_handler

    if plot is not None:
        from hezar.plots import check_plots

        check_plots()
    network = Model.load(model, device=device, revision=revision)
    task = models_registry[network.config.name].task
    if task not in _DATASETS:
        raise InputError(
            f"{model} is a model for {task}, which cannot be evaluated. There is an evaluation for: {', '.join(_DATASETS)}."
        )
    dataset = _dataset(task, data, split, network, {"input": input_column, "target": target_column})
    if limit is not None:
        dataset.config.update(max_size=min(limit, len(dataset)))
    names = [name.strip() for name in metrics.split(",")] if metrics else list(_METRICS[task])
    report = _measured(network, dataset, task, build_metrics_handler(task, names), batch_size, device)
    _write(report, dataset, worst)
    if json_file is not None:
        from hezar_hub import atomic_write

        atomic_write(
            json_file, json.dumps(_record(report, dataset, model, data), ensure_ascii=False, indent=2, default=str)
        )
    if plot is not None:
        _draw(report, plot)


def _dataset(task: str, data: str, split: str, network: Any, columns: dict[str, str | None]) -> Any:
    import hezar_data

    path = Path(data).expanduser()
    kind = getattr(hezar_data, _DATASETS[task])
    given: dict[str, Any] = {
        field: column
        for field, column in zip(kind.columns, (columns["input"], columns["target"]), strict=True)
        if column is not None
    }
    if path.suffix and path.exists() and path.is_file():
        limit = (
            getattr(network, "max_input_length", None) if task in ("text_classification", "sequence_labeling") else None
        )
        return kind.from_file(
            data, network.preprocessor, split=split, **given, **({"max_length": limit} if limit else {})
        )
    return hezar_data.Dataset.load(data, split=split, preprocessor=network.preprocessor, **given)


def _measured(network: Any, dataset: Any, task: str, handler: Any, batch_size: int, device: str) -> Any:
    from hezar_config import TrainerConfig
    from hezar_train import Trainer
    from hezar_train.evaluation.report import EvaluationReport, Recorder

    with tempfile.TemporaryDirectory() as folder, _bar(len(dataset)) as advance:
        recorder = Recorder(handler, advance)
        config = TrainerConfig(
            output_dir=folder, task=task, metrics=None, eval_batch_size=batch_size, batch_size=batch_size,
            use_cpu=device == "cpu",
        )  # fmt: skip
        trainer = Trainer(network, config, eval_dataset=dataset, metrics_handler=recorder)
        scores = trainer.evaluate()
    return EvaluationReport.of(task, scores, recorder, network.config.get("id2label") or {})


def _nothing(_: int) -> None:
    pass


@contextmanager
def _bar(rows: int) -> Generator[Callable[[int], None]]:
    from hezar_registry import progress_enabled

    if not progress_enabled(sys.stderr.isatty()):
        yield _nothing
        return
    with click.progressbar(length=rows, label="evaluate", file=sys.stderr, show_pos=True) as bar:
        yield bar.update


def _tables(report: Any) -> list[dict[str, Any]]:
    if report.labels:
        return report.per_label()
    return report.per_entity() if report.task == "sequence_labeling" else []


def _write(report: Any, dataset: Any, worst: int) -> None:
    write_columns(
        [*((name, f"{value:.4f}") for name, value in report.scores.items()), ("rows", str(len(report.targets)))]
    )
    if table := _tables(report):
        click.echo()
        # The label is last: text of any width and direction moves no column there.
        heads = ("precision", "recall", "f1", "rows", "label")
        cells = [[row[head] if head in ("label", "rows") else f"{row[head]:.4f}" for head in heads] for row in table]
        write_columns([heads, *cells])
    if report.labels and len(report.labels) <= 12:
        click.echo()
        counts = report.confusion()
        heads = [*(f"→{number}" for number in range(len(report.labels))), "right label"]
        names = [f"{number} {label}" for number, label in enumerate(report.labels)]
        write_columns([heads, *([*map(str, row), name] for row, name in zip(counts, names, strict=True))])
    found = report.worst(worst)
    if found:
        click.echo("\nworst rows")
    for row, error in found:
        click.echo(f"{row + 1}  {error:.3f}  {_cut(_input_of(dataset, row))}")
        click.echo(f"    right:  {_cut(report.targets[row])}")
        click.echo(f"    answer: {_cut(report.predictions[row])}")


def _cut(value: Any) -> str:
    words = " ".join(map(str, cast("list[Any]", value))) if isinstance(value, list) else str(value)
    text = " ".join(words.split())
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"


def _input_of(dataset: Any, row: int) -> Any:
    column = getattr(dataset.config, dataset.columns[0])
    found: Any = dataset.data[row][column]
    if isinstance(found, (str, list, Path)):
        return cast("Any", found)
    if isinstance(found, dict):  # undecoded columns of `datasets`
        return cast("dict[str, Any]", found).get("path") or "data"
    return type(found).__name__


def _record(report: Any, dataset: Any, model: str, data: str) -> dict[str, Any]:
    errors = report.errors
    rows = [
        {"row": row + 1, "input": _input_of(dataset, row), "target": report.targets[row],
         "prediction": report.predictions[row], "error": errors[row]}
        for row in range(len(errors))
    ]  # fmt: skip
    record: dict[str, Any] = {"model": model, "data": data, "task": report.task, "scores": report.scores}
    if table := _tables(report):
        record["labels"] = table
    if report.labels:
        record["confusion"] = report.confusion().tolist()
    return record | {"rows": rows}


def _draw(report: Any, path: Path) -> None:
    from hezar.plots import draw_confusion, draw_errors

    if report.labels:
        draw_confusion(report.confusion(), report.labels, path)
    else:
        unit = "share of wrong tags" if report.task == "sequence_labeling" else "character error rate"
        draw_errors(report.errors, path, unit=unit)
