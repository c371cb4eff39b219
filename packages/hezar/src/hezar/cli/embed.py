"""``hezar embed``: texts in, a folder with their vectors out. ``hezar search``: the nearest of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from hezar.cli.input import TextSource, takes_texts
from hezar.cli.output import write_json


@click.command()
@click.argument("model")
@takes_texts()
@click.option("--output", "-o", required=True, type=click.Path(file_okay=False, path_type=Path), help="The folder.")
@click.option("--pooling", type=click.Choice(["mean", "cls"]), default="mean", show_default=True, help="Of the tokens.")
@click.option(
    "--store", type=click.Choice(["float16", "float32"]), default="float16", show_default=True, help="Numbers."
)
@click.option("--batch-size", type=click.IntRange(min=1), help="Most texts per batch.")
@click.option("--device", default="cpu", show_default=True, help="cpu, cuda, or auto.")
@click.option("--dtype", default="auto", show_default=True, help="auto, float32, bfloat16 or float16.")
@click.option("--revision", help="Branch, tag or commit of a Hub repo.")
def embed(
    model: str,
    source: TextSource,
    output: Path,
    pooling: Any,
    store: str,
    batch_size: int | None,
    device: str,
    dtype: str,
    revision: str | None,
) -> None:
    r"""Make a vector of each text with the encoder MODEL, and keep them for `hezar search`.

    \b
    hezar embed hezarai/bert-base-fa --file questions.txt -o questions.index
    hezar embed ./my-model --file faq.csv --column question -o faq.index --pooling cls
    """
    from hezar.embeddings import VectorIndex
    from hezar.models import Model
    from hezar_registry import InputError

    network: Any = Model.load(model, revision=revision, device=device, dtype=dtype)
    if not hasattr(network, "embed"):
        raise InputError(f"{model} is a {type(network).__name__}, which encodes no texts. Take a BERT, for instance.")
    texts = list(source.texts())
    vectors = network.embed(texts, pooling=pooling, batch_size=batch_size)
    index = VectorIndex(texts, vectors, {"model": model, "revision": revision, "pooling": pooling})
    index.save(output, dtype=store)
    click.echo(f"{len(texts):,} texts, {vectors.shape[1]:,} numbers each: {output}", err=True)


@click.command()
@click.argument("index", type=click.Path(path_type=Path))
@takes_texts("QUERY")
@click.option("--top-k", "-k", type=click.IntRange(min=1), default=5, show_default=True, help="Texts for each query.")
@click.option("--model", "-m", help="The encoder; default is the one that made the index.")
@click.option("--device", default="cpu", show_default=True, help="cpu, cuda, or auto.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each query.")
def search(index: Path, source: TextSource, top_k: int, model: str | None, device: str, as_json: bool) -> None:
    r"""Find the texts of INDEX that are nearest to each QUERY, by the cosine of their vectors.

    \b
    hezar search faq.index "چطور رمزم را عوض کنم؟"
    hezar search faq.index --file queries.txt --json > answers.jsonl
    """
    from hezar.embeddings import VectorIndex
    from hezar.models import Model

    opened = VectorIndex.load(index)
    name = model or str(opened.about.get("model"))
    network: Any = Model.load(name, revision=None if model else opened.about.get("revision"), device=device)
    queries = list(source.texts())
    vectors = network.embed(queries, pooling=opened.about.get("pooling", "mean"))
    for number, (query, found) in enumerate(zip(queries, opened.search(vectors, top_k), strict=True)):
        answers = [{"text": opened.texts[place], "score": round(score, 4)} for place, score in found]
        if as_json:
            write_json({"query": query, "results": answers}, indent=None)
            continue
        if len(queries) > 1:
            click.echo(f"{'' if number == 0 else chr(10)}{query}")
        for answer in answers:
            click.echo(f"{answer['score']:.4f}\t{answer['text']}")
