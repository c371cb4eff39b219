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
    are no config fields reach ``__init__`` as they are. Without a config, the registered config class with its
    defaults is used.
    """

    def __call__(cls: type[ModuleT], config: Config | None = None, *args: Any, **kwargs: Any) -> ModuleT:
        if config is None:
            config = default_config(cls)
        fields = {} if config.is_generic else config.fields()
        overrides = {name: kwargs.pop(name) for name in list(kwargs) if name in fields}
        return type.__call__(cls, config.replace(**overrides), *args, **kwargs)


def default_config(module_class: type) -> Config:
    """Return the defaults of the config class that `module_class` is registered with.

    Raises:
        ConfigError: The class is not registered, or has no config class.
    """
    from hezar_registry.manifest import KINDS
    from hezar_registry.registry import get_registry

    for kind in KINDS:
        name = get_registry(kind).name_of(module_class)
        config_class = get_registry(kind)[name].config_class if name else None
        if config_class is not None:
            return config_class()
    raise ConfigError(f"{module_class.__name__} is not registered with a config class, so it needs a config.")
