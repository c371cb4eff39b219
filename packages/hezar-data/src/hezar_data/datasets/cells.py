"""What a cell of a table means: a text, a label, or nothing."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

#: How programs write a missing number where a text is wanted.
_WRITTEN_NAN = frozenset({"nan", "NaN", "<NA>", "NaT"})


def is_missing(value: Any) -> bool:
    """Whether a cell holds nothing: ``None``, NaN, pandas' NA and NaT, an empty or blank text, or ``nan`` written out.

    Example:
        >>> [is_missing(value) for value in (None, float("nan"), "  ", "nan", 0, "none")]
        [True, True, True, True, False, False]
    """
    if isinstance(value, str):
        return not value.strip() or value.strip() in _WRITTEN_NAN
    if isinstance(value, (list, tuple, dict)):
        return False
    # pandas' missing values are recognised by name, since the library need not be there.
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, (float, np.floating)) and math.isnan(value)


def label_of(value: Any) -> Any:
    """Return a label as it is compared: texts without blanks around them, whole numbers as integers.

    Example:
        >>> label_of(" عالی"), label_of(2.0)
        ('عالی', 2)
    """
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return int(value)
    return value
