"""Look-ups in the registries by name and kind."""

from __future__ import annotations

from hezar_registry.errors import UnknownNameError
from hezar_registry.helpers.text import snake_case
from hezar_registry.registry import Registration, get_registry


def get_registry_point(registry_key: str, registry_type: str) -> Registration:
    """Return the `Registration` under `registry_key` in the registry of `registry_type`."""
    return get_registry(registry_type)[registry_key]


def get_module_class(name: str, registry_type: str) -> type:
    """Return the module class registered under `name`; CamelCase names are turned to snake_case first."""
    return get_registry(registry_type)[snake_case(name)].module_class


def get_module_config_class(name: str, registry_type: str) -> type | None:
    """Return the config class registered under `name`, or ``None`` for an unknown name."""
    registry = get_registry(registry_type)
    name = snake_case(name)
    return registry[name].config_class if name in registry else None


def get_registry_key_by_module_class(module_class: type, registry_type: str) -> str:
    """Return the name `module_class` is registered under.

    Raises:
        UnknownNameError: The class is in no registry of that type.
    """
    name = get_registry(registry_type).name_of(module_class)
    if name is None:
        raise UnknownNameError(
            f"The {registry_type} class {getattr(module_class, '__name__', module_class)!r} is not registered. "
            f"Register it with @register_{registry_type}(name, config_class=...)."
        )
    return name
