"""`Configurable`: the metaclass of modules that are built from a config and overrides of its fields."""

from __future__ import annotations

from typing import Any, TypeVar

from hezar_config.config import Config
from hezar_config.errors import ConfigError

ModuleT = TypeVar("ModuleT")


class Configurable(type):
    """Merge keyword overrides into the config before ``__init__`` sees it.

    ``Module(config, vocab_size=7)`` calls ``__init__`` with a validated copy of `config` whose ``vocab_size`` is 7.
    So a module can use its ``config`` argument right away, and the caller's config is never changed. Keywords that
    are not config fields reach ``__init__`` as they are. Without a config, the registered config class with its
    defaults is used.
    """

    def __call__(cls: type[ModuleT], config: Config | None = None, *args: Any, **kwargs: Any) -> ModuleT:
        config = default_config(cls) if config is None else checked_config(cls, config)
        fields = {} if config.is_generic else config.fields()
        overrides = {name: kwargs.pop(name) for name in list(kwargs) if name in fields}
        return type.__call__(cls, config.replace(**overrides), *args, **kwargs)


def default_config(module_class: type) -> Config:
    """Return the defaults of the config class that `module_class` is registered with.

    Raises:
        ConfigError: The class is not registered, or has no config class.
    """
    config_class = _registered_config_class(module_class)
    if config_class is None:
        raise ConfigError(f"{module_class.__name__} is not registered with a config class, so it needs a config.")
    return config_class()


def checked_config(module_class: type, config: Any) -> Config:
    """Return a config that was given to `module_class`.

    Raises:
        ConfigError: It is not a config, or one of another kind of module.
    """
    wanted = _registered_config_class(module_class)
    name = "Config" if wanted is None else wanted.__name__
    if not isinstance(config, Config):
        raise ConfigError(
            f"{module_class.__name__} takes a {name}; found {type(config).__name__}. "
            f"Make one of a mapping with {name}.from_dict(...), or give fields as keywords."
        )
    if wanted is not None and config.config_type != wanted.config_type:
        raise ConfigError(
            f"{module_class.__name__} takes a {name}; found a {type(config).__name__}, which is the config of a "
            f"{config.config_type}."
        )
    return config


def _registered_config_class(module_class: type) -> type[Config] | None:
    from hezar_registry.manifest import KINDS
    from hezar_registry.registry import get_registry

    for kind in KINDS:
        name = get_registry(kind).name_of(module_class)
        config_class = get_registry(kind)[name].config_class if name else None
        if config_class is not None:
            return config_class
    return None
