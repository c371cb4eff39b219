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
    if is_one(value):
        return [value], True
    if isinstance(value, (bytes, bytearray, Mapping)) or not isinstance(value, Iterable):
        raise InputError(f"{expected}; found {describe(value)}{advice(value)}")
    return value if isinstance(value, list) else list(value), False


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
