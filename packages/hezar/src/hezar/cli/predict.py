"""``hezar predict``: texts in, labels or text out."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any, cast

import click

from hezar.cli.input import stdin_lines, typed
from hezar.cli.output import write_json


@click.command()
@click.argument("model_or_folder")
@click.argument("texts", nargs=-1, metavar="[TEXT]...")
@click.option("--top-k", type=click.IntRange(min=1), help="How many answers per text, best first.")
@click.option("--batch-size", type=click.IntRange(min=1), help="Most texts per batch.")
@click.option("--device", default="cpu", show_default=True, help="cpu, cuda, or auto.")
@click.option("--dtype", default="auto", show_default=True, help="auto, float32, bfloat16 or float16.")
@click.option("--quantize", help="int8: smaller and faster on a CPU, a little less exact.")
@click.option(
    "--option",
    "-o",
    "further",
    multiple=True,
    metavar="NAME=VALUE",
    help="Any other option of the model's predict, such as aggregate=spans; may be repeated.",
)
@click.option("--revision", help="Branch, tag or commit of a Hub repo.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line: text and result.")
def predict(
    model_or_folder: str,
    texts: tuple[str, ...],
    top_k: int | None,
    batch_size: int | None,
    device: str,
    dtype: str,
    quantize: str | None,
    further: tuple[str, ...],
    revision: str | None,
    as_json: bool,
) -> None:
    r"""Predict with a model of the Hub (such as hezarai/bert-fa-sentiment-dksf) or of a folder.

    Without TEXT, or with "-", each line of standard input is a text; empty lines are skipped. Results are written as
    they come, one line a text, in order: the answer first and the text last.

    \b
    hezar predict ./hezar-demo/model "خیلی خوب بود"
    hezar predict ./hezar-demo/model --json < reviews.txt > labels.jsonl
    hezar predict hezarai/bert-fa-ner-arman -o aggregate=spans -o return_offsets=true "هزار در تهران است"
    """
    options = {"top_k": top_k, "batch_size": batch_size} | dict(map(named_value, further))
    from_stdin = not texts or texts == ("-",)

    from hezar.models import Model

    model = Model.load(model_or_folder, revision=revision, device=device, dtype=dtype, quantize=quantize)
    chosen: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    waiting: deque[str] = deque()  # read, and not answered yet
    inputs = _remembered(_lines_with_text() if from_stdin else typed(texts), waiting)
    for result in model.predict(inputs, stream=True, **chosen):
        text = waiting.popleft()
        if as_json:
            write_json({"text": text, "result": plain(result)}, indent=None)
        else:
            click.echo(f"{one_line(result)}\t{text}")


def _lines_with_text() -> Iterator[str]:
    return (text for line, _ in stdin_lines() if (text := line.strip()))


def named_value(option: str) -> tuple[str, Any]:
    """Return the name and the value of ``NAME=VALUE``; a value is a number, true, false, null, JSON, or else a text.

    Raises:
        click.BadParameter: It is not of that form.
    """
    name, equals, value = option.partition("=")
    if not name or not equals:
        raise click.BadParameter(f"{option!r} is not of the form NAME=VALUE, such as aggregate=spans.", param_hint="-o")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _remembered(texts: Iterable[str], waiting: deque[str]) -> Iterator[str]:
    for text in texts:
        waiting.append(text)
        yield text


def plain(result: Any) -> Any:
    """Return a result as what JSON holds; fields that are not set are left out."""
    if isinstance(result, (list, tuple)):
        return [plain(item) for item in cast("list[Any]", result)]
    if hasattr(result, "to_dict"):
        return {name: plain(value) for name, value in result.to_dict().items() if value is not None}
    return result.tolist() if hasattr(result, "tolist") else result


def one_line(result: Any) -> str:
    """Return a result for a person: ``positive 0.9812, negative 0.0188``, or the text of a generated answer."""
    if isinstance(result, (list, tuple)):
        return ", ".join(one_line(item) for item in cast("list[Any]", result))
    values = plain(result)
    if not isinstance(values, dict):
        return str(values)
    numbers = cast("dict[str, Any]", values).values()
    return " ".join(f"{value:.4f}" if isinstance(value, float) else str(value) for value in numbers)
