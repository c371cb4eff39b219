"""How commands read texts: from the command line, or from a file or standard input, as lines or as a column of a table."""

from __future__ import annotations

import codecs
import csv
import functools
import io
import os
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

_TABLES = {".csv": ",", ".tsv": "\t"}
_ENCODING_ADVICE = "Save it as UTF-8, or say what it is: --encoding cp1256 (of old Windows programs), utf-16, ..."


@dataclass(frozen=True)
class TextSource:
    """Where the texts of a command come from.

    Attributes:
        given: The texts of the command line.
        file: A file in their place; ``None`` is standard input when there are no texts.
        column: The column of a table that holds the texts; ``None`` reads lines, of a CSV or TSV file the column ``text``.
        encoding: Of file or standard input.
        delimiter: What stands between the columns of a table.
        what: What the lines of standard input are, as a terminal says.
    """

    given: tuple[str, ...] = ()
    file: str | None = None
    column: str | None = None
    encoding: str = "utf-8"
    delimiter: str | None = None
    what: str = "texts"

    @property
    def is_read(self) -> bool:
        """Whether texts are read from a file or from standard input."""
        return self.file is not None or not self.given or self.given == ("-",)

    def lines(self) -> Iterator[tuple[str, str]]:
        r"""Yield each text, and its ending, as soon as it is there.

        The ending is ``"\n"``, ``"\r\n"`` or, on a last line without one, empty.

        Raises:
            InputError: The file cannot be read, a line is not in the encoding, or the table has no such column.
        """
        if not self.is_read:
            yield from ((text, "\n") for text in self._typed())
            return
        suffix = Path(self.file or "").suffix.lower()
        with self._stream() as stream:
            lines = _decoded(stream, self.encoding, self._name)
            if self.column is None and self.delimiter is None and suffix not in _TABLES:
                for line in lines:
                    body = line.rstrip("\r\n")
                    yield body, line[len(body) :]
            else:
                delimiter = self.delimiter or _TABLES.get(suffix, ",")
                for text in _of_column(lines, self.column or "text", delimiter, self._name):
                    yield text, "\n"

    def texts(self) -> Iterator[str]:
        """Yield the texts; those that are read without blanks around them, and empty ones not at all."""
        for text, _ in self.lines():
            if not self.is_read:
                yield text
            elif stripped := text.strip():
                yield stripped

    def _typed(self) -> list[str]:
        texts = typed(self.given)
        for text in texts:
            if os.path.isfile(text):  # noqa: PTH113 - says False to whatever cannot be a path; pathlib raises
                click.echo(
                    f"Note: {text!r} is a file, and its name was taken as the text. To read it: --file {text}", err=True
                )
        return texts

    @property
    def _name(self) -> str:
        return "standard input" if self.file in (None, "-") else repr(self.file)

    @contextmanager
    def _stream(self) -> Generator[IO[bytes]]:
        if self.file not in (None, "-"):
            with Path(self.file).expanduser().open("rb") as stream:
                yield stream
            return
        if sys.stdin.isatty():
            click.echo(f"Write {self.what}, one a line; end with Ctrl-D.", err=True)
        yield sys.stdin.buffer


def takes_texts(metavar: str = "TEXT") -> Callable[[Command], Command]:
    """Return the decorator for the arguments and options of a command that takes texts; it is called with ``source``.

    Args:
        metavar: What a text is called in the help.
    """
    options = (
        click.argument("texts", nargs=-1, metavar=f"[{metavar}]..."),
        click.option(
            "--file", metavar="FILE", help="Read this file: a text a line; of .csv and .tsv the column `text`."
        ),
        click.option("--column", metavar="NAME", help="Read a table (CSV), and of it this column."),
        click.option(
            "--delimiter", metavar="CHAR", callback=_delimiter, help="Between columns: ; or \\t, for instance."
        ),
        click.option(
            "--encoding", default="utf-8", show_default=True, callback=_encoding, help="Of the file or standard input."
        ),
    )

    def add(command: Command) -> Command:
        @functools.wraps(command)
        def run(
            texts: tuple[str, ...],
            file: str | None,
            column: str | None,
            delimiter: str | None,
            encoding: str,
            **others: Any,
        ) -> Any:
            source = TextSource(texts, file, column, encoding, delimiter)
            if file is not None and texts:
                raise click.UsageError("--file takes the place of texts; give one of them.")
            if not source.is_read and (column or delimiter):
                raise click.UsageError(
                    "--column and --delimiter are of tables: give --file, or a table on standard input."
                )
            return command(source=source, **others)

        decorated: Any = run
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return add


def _encoding(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    try:
        return codecs.lookup(value).name
    except LookupError:
        raise click.BadParameter(f"there is no encoding {value!r}. Usual ones: utf-8, cp1256, utf-16.") from None


def _delimiter(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    character = "\t" if value == "\\t" else value
    if character is not None and len(character) != 1:
        raise click.BadParameter(f"a delimiter is one character; found {value!r}.")
    return character


def typed(texts: Iterable[str]) -> list[str]:
    """Return arguments as UTF-8, also where the locale (LC_ALL=C) made Python read them as something else."""
    return [os.fsencode(text).decode("utf-8", "replace") for text in texts]


def _decoded(stream: IO[bytes], encoding: str, name: str) -> Iterator[str]:
    """Yield the lines of a stream with their endings."""
    from hezar_registry import InputError

    lines: Iterable[bytes] = iter(stream.readline, b"")
    if "\n".encode(encoding) != b"\n":  # UTF-16 and its like, whose lines bytes do not show
        try:
            yield from io.StringIO(stream.read().decode(encoding), newline="\n")
        except UnicodeDecodeError as error:
            raise InputError(f"{_capital(name)} is not {encoding} text ({error}). {_ENCODING_ADVICE}") from error
        return
    for number, line in enumerate(lines, 1):
        try:
            yield line.decode("utf-8-sig" if number == 1 and encoding == "utf-8" else encoding)
        except UnicodeDecodeError as error:
            raise InputError(
                f"Line {number} of {name} is not {encoding.upper()} text ({error}). {_ENCODING_ADVICE}"
            ) from error


def _of_column(lines: Iterable[str], column: str, delimiter: str, name: str) -> Iterator[str]:
    """Yield the values of a column of a table."""
    from hezar_registry import InputError, suggest

    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        header: list[str] = next(reader, list[str]())
        if header.count(column) != 1:
            problem = "has no column" if column not in header else "has more than one column"
            raise InputError(
                f"{_capital(name)} {problem} {column!r}.{suggest(column, header)} Its first line is: "
                f"{delimiter.join(header) or '(empty)'}. Say which column to read with --column, what stands between "
                "columns with --delimiter."
            )
        place = header.index(column)
        for row in reader:
            if row and len(row) != len(header):
                raise InputError(
                    f"Line {reader.line_num} of {name} has {len(row)} columns, and the first line {len(header)}. A text "
                    f"with {delimiter!r} in it is put in quotes."
                )
            if row:
                yield row[place]
    except csv.Error as error:
        raise InputError(f"Line {reader.line_num} of {name} is not a row of a table: {error}.") from error


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]
