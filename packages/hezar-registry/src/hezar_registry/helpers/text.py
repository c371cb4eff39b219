"""Names as text."""

from __future__ import annotations

import re


def snake_case(name: str) -> str:
    """Turn CamelCase, kebab-case or words into snake_case, splitting runs of capitals as Hezar 1.0.0 does.

    Example:
        >>> snake_case("BertMaskFilling")
        'bert_mask_filling'
    """
    # A word begins where a run of capitals does, and where a capital is followed by small letters.
    for word in (r"[A-Z]+", r"[A-Z][a-z]+"):
        name = re.sub(word, r" \g<0>", name.replace("-", " "))
    return "_".join(name.split()).lower()
