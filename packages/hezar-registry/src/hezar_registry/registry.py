"""Registries: read-only mappings from names to modules, filled from manifests and by decorators.

Listing names reads manifests only; a class is imported when it is first asked for.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any, TypeVar

from hezar_registry.errors import (
    DuplicateNameError,
    ImplementationMissingError,
    RegistryError,
    UnknownNameError,
    suggest,
)
from hezar_registry.logging import get_logger
from hezar_registry.manifest import KINDS, Kind, installed_entries

ModuleT = TypeVar("ModuleT", bound=type)


class Registration:
    """What a registry knows under one name.

    Attributes:
        kind: The registry it belongs to.
        name: The registered name.
        description: One line for listings, or ``None``.
        task: The task of a model, or ``None``.
        source: The distribution (or, for a decorated class, the module) it comes from.
        implemented: False when only the config of a published name is known to this version.
    """

    def __init__(
        self,
        kind: Kind,
        name: str,
        source: str,
        module: type | str | None,
        config: type | str | None,
        description: str | None = None,
        task: str | None = None,
        aliases: tuple[str, ...] = (),
    ) -> None:
        self.kind: Kind = kind
        self.name = name
        self.source = source
        self.description = description
        self.task = task
        self.aliases = aliases
        self._module = module
        self._config = config

    @property
    def implemented(self) -> bool:
        return self._module is not None

    @property
    def module_class(self) -> type:
        """The class registered under the name; imported on first use.

        Raises:
            ImplementationMissingError: Only the config of this name is known to this version.
        """
        if self._module is None:
            raise ImplementationMissingError(
                f"{self.source} can read, write and publish the config of the {self.kind} {self.name!r}; this version of it "
                "has no implementation yet."
            )
        if isinstance(self._module, str):
            self._module = _import_class(self._module)
        return self._module

    @property
    def config_class(self) -> type | None:
        """The config class of the name; imported on first use, without torch."""
        if isinstance(self._config, str):
            self._config = _import_class(self._config)
        return self._config

    @property
    def module_path(self) -> str | None:
        """``"package.module:Class"`` of the module class, without importing it."""
        return _class_path(self._module)

    def is_module(self, module_class: type) -> bool:
        """Whether `module_class` is what this name stands for; imports nothing."""
        return self.module_path == _class_path(module_class)

    def __repr__(self) -> str:
        return f"Registration({self.kind} {self.name!r} -> {self.module_path}, from {self.source})"


def _import_class(path: str) -> type:
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)


def _class_path(target: type | str | None) -> str | None:
    return f"{target.__module__}:{target.__qualname__}" if isinstance(target, type) else target


class Registry(Mapping[str, Registration]):
    """A read-only mapping from the names of one kind of module to their `Registration`.

    Example:
        >>> from hezar_registry import models_registry
        >>> "bert_text_classification" in models_registry
        True
    """

    def __init__(self, kind: Kind) -> None:
        self.kind: Kind = kind
        self._entries: dict[str, Registration] = {}
        self._aliases: dict[str, str] = {}

    def __getitem__(self, name: str) -> Registration:
        _load_manifests()
        registration = None
        if isinstance(name, str):  # pyright: ignore[reportUnnecessaryIsInstance] - callers and files give anything
            registration = self._entries.get(self._aliases.get(name, name))
        if registration is None:
            known = sorted(self._entries)
            raise UnknownNameError(
                f"Unknown {self.kind} name: {name!r}.{suggest(str(name), known)} Available {self.kind} names: {known}"
            )
        return registration

    def __iter__(self) -> Iterator[str]:
        _load_manifests()
        return iter(sorted(self._entries))

    def __len__(self) -> int:
        _load_manifests()
        return len(self._entries)

    def __contains__(self, name: object) -> bool:
        _load_manifests()
        return name in self._entries or name in self._aliases

    def __repr__(self) -> str:
        return f"<registry of {len(self)} {self.kind} names>"

    def name_of(self, module_class: type) -> str | None:
        """The name `module_class` is registered under, or ``None``; imports nothing."""
        _load_manifests()
        return next((name for name, entry in self._entries.items() if entry.is_module(module_class)), None)

    def register(self, name: str, config_class: type | None, description: str | None) -> Callable[[ModuleT], ModuleT]:
        """Return the decorator that registers a class under `name`.

        Raises:
            DuplicateNameError: Another class has the name already.
            RegistryError: ``config_class.name`` is not `name`.
        """

        def decorate(module_class: ModuleT) -> ModuleT:
            config_name = getattr(config_class, "name", name)
            if config_class is not None and config_name != name:
                raise ConfigNameError(
                    f"{module_class.__name__} is registered as {self.kind} {name!r}, but {config_class.__name__}.name "
                    f"is {config_name!r}. Both must be the same, for the name in a saved config finds the class."
                )
            _load_manifests()
            self.add(
                Registration(
                    self.kind, name, module_class.__module__, module_class, config_class, description,
                    task=getattr(config_class, "task", None),
                )
            )  # fmt: skip
            return module_class

        return decorate

    def add(self, new: Registration) -> None:
        """Take in a registration; users call `register`.

        Raises:
            DuplicateNameError: Another class has the name.
        """
        old = self._entries.get(new.name)
        # A module of a manifest may decorate its own class, and a notebook cell or a reload defines a class again.
        if old is not None and old.module_path != new.module_path:
            raise DuplicateNameError(
                f"The {self.kind} name {new.name!r} is taken by {old.module_path} (from {old.source}); "
                f"{new.module_path} (from {new.source}) needs another name."
            )
        self._entries[new.name] = new
        for alias in new.aliases:
            self._aliases.setdefault(alias, new.name)


class ConfigNameError(RegistryError, ValueError):
    """The name of a config class is not the name its module is registered under."""


_REGISTRIES: dict[Kind, Registry] = {kind: Registry(kind) for kind in KINDS}
models_registry = _REGISTRIES["model"]
preprocessors_registry = _REGISTRIES["preprocessor"]
datasets_registry = _REGISTRIES["dataset"]
embeddings_registry = _REGISTRIES["embedding"]
metrics_registry = _REGISTRIES["metric"]
trainers_registry = _REGISTRIES["trainer"]

_manifests_loaded = False
_lock = threading.RLock()


def _load_manifests() -> None:
    """Read every installed manifest, once, on the first use of any registry."""
    global _manifests_loaded  # noqa: PLW0603 - one flag for all six registries
    if _manifests_loaded:
        return
    with _lock:
        if _manifests_loaded:
            return
        _manifests_loaded = True
        for source, entry in installed_entries():
            registration = Registration(
                entry.kind, entry.name, source, entry.module, entry.config, entry.description, entry.task,
                entry.aliases,
            )  # fmt: skip
            try:
                _REGISTRIES[entry.kind].add(registration)
            except DuplicateNameError as error:
                get_logger(__name__).warning("The Hezar plug-in %r asks for a name that is taken. %s", source, error)


def get_registry(kind: str) -> Registry:
    """Return the registry of `kind`: model, preprocessor, dataset, embedding, metric or trainer.

    Raises:
        UnknownNameError: There is no such kind.
    """
    for known, registry in _REGISTRIES.items():
        if known == kind:
            return registry
    raise UnknownNameError(f"Invalid registry_type: {kind!r}. Registries exist for: {', '.join(KINDS)}.")


def config_for(kind: Kind, name: str, config: Any) -> tuple[type, Any]:
    """Return the module class under `name` and its config: the given one, else the defaults."""
    registration = get_registry(kind)[name]
    if config is None and registration.config_class is not None:
        config = registration.config_class()
    return registration.module_class, config
