"""Questions about functions and classes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hezar_registry.errors import InputTypeError


def sanitize_function_parameters(func: Callable[..., Any], params: Mapping[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Return the values that `func` has named parameters for, in the order of its signature.

    Args:
        func: A function, method, class or other callable. Its ``*args`` and ``**kwargs`` take nothing.
        params: Values by parameter name.
        **kwargs: More of them; they win over `params`.

    Raises:
        InputTypeError: `func` cannot be called, or does not tell its parameters.

    Example:
        >>> def fit(data, epochs=1, **options): ...
        >>> sanitize_function_parameters(fit, {"epochs": 3, "verbose": True})
        {'epochs': 3}
    """
    from inspect import Parameter, signature

    try:
        parameters = signature(func).parameters.values()
    except (TypeError, ValueError) as error:
        raise InputTypeError(f"Expected a callable with a signature; found {func!r} ({error}).") from error
    values = {**params, **kwargs}
    variadic = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)
    named = [parameter.name for parameter in parameters if parameter.kind not in variadic]
    return {name: values[name] for name in named if name in values}


def get_parents(obj: object, include_self: bool = True, names_only: bool = False) -> list[Any]:
    """Return all base classes of the class of `obj`, nearest first.

    Args:
        obj: Any object.
        include_self: End with the class of `obj` itself.
        names_only: Return names in place of classes.

    Example:
        >>> get_parents(True, names_only=True)
        ['int', 'object', 'bool']
    """
    own, *bases = type(obj).__mro__
    classes = [*bases, own] if include_self else bases
    return [parent.__name__ for parent in classes] if names_only else classes
