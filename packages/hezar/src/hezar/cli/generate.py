"""``hezar generate``: prompts in, text out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import click

from hezar.cli.input import TextSource, takes_texts, typed
from hezar.cli.output import write_json
from hezar.cli.prediction import answers, given, named_values, plain, prediction_options


@click.command()
@click.argument("model_or_folder")
@takes_texts("PROMPT")
@click.option("--stream", is_flag=True, help="Write the text as it comes, one prompt after the other.")
@click.option("--max-new-tokens", type=click.IntRange(min=1), help="Most new tokens.")
@click.option("--num-beams", type=click.IntRange(min=1), help="Beams of beam search; 1 takes the best token each time.")
@click.option("--sample/--no-sample", "do_sample", default=None, help="Draw tokens (do_sample), or take the best.")
@click.option(
    "--temperature", type=click.FloatRange(min=0, min_open=True), help="With --sample: low is tame, high wild."
)
@click.option("--top-k", type=click.IntRange(min=0), help="With --sample: draw from so many best tokens; 0 is all.")
@click.option(
    "--top-p",
    type=click.FloatRange(min=0, max=1, min_open=True),
    help="With --sample: draw from the best tokens that together have this probability.",
)
@click.option("--seed", type=click.IntRange(min=0), help="With --sample: the same text each time.")
@click.option("--num-return-sequences", type=click.IntRange(min=1), help="Texts per prompt, with --sample or beams.")
@click.option("--stop", multiple=True, metavar="TEXT", help="End where this text comes; may be repeated.")
@prediction_options("repetition_penalty=1.2, or prefix=... of T5")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line: prompt, text, and score if asked for.")
def generate(
    model_or_folder: str,
    source: TextSource,
    stream: bool,
    stop: tuple[str, ...],
    batch_size: int | None,
    device: str,
    dtype: str,
    quantize: str | None,
    revision: str | None,
    further: tuple[str, ...],
    as_json: bool,
    **named: Any,
) -> None:
    r"""Generate text with a model of the Hub (such as hezarai/gpt2-base-fa) or of a folder.

    What an option does not say, the config of the model does. Without PROMPT, or with "-", each line of standard input
    is a prompt; empty lines are skipped. Texts are written as they come, in order.

    \b
    hezar generate hezarai/gpt2-base-fa "هوای امروز" --stream
    hezar generate hezarai/gpt2-base-fa --sample --top-p 0.9 --num-return-sequences 3 "یکی بود"
    hezar generate ./my-t5 -o prefix="خلاصه: " -o return_scores=true --json < articles.txt > summaries.jsonl
    """
    options = given(**named, stop_strings=typed(stop) or None) | named_values(further)
    if stream and (as_json or batch_size):
        raise click.UsageError("--stream writes a text while it grows; it excludes --json and --batch-size.")
    if stream and any(options.get(name) not in (None, 1) for name in ("num_beams", "num_return_sequences")):
        raise click.UsageError("--stream writes one text while it grows; it excludes beams and several texts.")

    from hezar.models import Model
    from hezar_models.tasks.generative import GenerativeModel
    from hezar_registry import InputError

    model: Any = Model.load(model_or_folder, revision=revision, device=device, dtype=dtype, quantize=quantize)
    if not isinstance(model, GenerativeModel):
        raise InputError(f"{type(model).__name__} generates no text. Use: hezar predict {model_or_folder} ...")
    if stream:
        _stream(model, source.texts(), options)
    else:
        _write(model, source.texts(), options | given(batch_size=batch_size), as_json)


def _write(model: Any, prompts: Iterable[str], options: dict[str, Any], as_json: bool) -> None:
    for prompt, result in answers(model, prompts, options):
        several = cast("list[Any]", result if isinstance(result, list) else [result])
        for row in map(plain, several):
            if as_json:
                write_json({"prompt": prompt, **row}, indent=None)
            else:
                click.echo(f"{row['score']:.4f}\t{row['text']}" if "score" in row else row["text"])


def _stream(model: Any, prompts: Iterable[str], options: dict[str, Any]) -> None:
    beams = model.generation_config.num_beams
    if beams > 1 and "num_beams" not in options and not options.get("do_sample"):
        click.echo(
            f"The config of this model has {beams} beams, of which nothing is known before the end. --stream takes the "
            "best token each time instead (--num-beams 1).",
            err=True,
        )
        options = options | {"num_beams": 1}
    for prompt in prompts:
        for piece in model.generate_stream(prompt, include_prompt=True, **options):
            click.echo(piece, nl=False)  # which flushes
        click.echo()
