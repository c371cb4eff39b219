"""Which modules and distributions are installed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, TypeVar

from hezar_registry.errors import InputTypeError, MissingExtraError

# What to install for a module that is not named like its distribution.
_DISTRIBUTIONS = {
    "PIL": "pillow",
    "cv2": "opencv-python-headless",
    "rouge_score": "rouge-score",
    "sklearn": "scikit-learn",
}

TargetT = TypeVar("TargetT", bound=Callable[..., Any])


def is_backend_available(backend: str) -> bool:
    """Whether a module is installed; a top-level one is not imported for that.

    Args:
        backend: Import name, such as ``"sklearn"``, or a member of `Backends`.

    Raises:
        InputTypeError: It is not a string.

    Example:
        >>> is_backend_available("json")
        True
    """
    from importlib.util import find_spec

    try:
        return find_spec(backend) is not None
    except (ImportError, ValueError):  # its parent is not installed; it is empty, or blocked in sys.modules
        return False
    except (AttributeError, TypeError) as error:
        raise InputTypeError(f"Expected the import name of a module; found {backend!r}.") from error


def verify_dependencies(obj: object, backends: Iterable[str] | None = None) -> None:
    """Check that the modules `obj` needs are installed.

    Args:
        obj: A function, a class, or an instance of it; for the message.
        backends: Import names, such as ``"sklearn"``, or members of `Backends`.

    Raises:
        MissingExtraError: Some are not; the message names them all. It is a ``ModuleNotFoundError``.

    Example:
        >>> verify_dependencies(print, ["json"])
    """
    backends = [backends] if isinstance(backends, str) else backends or []
    missing = [str(backend) for backend in backends if not is_backend_available(backend)]
    if missing:
        owner: str = getattr(obj, "__qualname__", type(obj).__qualname__).rpartition("<locals>.")[2]
        raise MissingExtraError(
            f"`{owner}` needs {', '.join(f'`{name}`' for name in missing)}, which cannot be found. Install with: "
            f"pip install {' '.join(_distribution(name) for name in missing)}"
        )


def check_dependencies(backends: Iterable[str]) -> Callable[[TargetT], TargetT]:
    """Return a decorator with which a function, or a class when it is instantiated, verifies its dependencies first.

    Args:
        backends: Import names, such as ``"sklearn"``, or members of `Backends`.

    Example:
        >>> @check_dependencies(["json"])
        ... def parse(text): ...
    """
    names = [backends] if isinstance(backends, str) else list(backends)

    def decorate(target: Any) -> Any:
        function = target.__init__ if isinstance(target, type) else target

        @wraps(function)
        def checked(*args: Any, **kwargs: Any) -> Any:
            verify_dependencies(target, names)
            return function(*args, **kwargs)

        if isinstance(target, type):
            setattr(target, "__init__", checked)  # noqa: B010 - checkers refuse the assignment
        return target if isinstance(target, type) else checked

    return decorate


def get_lib_version(lib: str) -> str:
    """Return the version of an installed distribution.

    Args:
        lib: Its name, such as ``"scikit-learn"``; the import names of `Backends` do too.

    Raises:
        MissingExtraError: It is not installed. It is a ``ModuleNotFoundError``.

    Example:
        >>> get_lib_version("hezar-registry").count(".")
        2
    """
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(_distribution(lib))
    except (PackageNotFoundError, ValueError) as error:  # ValueError for an empty name
        raise MissingExtraError(
            f"{lib!r} is not installed. Install it with: pip install {_distribution(lib)}"
        ) from error


def _distribution(module: str) -> str:
    top = str(module).partition(".")[0]
    return _DISTRIBUTIONS.get(top, top)
