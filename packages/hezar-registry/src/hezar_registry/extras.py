"""Optional dependencies: import them late, and name the extra to install when they are absent."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from hezar_registry.errors import MissingExtraError


def require(module: str, *, extra: str, purpose: str) -> ModuleType:
    """Import an optional dependency.

    Args:
        module: The module to import, such as ``"soundfile"``.
        extra: What to install when it is absent, such as ``"hezar[audio]"``.
        purpose: What it is needed for; begins the error message.

    Raises:
        MissingExtraError: The module, or something it imports, is not installed.

    Example:
        >>> require("json", extra="hezar[audio]", purpose="Reading JSON").__name__
        'json'
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingExtraError(
            f'{purpose} needs `{module}`, which cannot be imported ({error}). Install it with: pip install "{extra}"'
        ) from error
