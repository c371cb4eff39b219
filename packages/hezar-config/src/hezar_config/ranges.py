"""Ranges of config fields: a mark in the type, which is checked with the type and written into the JSON Schema.

::

    @dataclass
    class MyBertConfig(ModelConfig):
        name = "my_bert"
        vocab_size: Size = 1000
        dropout: Share = 0.1
        temperature: Annotated[float, Range(above=0)] = 1.0
"""

from __future__ import annotations

import math
import types
from dataclasses import dataclass
from typing import Annotated, Any, Union, cast, get_args, get_origin


@dataclass(frozen=True)
class Range:
    """What a number may be, or how long the parts of a path. NaN and infinity are in no range.

    Attributes:
        least: The least number.
        most: The largest number.
        above: What a number must exceed.
        name_bytes: The most bytes, in UTF-8, of each name in a path.
    """

    least: float | None = None
    most: float | None = None
    above: float | None = None
    name_bytes: int | None = None

    def __contains__(self, value: Any) -> bool:
        """Whether a value is in the range; what it is not about is for the type to allow."""
        if isinstance(value, str) and self.name_bytes is not None:
            return all(len(name.encode("utf-8", "replace")) <= self.name_bytes for name in value.split("/"))
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return True
        return (
            (isinstance(value, int) or math.isfinite(value))
            and (self.least is None or value >= self.least)
            and (self.most is None or value <= self.most)
            and (self.above is None or value > self.above)
        )

    def __str__(self) -> str:
        if self.name_bytes is not None:
            return f"names of at most {self.name_bytes} bytes"
        bounds = {"at least": self.least, "above": self.above, "at most": self.most}
        words = [f"{word} {bound:,}" for word, bound in bounds.items() if bound is not None]
        return f"a number {' and '.join(words)}" if words else "a finite number"

    def add_to(self, schema: dict[str, Any]) -> None:
        """Write the range into the JSON Schema of a value, or of those of its alternatives that it is about."""
        keywords = {"minimum": self.least, "maximum": self.most, "exclusiveMinimum": self.above}
        if schema.get("type") in ("integer", "number"):
            schema.update({keyword: bound for keyword, bound in keywords.items() if bound is not None})
        for part in cast("list[dict[str, Any]]", schema.get("anyOf", [])):
            self.add_to(part)


def ranges_of(hint: Any) -> tuple[tuple[Range, ...], tuple[Range, ...]]:
    """Return the ranges of a type, and those of its items where it is a list or the values of a mapping."""
    items = [get_args(part)[-1] for part in _alternatives(hint) if get_origin(part) in (list, dict)]
    return _marks(hint), tuple(mark for item in items for mark in _marks(item))


def _alternatives(hint: Any) -> tuple[Any, ...]:
    bare = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    return get_args(bare) if get_origin(bare) in (Union, types.UnionType) else (bare,)


def _marks(hint: Any) -> tuple[Range, ...]:
    marked = [part for part in {hint, *_alternatives(hint)} if get_origin(part) is Annotated]
    return tuple(mark for part in marked for mark in get_args(part)[1:] if isinstance(mark, Range))


#: Blocks of a network, one on the other. The deepest that were ever trained have 1,000.
Layers = Annotated[int, Range(least=0, most=1000)]
#: Features, heads, positions, pixels: anything a network has many of, at once.
Size = Annotated[int, Range(least=1, most=2**20)]
#: Tokens of a vocabulary, or labels.
Vocabulary = Annotated[int, Range(least=1, most=2**27)]
#: A token of a vocabulary, or -1 where a file means none.
TokenId = Annotated[int, Range(least=-1, most=2**27)]
#: A count that may be zero, such as of tokens of a text.
Count = Annotated[int, Range(least=0, most=2**40)]
#: A share, such as a dropout.
Share = Annotated[float, Range(least=0, most=1)]
#: A small number that is added before dividing.
Epsilon = Annotated[float, Range(least=0, most=1)]
#: The spread of random weights.
Deviation = Annotated[float, Range(least=0, most=1e6)]
#: Any number but NaN and infinity.
Finite = Annotated[float, Range()]
#: A file or folder; file systems allow names of 255 bytes, and more is put around them.
FilePath = Annotated[str, Range(name_bytes=200)]
