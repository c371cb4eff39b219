"""What preprocessors take: one input or many, and what messages say of anything else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from hezar_registry import InputError


def one_or_many(value: Any, is_one: Callable[[Any], bool], expected: str) -> tuple[list[Any], bool]:
    """Return the inputs as a list, and whether a single one was given.

    Args:
        value: What the caller gave. A list comes back as it is; the items of any iterable are not looked at.
        is_one: Whether a value is a single input. Where it is not, bytes and mappings are not collections of inputs.
        expected: What is taken, for the message, such as ``"A stemmer takes a word or a list of words"``.

    Raises:
        InputError: `value` is neither one input nor a collection.

    Example:
        >>> one_or_many("سلام", is_text, "A text or a list of texts is wanted")
        (['سلام'], True)
    """
    refuse_table(value, expected)
    if is_one(value):
        return [value], True
    if isinstance(value, (bytes, bytearray, Mapping)) or not isinstance(value, Iterable):
        raise InputError(f"{expected}; found {describe(value)}{advice(value)}")
    return value if isinstance(value, list) else list(value), False


def refuse_table(value: Any, expected: str) -> None:
    """Raise an `InputError` for a table of pandas, polars, pyarrow or `datasets`, which must not be read as something else.

    Who goes through a DataFrame of pandas is given the names of its columns.

    Args:
        value: What the caller gave.
        expected: As for `one_or_many`.
    """
    kind = type(value)
    if kind.__module__.partition(".")[0] not in _TABLE_LIBRARIES:
        return
    columns = getattr(value, "column_names", None) or getattr(value, "columns", None)  # of pyarrow, the other is data
    if columns is None or kind.__name__ == "Series":
        return
    names = [str(name) for name in columns]
    one = "text" if "text" in names or not names else names[0]
    raise InputError(
        f'{expected}; found a {kind.__name__} with the columns {", ".join(names) or "(none)"}. Give one of them: df["{one}"].'
    )


_TABLE_LIBRARIES = ("pandas", "polars", "pyarrow", "datasets")


def one_text(value: Any, method: str) -> str:
    """Return what was given to a method that takes one text.

    Raises:
        InputError: It is no text.
    """
    expected = f"{method} takes one text"
    refuse_table(value, expected)
    if not isinstance(value, str):
        several = isinstance(value, Iterable) and not isinstance(value, (bytes, bytearray, Mapping))
        raise InputError(
            f"{expected}; found {describe(value)}{' For several, call the object itself.' if several else advice(value)}"
        )
    return value


def is_text(value: Any) -> bool:
    """Whether a value is a text."""
    return isinstance(value, str)


def describe(value: Any) -> str:
    """Return the type and the beginning of a value, for messages."""
    if value is None:
        return "None"
    text = repr(value)
    return f"{type(value).__name__} {text if len(text) <= 40 else text[:37] + '...'}"


def advice(value: Any) -> str:
    """Return the end of a message on a value that is not a text: a full stop, and for bytes what to do."""
    return '. Decode it first: .decode("utf-8")' if isinstance(value, (bytes, bytearray)) else "."
