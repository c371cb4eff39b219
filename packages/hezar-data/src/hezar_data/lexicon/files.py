"""The files in ``data/``, which hold all that is known of single words.

They were written for Hezar from general knowledge of Persian; they are small and meant to be read and extended.
In them ``~`` is the zero-width non-joiner, ``#`` starts a comment and ``[...]`` a section.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from hezar_data.characters import ZWNJ

_HALF_SPACE = "~"


def sections(name: str) -> dict[str, list[str]]:
    """Return the lines of a file by section, without comments.

    Args:
        name: The file in ``data/``, such as ``"verbs.txt"``.
    """
    text = files("hezar_data.lexicon").joinpath("data", name).read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith("["):
            lines = found.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            lines.append(line.replace(_HALF_SPACE, ZWNJ))
    return found


@cache
def word_sets(name: str) -> dict[str, frozenset[str]]:
    """Return the words of a file by section."""
    return {section: frozenset(" ".join(lines).split()) for section, lines in sections(name).items()}
