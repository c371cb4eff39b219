"""``hezar caption``: images in, text out."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any, cast

import click

from hezar.cli.input import TextSource, typed
from hezar.cli.output import write_json
from hezar.cli.predict import one_line
from hezar.cli.prediction import answers, given, named_values, plain, prediction_options

DEFAULT_MODEL = "hezarai/vit-roberta-fa-image-captioning-flickr30k"


@click.command()
@click.argument("images", nargs=-1, metavar="[IMAGE]...")
@click.option("--model", default=DEFAULT_MODEL, show_default=True, help="A model of the Hub or of a folder.")
@click.option("--num-beams", type=click.IntRange(min=1), help="Beams of beam search; 1 is faster.")
@click.option("--max-new-tokens", type=click.IntRange(min=1), help="Most new tokens.")
@prediction_options("num_return_sequences=2")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line: image and text, or error.")
@click.pass_context
def caption(
    context: click.Context,
    images: tuple[str, ...],
    model: str,
    batch_size: int | None,
    device: str,
    dtype: str,
    quantize: str | None,
    revision: str | None,
    further: tuple[str, ...],
    as_json: bool,
    **named: Any,
) -> None:
    r"""Describe images (files or http addresses) in Persian, or read the text on them: what the model does.

    Without IMAGE, or with "-", each line of standard input names one. Texts are written as they come, one line an image,
    in order: the text first and the name of the image last. An image that cannot be read is named on stderr and does not
    end the rest; the exit code is then 1.

    \b
    hezar caption photos/*.jpg
    hezar caption --model hezarai/trocr-base-fa-v2 --json scans/*.png > lines.jsonl
    find photos -name "*.jpg" | hezar caption --num-beams 1 --quantize int8
    """
    options = given(**named, batch_size=batch_size) | named_values(further)
    paths = _named(images)

    from hezar.models import Model
    from hezar_models.prediction.engine import progress_hidden
    from hezar_registry import InputError, models_registry, progress_enabled

    loaded: Any = Model.load(model, revision=revision, device=device, dtype=dtype, quantize=quantize)
    if models_registry[loaded.config.name].task != "image2text":
        raise InputError(f"{type(loaded).__name__} makes no text of images. Use: hezar predict {model} ...")
    several = not isinstance(paths, list) or len(paths) > 1
    options |= {"return_errors": True, "progress": several and progress_enabled(sys.stderr.isatty())}
    count = broken = 0
    for path, result in answers(loaded, paths, options):
        count += 1
        with progress_hidden():
            if isinstance(result, InputError):
                broken += 1
                _write_error(path, result, as_json)
            else:
                _write(path, result, as_json)
    if broken:
        click.echo(f"{broken} of {count} images could not be read.", err=True)
        context.exit(1)


def _named(images: tuple[str, ...]) -> Iterable[str]:
    """Return the names on the command line; without any, or with ``-``, the lines of standard input that are not empty."""
    if images and images != ("-",):
        return list(images)
    return (name for name, _ in TextSource(what="the names of images").lines() if name.strip())


def _write(path: str, result: Any, as_json: bool) -> None:
    for row in cast("list[Any]", result if isinstance(result, list) else [result]):
        if as_json:
            write_json({"image": _shown(path), **plain(row)}, indent=None)
        else:
            click.echo(f"{one_line(row)}\t{_shown(path)}")


def _write_error(path: str, error: Exception, as_json: bool) -> None:
    click.echo(str(error), err=True)
    if as_json:
        write_json({"image": _shown(path), "error": str(error)}, indent=None)


def _shown(path: str) -> str:
    """Return the name of a file as text; it may hold bytes that are none."""
    return typed([path])[0]
