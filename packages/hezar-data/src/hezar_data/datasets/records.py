"""Tables in plain files, read with the standard library: CSV, TSV, JSON lines and CoNLL."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from hezar_data.datasets.conll import read_sentences
from hezar_data.errors import DatasetError

_DELIMITERS = {".csv": ",", ".tsv": "\t"}


def read_records(path: str | os.PathLike[str]) -> tuple[list[dict[str, Any]], list[int]]:
    """Read a ``.csv``, ``.tsv``, ``.jsonl``, ``.conll`` or ``.txt`` file (UTF-8, with or without a byte-order mark).

    Of ``.txt`` each line that is not blank is a row with the column ``text``.

    Returns:
        The rows, and the number of the line each row ends on.

    Raises:
        DatasetError: There is no such file, its format is unknown, or a line is broken; the message has its number.
    """
    if not isinstance(path, (str, os.PathLike)):
        raise DatasetError(f"The path of a file is wanted; found {path!r:.100}.")
    file = Path(path).expanduser()
    if not os.path.isfile(file):  # noqa: PTH113 - pathlib raises where a name is too long
        raise DatasetError(f"There is no file {os.fspath(path)!r:.300}.")
    try:
        suffix = file.suffix.lower()
        if suffix in _DELIMITERS:
            with file.open(encoding="utf-8-sig", newline="") as stream:
                return _columns(_table_rows(stream, _DELIMITERS[suffix], file))
        if suffix == ".jsonl":
            with file.open(encoding="utf-8-sig") as stream:
                return _columns(_json_lines(stream, file))
        if suffix == ".txt":
            with file.open(encoding="utf-8-sig") as stream:
                return _columns(
                    ({"text": line.strip()}, number) for number, line in enumerate(stream, 1) if line.strip()
                )
        if suffix in (".conll", ".bio", ".iob"):
            with file.open(encoding="utf-8-sig") as stream:
                return _columns(read_sentences(stream, file))
    except UnicodeDecodeError as error:
        raise DatasetError(f"{file} is not UTF-8 text ({error}). Save it as UTF-8.") from error
    except csv.Error as error:
        raise DatasetError(f"{file} is not a table: {error}.") from error
    raise DatasetError(f"{file} has an unknown format; use .csv, .tsv, .jsonl, .conll or .txt.")


class _TwiceError(Exception):
    """An object has a key twice."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _TwiceError(next(key for key in keys if keys.count(key) > 1))
    return record


def _columns(numbered: Iterable[tuple[dict[str, Any], int]]) -> tuple[list[dict[str, Any]], list[int]]:
    pairs = list(numbered)
    return [row for row, _ in pairs], [number for _, number in pairs]


def _table_rows(stream: Any, delimiter: str, file: Path) -> Iterator[tuple[dict[str, Any], int]]:
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    header = [name.strip() for name in next(reader, [])]
    for name in header:
        if header.count(name) > 1:
            raise DatasetError(
                f"{file}, line 1: {header.count(name)} columns are named {name!r}. Give each its own name."
            )
    for cells in reader:
        if not cells:
            continue
        if len(cells) != len(header):
            raise DatasetError(
                f"{file}, line {reader.line_num}: {len(cells)} cells, and the header has {len(header)} columns "
                f"({', '.join(header)}). A text that holds {'a tab' if delimiter == chr(9) else repr(delimiter)} or a quotation "
                'mark is put in "…".'
            )
        yield dict(zip(header, cells, strict=True)), reader.line_num


def _json_lines(lines: Any, file: Path) -> Iterator[tuple[dict[str, Any], int]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line, object_pairs_hook=_unique)
        except _TwiceError as error:
            raise DatasetError(f"{file}, line {number}: the key {error.args[0]!r} is there twice.") from None
        except (ValueError, RecursionError) as error:  # nested too deep
            raise DatasetError(f"{file}, line {number}: not JSON ({error}).") from error
        if not isinstance(record, dict):
            raise DatasetError(f"{file}, line {number}: an object is wanted; found {type(record).__name__}.")
        yield record, number
