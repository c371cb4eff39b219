"""``hezar normalize``: text in, clean text out."""

from __future__ import annotations

from typing import Any

import click

from hezar.cli.input import TextSource, takes_texts
from hezar.cli.output import write_columns, write_json


def _names(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> list[str]:
    return [name.strip() for value in values for name in value.split(",") if name.strip()]


@click.command()
@takes_texts()
@click.option("--preset", help="A set of rules: characters, persian (the default), display, training, search.")
@click.option("--rules", multiple=True, callback=_names, help="Only these rules: names with commas between them.")
@click.option("--skip", multiple=True, callback=_names, help="Rules to leave out.")
@click.option(
    "--model", help="A published normalizer instead: a Hub repo such as hezarai/roberta-base-fa, or a folder."
)
@click.option("--revision", help="Branch, tag or commit of a Hub repo.")
@click.option("--explain", is_flag=True, help="Show which rule changed what; invisible characters by name.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line: text and result.")
@click.option("--list-rules", is_flag=True, help="List the rules and the presets that hold them.")
def normalize(
    source: TextSource,
    preset: str | None,
    rules: list[str],
    skip: list[str],
    model: str | None,
    revision: str | None,
    explain: bool,
    as_json: bool,
    list_rules: bool,
) -> None:
    r"""Clean Persian text: letters, half-spaces, spacing, digits, punctuation.

    Without TEXT, or with "-", it is a filter: each line of standard input is cleaned and written at once, empty ones
    too, so lines stay what they are.

    \b
    hezar normalize "كتاب ها ي علي ، مي خواهم"
    hezar normalize --preset search < corpus.txt > index.txt
    hezar normalize --file old.txt --encoding cp1256 > clean.txt
    hezar normalize --rules arabic_letters,bidi_controls --explain "علي"
    """
    if list_rules:
        _list_rules(as_json)
        return
    if preset and rules:
        raise click.UsageError("--preset and --rules exclude each other; --rules takes presets too.")
    chosen = [preset] if preset else rules
    if not chosen and model is None:
        chosen = ["persian"]
    normalizer = _load(model, revision)
    options: dict[str, Any] = {"rules": chosen or None, "skip_rules": skip or None}
    for text, ending in source.lines():
        _write(normalizer, text, ending, options, explain, as_json)


def _write(normalizer: Any, text: str, ending: str, options: dict[str, Any], explain: bool, as_json: bool) -> None:
    if explain:
        explanation = normalizer.explain(text, **options)
        if as_json:
            write_json({"text": text, "result": explanation.text, "steps": explanation.to_dict()["steps"]}, indent=None)
        else:
            click.echo(str(explanation))
        return
    [cleaned] = normalizer(text, **options)
    if as_json:
        write_json({"text": text, "result": cleaned}, indent=None)
    else:
        click.echo(cleaned + ending, nl=False)


def _load(model: str | None, revision: str | None) -> Any:
    from hezar_data import Preprocessor, TextNormalizer
    from hezar_registry import InputError

    if model is None:
        return TextNormalizer()
    container = Preprocessor.load(model, revision=revision, force_return_dict=True)
    if container.text_normalizer is None:
        raise InputError(f"{model} holds no text normalizer; it holds: {', '.join(container) or 'no preprocessor'}.")
    return container.text_normalizer


def _list_rules(as_json: bool) -> None:
    from hezar_data.persian.catalog import NORMALIZER_PRESETS, NORMALIZER_RULES

    rows = [
        (rule, [preset for preset, names in NORMALIZER_PRESETS.items() if rule.name in names])
        for rule in NORMALIZER_RULES.values()
    ]
    if as_json:
        write_json(
            [
                {"name": rule.name, "description": rule.description, "source": rule.source, "presets": presets}
                for rule, presets in rows
            ]
        )
        return
    write_columns((rule.name, ", ".join(presets) or "-", rule.description) for rule, presets in rows)
