"""``hezar models``: what there is, without importing torch."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any, cast, get_args, get_type_hints

import click

from hezar.cli.app import LazyGroup
from hezar.cli.output import file_size, shown, write_columns, write_json


@click.group(cls=LazyGroup)
def models() -> None:
    """List the models Hezar knows, or look at one."""


@models.command("list")
@click.option("--task", help="Only models of this task, such as text_classification.")
@click.option("--json", "as_json", is_flag=True, help="One JSON list.")
def list_models(task: str | None, as_json: bool) -> None:
    r"""List the models Hezar knows by name, from all installed packages.

    "config only" marks a model whose config this version reads and writes, and whose network it does not have yet.

    \b
    hezar models list --task text_classification
    hezar models list --json
    """
    from hezar_registry import models_registry, suggest

    entries = list(models_registry.values())
    tasks = sorted({entry.task for entry in entries if entry.task})
    if task is not None and task not in tasks:
        raise click.BadParameter(
            f"no model has the task {task!r}.{suggest(task, tasks)} Tasks: {', '.join(tasks)}.", param_hint="--task"
        )
    chosen = [entry for entry in entries if task in (None, entry.task)]
    if as_json:
        write_json(
            [
                {
                    "name": entry.name,
                    "task": entry.task,
                    "description": entry.description,
                    "implemented": entry.implemented,
                    "source": entry.source,
                }
                for entry in chosen
            ]
        )
        return
    write_columns(
        (entry.name, entry.task or "-", "ready" if entry.implemented else "config only", entry.description or "")
        for entry in chosen
    )


@models.command()
@click.argument("name_or_repo")
@click.option("--revision", help="Branch, tag or commit of a Hub repo.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def info(name_or_repo: str, revision: str | None, as_json: bool) -> None:
    r"""Look at a model: a name of `hezar models list`, a folder, or a Hub repo such as hezarai/bert-base-fa.

    A name shows its config fields; a folder or repo its config, its files and, where they are on this machine, their
    sizes. No weights are fetched.

    \b
    hezar models info bert_text_classification
    hezar models info hezarai/bert-base-fa
    """
    from hezar_registry import models_registry

    looks_like_repo = "/" in name_or_repo or name_or_repo.startswith(".") or Path(name_or_repo).is_dir()
    if name_or_repo in models_registry or not looks_like_repo:
        report = describe_name(name_or_repo)
    else:
        report = describe_repo(name_or_repo, revision)
    if as_json:
        write_json(report)
        return
    for key, value in report.items():
        if isinstance(value, list):
            click.echo(f"{key}:")
            rows = cast("list[dict[str, Any]]", value)
            write_columns([f"  {first}", *map(shown, rest)] for first, *rest in (row.values() for row in rows))
        elif isinstance(value, dict):
            click.echo(f"{key}:")
            write_columns((f"  {name}", shown(item)) for name, item in cast("dict[str, Any]", value).items())
        else:
            click.echo(f"{key}: {shown(value)}")


def describe_name(name: str) -> dict[str, Any]:
    """Return what the registry knows about a model; the fields come from its config class."""
    from hezar_registry import models_registry

    entry = models_registry[name]
    config_class: Any = entry.config_class
    fields = config_class.fields().values() if config_class else ()
    types = get_type_hints(config_class) if config_class else {}  # without the ranges that are marked in them
    return {
        "name": entry.name,
        "task": entry.task,
        "description": entry.description,
        "implemented": entry.implemented,
        "source": entry.source,
        "class": entry.module_path,
        "fields": [
            {"name": field.name, "type": _type_name(types[field.name]), "default": _default(field)} for field in fields
        ],
    }


def describe_repo(path: str, revision: str | None) -> dict[str, Any]:
    """Return the config of a repo, and its files with their sizes in bytes (``None`` where not on this machine)."""
    from hezar_config import ModelConfig
    from hezar_hub import Repo

    repo = Repo(path, revision=revision)
    config = ModelConfig.load_from(repo)
    names = repo.files()
    sizes = [_size(path, name) if repo.is_local else None for name in names]
    known = [size for size in sizes if size is not None]
    return {
        "path": str(repo),
        "name": config.name,
        "known": not config.is_generic,
        "config": {key: value for key, value in config.to_dict().items() if key not in ("name", "config_type")},
        "files": [
            {"name": name, "bytes": size, "size": None if size is None else file_size(size)}
            for name, size in zip(names, sizes, strict=True)
        ],
        "size": file_size(sum(known)) if known else None,
    }


def _size(folder: str, name: str) -> int:
    return (Path(folder).expanduser() / name).stat().st_size


def _type_name(annotation: Any) -> str:
    """Return a type as it is written in code, without modules."""
    whole = annotation.__name__ if isinstance(annotation, type) and not get_args(annotation) else str(annotation)
    return re.sub(r"\b(?:\w+\.)+", "", whole)


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default is not dataclasses.MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not dataclasses.MISSING else "(required)"
