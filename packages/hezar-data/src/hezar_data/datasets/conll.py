"""Files of words with their tags, one word per line, an empty line after each sentence: the form of CoNLL's tasks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from hezar_data.errors import DatasetError

_DOCUMENT = "-DOCSTART-"


def read_sentences(lines: Iterable[str], file: Path) -> Iterator[tuple[dict[str, Any], int]]:
    """Yield each sentence, as ``{"tokens": [...], "tags": [...]}``, with the number of its first line.

    The word is the first column and its tag the last; columns are separated by tabs where a line has one, by blanks
    otherwise. Lines that begin with ``# `` before the first word of a sentence are remarks.

    Args:
        lines: The lines.
        file: What to call the file in messages.

    Raises:
        DatasetError: A line has one column only.
    """
    tokens: list[str] = []
    tags: list[str] = []
    start = 1
    for number, line in enumerate((line.rstrip("\r\n") for line in lines), 1):
        if not line.strip() or line.startswith(_DOCUMENT):
            if tokens:
                yield {"tokens": tokens, "tags": tags}, start
            tokens, tags = [], []
            continue
        if not tokens and line.startswith("# "):
            continue
        columns = line.split("\t") if "\t" in line else line.split()
        if len(columns) < 2 or not columns[0].strip() or not columns[-1].strip():
            raise DatasetError(f"{file}, line {number}: a word and its tag are wanted; found {line!r:.60}.")
        if not tokens:
            start = number
        tokens.append(columns[0].strip())
        tags.append(columns[-1].strip())
    if tokens:
        yield {"tokens": tokens, "tags": tags}, start
