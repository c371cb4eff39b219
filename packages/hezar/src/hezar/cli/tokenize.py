"""``hezar tokenize``: text in; words, sentences or the tokens of a model out."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from typing import Any

import click

from hezar.cli.input import stdin_lines, typed
from hezar.cli.output import write_json

Row = dict[str, Any]


@click.command()
@click.argument("texts", nargs=-1, metavar="[TEXT]...")
@click.option("--words", "unit", flag_value="word", help="Words and punctuation; the default.")
@click.option("--sentences", "unit", flag_value="sentence", help="Sentences, one a line.")
@click.option("--model", help="The tokens of a model: a Hub repo such as hezarai/bert-base-fa, or a folder.")
@click.option("--revision", help="Branch, tag or commit of a Hub repo.")
@click.option("--ids", is_flag=True, help="With --model: token ids in place of tokens.")
@click.option(
    "--special/--no-special", default=True, help="With --model: with the special tokens (the default) or without."
)
@click.option("--offsets", is_flag=True, help="One line a token: its start and end in the text, and the token.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option(
    "--report-zwnj", is_flag=True, help="With --model: say whether its tokenizer keeps the half-space (ZWNJ)."
)
def tokenize(
    texts: tuple[str, ...],
    unit: str | None,
    model: str | None,
    revision: str | None,
    ids: bool,
    special: bool,
    offsets: bool,
    as_json: bool,
    report_zwnj: bool,
) -> None:
    r"""Cut Persian text into words, sentences, or the tokens of a model.

    Without TEXT, or with "-", it is a filter: each line of standard input is cut and written at once. Tokens have a
    space between them and a line for each text; an empty line stays one.

    \b
    hezar tokenize "می‌روم به کتابخانه، تو چطور؟"
    hezar tokenize --sentences < book.txt
    hezar tokenize --model hezarai/bert-base-fa --json < corpus.txt > tokens.jsonl
    hezar tokenize --model hezarai/bert-base-fa --report-zwnj
    """
    if model is not None and unit is not None:
        raise click.UsageError("--model excludes --words and --sentences.")
    if model is None and (ids or report_zwnj or not special or revision):
        raise click.UsageError("--ids, --no-special, --report-zwnj and --revision need --model.")
    from_stdin = not texts or texts == ("-",)
    if report_zwnj:
        _report(_load(model, revision), [] if not texts else _lines(texts, from_stdin), as_json)
        return
    cut = _cut_by_model(_load(model, revision), special) if model else _cut_by_rule(unit or "word")
    for text in _lines(texts, from_stdin):
        row = cut(text)
        if as_json:
            write_json({"text": text, **row}, indent=None)
        elif offsets:
            _write_offsets(row, ids)
        elif unit == "sentence":
            for sentence in row["sentences"]:
                click.echo(sentence)
        else:
            click.echo(" ".join(map(str, row["token_ids" if ids else "tokens"])))


def _lines(texts: tuple[str, ...], from_stdin: bool) -> Iterable[str]:
    return (text for text, _ in stdin_lines()) if from_stdin else typed(texts)


def _cut_by_rule(unit: str) -> Callable[[str], Row]:
    from hezar_registry import build_preprocessor

    preprocessor: Any = build_preprocessor("word_tokenizer" if unit == "word" else "sentence_splitter")
    name = "tokens" if unit == "word" else "sentences"

    def cut(text: str) -> Row:
        found = preprocessor(text, return_offsets=True)
        return {name: [part for part, _ in found], "offsets": [span for _, span in found]}

    return cut


def _cut_by_model(tokenizer: Any, special: bool) -> Callable[[str], Row]:
    def cut(text: str) -> Row:
        row = tokenizer(text, add_special_tokens=special, return_tokens=True, return_offsets_mapping=True)
        return {"tokens": row["tokens"], "token_ids": row["token_ids"], "offsets": row["offsets_mapping"]}

    return cut


def _load(model: str | None, revision: str | None) -> Any:
    from hezar_data import Preprocessor
    from hezar_registry import InputError

    container = Preprocessor.load(str(model), revision=revision, force_return_dict=True)
    if container.tokenizer is None:
        raise InputError(f"{model} holds no tokenizer; it holds: {', '.join(container) or 'no preprocessor'}.")
    return container.tokenizer


def _write_offsets(row: Row, ids: bool) -> None:
    parts = row["token_ids"] if ids else row["tokens" if "tokens" in row else "sentences"]
    for part, (start, end) in zip(parts, row["offsets"], strict=True):
        click.echo(f"{start}\t{end}\t{part}")
    click.echo()


def _report(tokenizer: Any, texts: Iterable[str], as_json: bool) -> None:
    reports = [tokenizer.zwnj_report(text) for text in texts] or [tokenizer.zwnj_report()]
    for report in reports:
        if as_json:
            write_json(dataclasses.asdict(report), indent=None)
        else:
            click.echo(str(report))
