"""Names as text."""

from __future__ import annotations

import re


def snake_case(name: str) -> str:
    """Turn CamelCase, kebab-case or words into snake_case, splitting runs of capitals as Hezar 1.0.0 does.

    Example:
        >>> snake_case("BertMaskFilling")
        'bert_mask_filling'
    """
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).replace("-", "_").replace(" ", "_").lower()
