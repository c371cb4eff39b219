"""How commands write their results to stdout."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import click


def write_json(value: Any, *, indent: int | None = 2) -> None:
    """Write one JSON value; Persian text as it is. ``indent=None`` keeps it on one line."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=indent, default=str))


def write_columns(rows: Iterable[Sequence[str]]) -> None:
    """Write rows with aligned columns; the last column is as long as it likes, so text goes there."""
    table = [[str(cell) for cell in row] for row in rows]
    if not table:
        return
    widths = [max(map(len, column)) for column in zip(*table, strict=True)][:-1]
    for row in table:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        click.echo("  ".join([*cells, row[-1]]).rstrip())


def shown(value: Any) -> str:
    """Return a value of a report as a person reads it."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def file_size(size: int) -> str:
    """Return a number of bytes as a person reads it.

    Example:
        >>> file_size(4_500_000)
        '4.5 MB'
    """
    number = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000 or unit == "GB":
            return f"{number:.0f} B" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1000
    raise AssertionError
