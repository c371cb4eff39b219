"""Checks of options that several tasks have."""

from __future__ import annotations

from hezar_registry import InputError


def check_top_k(top_k: object) -> None:
    """Raise an `InputError` unless `top_k` is a positive whole number."""
    if not isinstance(top_k, int) or isinstance(top_k, bool) or top_k < 1:
        raise InputError(f"top_k is a positive whole number; found {top_k!r}.")
