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
    """Read a ``.csv``, ``.tsv``, ``.jsonl`` or ``.conll`` file (UTF-8, with or without a byte-order mark).

    Returns:
        The rows, and the number of the line each row ends on.

    Raises:
        DatasetError: There is no such file, its format is unknown, or a line is broken; the message has its number.
    """
    if not isinstance(path, (str, os.PathLike)):
        raise DatasetError(f"The path of a file is wanted; found {path!r:.100}.")
    file = Path(path).expanduser()
    if not file.is_file():
        raise DatasetError(f"There is no file {os.fspath(path)!r}.")
    try:
        suffix = file.suffix.lower()
        if suffix in _DELIMITERS:
            with file.open(encoding="utf-8-sig", newline="") as stream:
                reader = csv.DictReader(stream, delimiter=_DELIMITERS[suffix], strict=True)
                return _columns((row, reader.line_num) for row in reader)
        if suffix == ".jsonl":
            with file.open(encoding="utf-8-sig") as stream:
                return _columns(_json_lines(stream, file))
        if suffix in (".conll", ".bio", ".iob"):
            with file.open(encoding="utf-8-sig") as stream:
                return _columns(read_sentences(stream, file))
    except UnicodeDecodeError as error:
        raise DatasetError(f"{file} is not UTF-8 text ({error}). Save it as UTF-8.") from error
    except csv.Error as error:
        raise DatasetError(f"{file} is not a table: {error}.") from error
    raise DatasetError(f"{file} has an unknown format; use .csv, .tsv, .jsonl or .conll.")


def _columns(numbered: Iterable[tuple[dict[str, Any], int]]) -> tuple[list[dict[str, Any]], list[int]]:
    pairs = list(numbered)
    return [row for row, _ in pairs], [number for _, number in pairs]


def _json_lines(lines: Any, file: Path) -> Iterator[tuple[dict[str, Any], int]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as error:
            raise DatasetError(f"{file}, line {number}: not JSON ({error}).") from error
        if not isinstance(record, dict):
            raise DatasetError(f"{file}, line {number}: an object is wanted; found {type(record).__name__}.")
        yield record, number
