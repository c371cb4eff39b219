"""Lazy package namespaces (PEP 562): a name is imported when it is first used."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def attach(package: str, exports: Mapping[str, str]) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """Make ``__getattr__``, ``__dir__`` and ``__all__`` of a package whose names live in its submodules.

    Args:
        package: ``__name__`` of the package.
        exports: Each public name with the module that defines it. No submodule may have the name of one: importing
            it would put the module in the place of what it defines.

    The submodules that define names are attributes too, as in a package that imports them at once.

    With ``HEZAR_EAGER_IMPORT=1`` in the environment every name is imported at once, so that a broken export shows
    up on import.
    """
    inner = [module.removeprefix(f"{package}.") for module in exports.values() if module.startswith(f"{package}.")]
    submodules = {module.partition(".")[0] for module in inner}

    def __getattr__(name: str) -> Any:
        if name in exports:
            value = getattr(import_module(exports[name]), name)
        elif name in submodules:
            value = import_module(f"{package}.{name}")
        else:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        setattr(sys.modules[package], name, value)
        return value

    def __dir__() -> list[str]:
        return sorted({*exports, *submodules, *vars(sys.modules[package])})

    if os.environ.get("HEZAR_EAGER_IMPORT", "") not in ("", "0"):
        for name in exports:
            __getattr__(name)
    return __getattr__, __dir__, sorted(exports)
