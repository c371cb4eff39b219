"""``hezar predict``: texts in, labels or text out."""

from __future__ import annotations

from typing import Any, cast

import click

from hezar.cli.input import TextSource, takes_texts
from hezar.cli.output import write_json
from hezar.cli.prediction import answers, given, named_values, plain, prediction_options


@click.command()
@click.argument("model_or_folder")
@takes_texts()
@click.option("--top-k", type=click.IntRange(min=1), help="How many answers per text, best first.")
@prediction_options("aggregate=spans")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line: text and result.")
def predict(
    model_or_folder: str,
    source: TextSource,
    top_k: int | None,
    batch_size: int | None,
    device: str,
    dtype: str,
    quantize: str | None,
    revision: str | None,
    further: tuple[str, ...],
    as_json: bool,
) -> None:
    r"""Predict with a model of the Hub (such as hezarai/bert-fa-sentiment-dksf) or of a folder.

    Without TEXT, or with "-", each line of standard input is a text; empty lines are skipped. Results are written as
    they come, one line a text, in order: the answer first and the text last.

    \b
    hezar predict ./hezar-demo/model "خیلی خوب بود"
    hezar predict ./hezar-demo/model --json < reviews.txt > labels.jsonl
    hezar predict ./hezar-demo/model --file reviews.csv --column comment --encoding cp1256
    hezar predict hezarai/bert-fa-ner-arman -o aggregate=spans -o return_offsets=true "هزار در تهران است"
    """
    options = given(top_k=top_k, batch_size=batch_size) | named_values(further)

    from hezar.models import Model

    model = Model.load(model_or_folder, revision=revision, device=device, dtype=dtype, quantize=quantize)
    for text, result in answers(model, source.texts(), options):
        if as_json:
            write_json({"text": text, "result": plain(result)}, indent=None)
        else:
            click.echo(f"{one_line(result)}\t{text}")


def one_line(result: Any) -> str:
    """Return a result for a person: ``positive 0.9812, negative 0.0188``, or the text of a generated answer."""
    if isinstance(result, (list, tuple)):
        return ", ".join(one_line(item) for item in cast("list[Any]", result))
    values = plain(result)
    if not isinstance(values, dict):
        return str(values)
    fields = cast("dict[str, Any]", values).values()
    shown = (f"{value:.4f}" if isinstance(value, float) else str(value) for value in fields)
    return " ".join(" ".join(value.splitlines()) for value in shown)
