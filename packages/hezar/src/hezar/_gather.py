"""How a module of the facade gets its names from another distribution without importing torch."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from types import ModuleType

from hezar_registry import MissingExtraError


def gather(
    facade: str, *homes: str, names: Iterable[str] | None = None
) -> tuple[Callable[[str], object], Callable[[], list[str]], list[str]]:
    """Make ``__getattr__``, ``__dir__`` and ``__all__`` of the facade module `facade`.

    Args:
        facade: ``__name__`` of the module.
        *homes: The modules that have the names; an earlier one wins.
        names: The names to take; default is all public names of `homes`.

    With ``HEZAR_EAGER_IMPORT=1`` in the environment every name is imported at once, so that a broken one shows up.
    """
    available: dict[str, str] = {}
    for home in homes:
        for name in _import(home, facade).__all__:
            available.setdefault(name, home)
    exports = available if names is None else {name: available[name] for name in names}

    def __getattr__(name: str) -> object:
        if name not in exports:
            raise AttributeError(f"module {facade!r} has no attribute {name!r}")
        wanted = f"{facade}.{name}"
        module = _import(exports[name], wanted)
        try:
            value = getattr(module, name)
        except ModuleNotFoundError as error:
            raise _missing(wanted, error) from error
        setattr(sys.modules[facade], name, value)
        return value

    def __dir__() -> list[str]:
        return sorted({*exports, *vars(sys.modules[facade])})

    if os.environ.get("HEZAR_EAGER_IMPORT", "") not in ("", "0"):
        for name in exports:
            __getattr__(name)
    return __getattr__, __dir__, list(exports)


def _import(module: str, wanted: str) -> ModuleType:
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise _missing(wanted, error) from error


def _missing(wanted: str, error: ModuleNotFoundError) -> ImportError:
    """Say what to install; an error that says so already is returned as it is."""
    if isinstance(error, MissingExtraError):
        return error
    package = (error.name or "hezar").partition(".")[0]
    distribution = package.replace("_", "-") if package.startswith("hezar_") else package
    return MissingExtraError(
        f"{wanted} needs `{package}`, which cannot be imported ({error}). Install it with: pip install {distribution}"
    )
