"""Checks of options that all packages use."""

from __future__ import annotations

import operator
from typing import Any

from hezar_registry.errors import InputError


def whole_number(name: str, value: Any, at_least: int = 1) -> int:
    """Return an option that counts something.

    Args:
        name: What the option is called, for the message.
        value: What was given: an ``int`` or similar, such as a NumPy integer.
        at_least: The smallest value.

    Raises:
        InputError: It is not a whole number, or a smaller one.

    Example:
        >>> whole_number("batch_size", 8)
        8
    """
    try:
        number = None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        number = None
    if number is None or number < at_least:
        kind = "a positive whole number" if at_least == 1 else f"a whole number from {at_least} on"
        raise InputError(f"{name} is {kind}; found {value!r:.100}.")
    return number
