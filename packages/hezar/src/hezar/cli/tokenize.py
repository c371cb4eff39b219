"""``hezar tokenize``: text in; words, sentences or the tokens of a model out."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from typing import Any

import click

from hezar.cli.input import TextSource, takes_texts
from hezar.cli.output import write_json

Row = dict[str, Any]


@click.command()
@takes_texts()
@click.option("--words", "unit", flag_value="word", help="Words and punctuation; the default.")
@click.option("--sentences", "unit", flag_value="sentence", help="Sentences, one a line.")
@click.option("--model", help="The tokens of a model: a Hub repo such as hezarai/bert-base-fa, or a folder.")
@click.option("--revision", help="Branch, tag or commit of a Hub repo.")
@click.option("--ids", is_flag=True, help="With --model: token ids in place of tokens.")
@click.option(
    "--special/--no-special", default=True, help="With --model: with the special tokens (the default) or without."
)
@click.option(
    "--normalize/--no-normalize",
    default=True,
    help="With --model: clean texts first as the model does (the default), or show the tokenizer alone.",
)
@click.option("--offsets", is_flag=True, help="One line a token: its start and end in the text, and the token.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option(
    "--report-zwnj", is_flag=True, help="With --model: say whether its tokenizer keeps the half-space (ZWNJ)."
)
def tokenize(
    source: TextSource,
    unit: str | None,
    model: str | None,
    revision: str | None,
    ids: bool,
    special: bool,
    normalize: bool,
    offsets: bool,
    as_json: bool,
    report_zwnj: bool,
) -> None:
    r"""Cut Persian text into words, sentences, or the tokens of a model.

    Without TEXT, or with "-", it is a filter: each line of standard input is cut and written at once. Tokens have a
    space between them and a line for each text; an empty line stays one. With --model they are what the model sees: if
    it cleans texts first, so does this, and offsets are those of the text as it was given.

    \b
    hezar tokenize "می‌روم به کتابخانه، تو چطور؟"
    hezar tokenize --sentences --file book.txt
    hezar tokenize --model hezarai/bert-base-fa --json < corpus.txt > tokens.jsonl
    hezar tokenize --model hezarai/bert-base-fa --report-zwnj
    """
    if model is not None and unit is not None:
        raise click.UsageError("--model excludes --words and --sentences.")
    if model is None and (ids or report_zwnj or not special or not normalize or revision):
        raise click.UsageError("--ids, --no-special, --no-normalize, --report-zwnj and --revision need --model.")
    if model is None:
        cut = _cut_by_rule(unit or "word")
    else:
        tokenizer, normalizer = _load(model, revision)
        normalizer = normalizer if normalize else None
        if report_zwnj:
            from hezar_data.tokenizers.zwnj import ZWNJ_SAMPLE

            asked = bool(source.given) or source.file is not None
            _report(tokenizer, normalizer, (text for text, _ in source.lines()) if asked else [ZWNJ_SAMPLE], as_json)
            return
        cut = _cut_by_model(tokenizer, normalizer, special)
    for text, _ in source.lines():
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


def _cut_by_rule(unit: str) -> Callable[[str], Row]:
    from hezar_registry import build_preprocessor

    preprocessor: Any = build_preprocessor("word_tokenizer" if unit == "word" else "sentence_splitter")
    name = "tokens" if unit == "word" else "sentences"

    def cut(text: str) -> Row:
        found = preprocessor(text, return_offsets=True)
        return {name: [part for part, _ in found], "offsets": [span for _, span in found]}

    return cut


def _cut_by_model(tokenizer: Any, normalizer: Any, special: bool) -> Callable[[str], Row]:
    def cut(text: str) -> Row:
        normalized = None if normalizer is None else normalizer.normalize_with_alignment(text)
        row = tokenizer(
            text if normalized is None else normalized.text,
            add_special_tokens=special,
            return_tokens=True,
            return_offsets_mapping=True,
        )
        result = {"tokens": row["tokens"], "token_ids": row["token_ids"], "offsets": row["offsets_mapping"]}
        if normalized is None:
            return result
        in_text = [normalized.to_original(*span) if span != (0, 0) else span for span in row["offsets_mapping"]]
        return {"normalized": normalized.text, **result, "offsets": in_text}

    return cut


def _load(model: str, revision: str | None) -> tuple[Any, Any]:
    """Return the tokenizer of a repo, and the normalizer through which its model reads texts, or ``None``."""
    from hezar_config import ModelConfig
    from hezar_data.preprocessors.loading import load_all
    from hezar_hub import PREPROCESSOR_SUBFOLDER, Repo
    from hezar_registry import InputError, models_registry

    repo = Repo(model, revision=revision)
    container = load_all(repo, PREPROCESSOR_SUBFOLDER, {})
    if container.tokenizer is None:
        raise InputError(f"{model} holds no tokenizer; it holds: {', '.join(container) or 'no preprocessor'}.")
    normalizer = container.text_normalizer
    if normalizer is not None and repo.exists(ModelConfig.filename):
        known = models_registry.get(ModelConfig.load_from(repo).name)
        if known is not None and known.implemented and not _normalizes(known):
            normalizer = None
    return container.tokenizer, normalizer


def _normalizes(registration: Any) -> bool:
    """Whether models of a class read texts through the normalizer of their repo; only the class knows."""
    try:
        return getattr(registration.module_class, "normalize_text", False)
    except ImportError:
        click.echo(
            f"Note: without torch, {registration.name} cannot be asked whether it applies the normalizer of its repo. It is "
            "applied here; --no-normalize leaves it out.",
            err=True,
        )
        return True


def _write_offsets(row: Row, ids: bool) -> None:
    parts = row["token_ids"] if ids else row["tokens" if "tokens" in row else "sentences"]
    for part, (start, end) in zip(parts, row["offsets"], strict=True):
        click.echo(f"{start}\t{end}\t{part}")
    click.echo()


def _report(tokenizer: Any, normalizer: Any, texts: Iterable[str], as_json: bool) -> None:
    from hezar_data.characters import ZWNJ

    for text in texts:
        report = tokenizer.zwnj_report(text)
        read = text if normalizer is None else normalizer.normalize(text)
        if read.count(ZWNJ) < text.count(ZWNJ):
            tokens = tuple(tokenizer.tokenize(read))
            decoded = tokenizer.detokenize(tokenizer(read, add_special_tokens=False)["token_ids"])
            report = dataclasses.replace(report, tokens=tokens, decoded=decoded, kept=False, lost_in="text_normalizer")
        if as_json:
            write_json(dataclasses.asdict(report), indent=None)
        else:
            click.echo(str(report))
