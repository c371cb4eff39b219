"""What the commands share that predict: how a model is loaded, its options, and inputs beside their results."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar, cast

import click

from hezar.cli.input import typed

Command = TypeVar("Command", bound=Callable[..., Any])

#: Arguments of `predict` that are no options: what is predicted, and how the results come.
_GIVEN = frozenset({"self", "inputs", "stream"})
_OPTIONS = (
    click.option("--batch-size", type=click.IntRange(min=1), help="Most inputs per batch."),
    click.option("--device", default="cpu", show_default=True, help="cpu, cuda, or auto."),
    click.option("--dtype", default="auto", show_default=True, help="auto, float32, bfloat16 or float16."),
    click.option("--quantize", help="int8: smaller and faster on a CPU, a little less exact."),
    click.option("--revision", help="Branch, tag or commit of a Hub repo."),
)


def prediction_options(example: str) -> Callable[[Command], Command]:
    """Return the decorator for the options of every command that predicts.

    They are ``batch_size``, ``device``, ``dtype``, ``quantize``, ``revision`` and ``further``, what `named_values` reads.

    Args:
        example: A use of ``-o`` for the help, such as ``"aggregate=spans"``.
    """
    further = click.option(
        "--option",
        "-o",
        "further",
        multiple=True,
        metavar="NAME=VALUE",
        help=f"Any other option of the model's predict, such as {example}; may be repeated.",
    )

    def add(command: Command) -> Command:
        for option in reversed((*_OPTIONS, further)):
            command = option(command)
        return command

    return add


def given(**options: Any) -> dict[str, Any]:
    """Return the options that were given; the others are ``None``."""
    return {name: value for name, value in options.items() if value is not None}


def named_values(options: Iterable[str]) -> dict[str, Any]:
    """Return options of the form ``NAME=VALUE`` by name; a value is a number, true, false, null, JSON, or else a text.

    Raises:
        click.BadParameter: One is not of that form.
    """
    return dict(map(_named_value, typed(options)))


def _named_value(option: str) -> tuple[str, Any]:
    name, equals, value = option.partition("=")
    if name in _GIVEN:
        raise click.BadParameter(f"{name!r} is given by the command itself.", param_hint="-o")
    if not name or not equals:
        raise click.BadParameter(f"{option!r} is not of the form NAME=VALUE, such as top_k=3.", param_hint="-o")
    try:
        return name, json.loads(value)
    except RecursionError as error:
        raise click.BadParameter(f"The value of {name!r} is nested too deeply.", param_hint="-o") from error
    except ValueError:
        return name, value


def answers(model: Any, texts: Iterable[str], options: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield each text, or whatever the inputs are, and its result, in order and while it goes."""
    if isinstance(texts, list):  # its length is known, to a progress bar too
        yield from zip(texts, model.predict(texts, stream=True, **options), strict=True)
        return
    waiting: deque[str] = deque()  # read, and not answered yet

    def read() -> Iterator[str]:
        for text in texts:
            waiting.append(text)
            yield text

    for result in model.predict(read(), stream=True, **options):
        yield waiting.popleft(), result


def plain(result: Any) -> Any:
    """Return a result as what JSON holds; fields that are not set are left out."""
    if isinstance(result, (list, tuple)):
        return [plain(item) for item in cast("list[Any]", result)]
    if hasattr(result, "to_dict"):
        return {name: plain(value) for name, value in result.to_dict().items() if value is not None}
    return result.tolist() if hasattr(result, "tolist") else result
