"""Tables in plain files, read with the standard library: CSV, TSV and JSON lines."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hezar_data.errors import DatasetError

_DELIMITERS = {".csv": ",", ".tsv": "\t"}


def read_records(path: str | os.PathLike[str]) -> list[dict[str, Any]]:
    """Read the rows of a ``.csv``, ``.tsv`` or ``.jsonl`` file (UTF-8, with or without a byte-order mark).

    Raises:
        DatasetError: There is no such file, its format is unknown, or a line is broken; the message has its number.
    """
    file = Path(path).expanduser()
    if not file.is_file():
        raise DatasetError(f"There is no file {os.fspath(path)!r}.")
    try:
        if file.suffix in _DELIMITERS:
            with file.open(encoding="utf-8-sig", newline="") as stream:
                return list(csv.DictReader(stream, delimiter=_DELIMITERS[file.suffix], strict=True))
        if file.suffix == ".jsonl":
            with file.open(encoding="utf-8-sig") as stream:
                return list(_json_lines(stream, file))
    except UnicodeDecodeError as error:
        raise DatasetError(f"{file} is not UTF-8 text ({error}). Save it as UTF-8.") from error
    except csv.Error as error:
        raise DatasetError(f"{file} is not a table: {error}.") from error
    raise DatasetError(f"{file} has an unknown format; use .csv, .tsv or .jsonl.")


def _json_lines(lines: Any, file: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as error:
            raise DatasetError(f"{file}, line {number}: not JSON ({error}).") from error
        if not isinstance(record, dict):
            raise DatasetError(f"{file}, line {number}: an object is wanted; found {type(record).__name__}.")
        yield record
