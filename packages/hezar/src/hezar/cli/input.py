"""How commands read texts: from the command line, or line by line from standard input."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator

import click


def typed(texts: Iterable[str]) -> list[str]:
    """Return arguments as UTF-8, also where the locale (LC_ALL=C) made Python read them as something else."""
    return [os.fsencode(text).decode("utf-8", "replace") for text in texts]


def stdin_lines() -> Iterator[tuple[str, str]]:
    r"""Yield each line of standard input, and its ending, as soon as it is there.

    The ending is ``"\n"``, ``"\r\n"`` or, on a last line without one, empty. On a terminal, says what to do first.

    Raises:
        InputError: A line is not UTF-8.
    """
    from hezar_registry import InputError

    if sys.stdin.isatty():
        click.echo("Write texts, one a line; end with Ctrl-D.", err=True)
    for number, line in enumerate(iter(sys.stdin.buffer.readline, b""), 1):
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise InputError(
                f"Line {number} of standard input is not UTF-8 text ({error}). Save it as UTF-8."
            ) from error
        body = text.rstrip("\r\n")
        yield body, text[len(body) :]
