"""`Config`: a named, typed config that is found by name, read from and written to files and the Hub."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from typing import Any, ClassVar, Self, cast

import hezar_hub
import hezar_registry
from hezar_config.errors import ConfigError, ConfigFileError, MissingKeyError
from hezar_config.section import ConfigSection, check_mapping, report_unknown, to_plain
from hezar_config.yaml_io import dump_yaml, parse_yaml

_KINDS: dict[str, type[Config]] = {}
"""The base class of each kind of config, by its ``config_type``."""


@dataclasses.dataclass
class Config(ConfigSection):
    """Base class of all configs.

    A config is a dataclass. ``name`` and ``config_type`` are class attributes, never fields::

        @dataclass
        class MyBertConfig(ModelConfig):
            name = "my_bert"
            vocab_size: int = 1000

    An instance of a base class such as `ModelConfig` is a *generic* config: it stands for a file whose own class is
    not installed, and holds all its keys in `unknown_fields`.
    """

    name: ClassVar[str] = ""
    config_type: ClassVar[str] = "base"
    filename: ClassVar[str] = "model_config.yaml"
    subfolder: ClassVar[str | None] = None
    repo_type: ClassVar[str] = "model"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if Config in cls.__bases__:  # the kinds of `hezar_config.derivatives` come first, and stay
            _KINDS.setdefault(cls.config_type, cls)

    def __post_init__(self) -> None:
        super().__post_init__()
        for reserved in ("name", "config_type"):
            if reserved in self.fields() and self.fields()[reserved].init:
                raise ConfigError(
                    f"{type(self).__name__}.{reserved} must not be a field. "
                    f'Write it without annotation, exactly so: {reserved} = "..."'
                )

    @property
    def is_generic(self) -> bool:
        """Whether the class of this config is not installed, so that its values are not checked."""
        return not type(self).name

    def to_dict(self) -> dict[str, Any]:
        """Return ``name``, ``config_type`` and the fields as plain nested dicts.

        Unknown keys of the file are included only when the config is generic; `save` always writes them.
        """
        values = {"name": str(self.name), "config_type": str(self.config_type), **super().to_dict()}
        return values | to_plain(self.unknown_fields) if self.is_generic else values

    def update(self, values: Mapping[str, Any] | None = None, **kwargs: Any) -> Self:
        """Set fields in place; a generic config takes any key. See `ConfigSection.update`."""
        check_mapping(values or {}, type(self).__name__)
        changes = {**(values or {}), **kwargs}
        if self.is_generic:
            # A base class, which has no name either, may have fields.
            fields = self.fields()
            self.unknown_fields.update({key: value for key, value in changes.items() if key not in fields})
            changes = {key: value for key, value in changes.items() if key in fields}
        return super().update(changes)

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        """Return a JSON Schema of the file: ``name``, ``config_type`` and the fields."""
        schema = super().json_schema()
        definition = schema["$defs"][cls.__name__]
        header = {"name": {"const": cls.name}, "config_type": {"const": cls.config_type}}
        definition["properties"].pop("unknown_fields", None)
        definition["properties"] = header | definition["properties"]
        definition["required"] = ["name", "config_type", *definition.get("required", [])]
        return schema

    # From plain values -----------------------------------------------------------------------------------------

    @classmethod
    def from_dict(cls, values: Mapping[str, Any], *, source: str | None = None, **kwargs: Any) -> Self:
        """Build a config from plain values.

        Nested mappings that carry a registered ``name`` and its ``config_type`` become configs of that class.

        Args:
            values: The values; ``name`` and ``config_type`` in them are not needed here.
            source: What to call the values in messages, such as a file name.
            **kwargs: Fields that win over `values`.

        Raises:
            ConfigValidationError: A value has the wrong type.
            UnknownFieldError: A keyword is not a field.
        """
        check_mapping(values, source or cls.__name__)
        name = values.get("name")
        resolved = {key: _resolve_nested(value) for key, value in values.items() if key not in ("name", "config_type")}
        config = cls.decode(resolved, source)
        if config.is_generic and name is not None:
            # The class attribute of a base class is empty; this one config has a name of its own.
            object.__setattr__(config, "name", str(name))
        elif not config.is_generic:
            report_unknown(config, source)
        return config.update(kwargs) if kwargs else config

    # Files -----------------------------------------------------------------------------------------------------

    @classmethod
    def load(
        cls,
        path: str | os.PathLike[str],
        filename: str | None = None,
        subfolder: str | None = None,
        repo_type: str | None = None,
        cache_dir: str | os.PathLike[str] | None = None,
        *,
        revision: str | None = None,
        token: str | bool | None = None,
        local_files_only: bool = False,
        **kwargs: Any,
    ) -> Self:
        """Load a config from a local folder, a Hub repo or a YAML file.

        The class comes from ``name`` in the file; where that class is not installed, the result is a generic config
        of the class `load` was called on.

        Args:
            path: A folder, a Hub repo id such as ``"hezarai/bert-base-fa"``, or a YAML file.
            filename: The file in the repo; default is the published name for this kind of config.
            subfolder: The folder of the file in the repo.
            repo_type: ``"model"`` or ``"dataset"``.
            cache_dir: Where downloads are kept; default is ``HEZAR_CACHE_DIR``.
            revision: Branch, tag or commit.
            token: A Hub token; default is the one you are logged in with.
            local_files_only: Use what is cached and send no request.
            **kwargs: Fields that win over the file.

        Raises:
            ConfigFileError: The file is broken, or describes another kind of module.
            ConfigValidationError: A value has the wrong type.
            MissingKeyError: ``name`` or a required key is absent.
            UnknownFieldError: A keyword is not a field of the config.
            HubError: The repo or file cannot be had.

        Example:
            >>> ModelConfig.load("hezarai/bert-base-fa").hidden_size  # doctest: +SKIP
            768
        """
        from pathlib import Path

        from hezar_hub.names import path_text

        file = path_text(path)
        if filename is None and file.endswith((".yaml", ".yml")) and Path(file).expanduser().is_file():
            return cls._from_text(Path(file).expanduser().read_bytes(), file, kwargs)
        repo = hezar_hub.Repo(
            path,
            repo_type=repo_type or cls.repo_type,
            revision=revision,
            token=token,
            cache_dir=cache_dir,
            local_files_only=local_files_only,
        )
        return cls.load_from(repo, filename, subfolder, **kwargs)

    @classmethod
    def load_from(
        cls, repo: hezar_hub.Repo, filename: str | None = None, subfolder: str | None = None, **kwargs: Any
    ) -> Self:
        """Load a config from an open repo; see `load`."""
        filename = filename or cls.filename
        subfolder = subfolder if subfolder is not None else cls.subfolder
        source = "/".join(part for part in (str(repo), subfolder, filename) if part)
        return cls._from_text(repo.file(filename, subfolder=subfolder).read_bytes(), source, kwargs)

    @classmethod
    def _from_text(cls, text: bytes, source: str, overrides: Mapping[str, Any]) -> Self:
        values = parse_yaml(text, source)
        return cls.resolve(values, source).from_dict(values, source=source, **overrides)

    @classmethod
    def resolve(cls, values: Any, source: str) -> type[Self]:
        """Return the class that the ``name`` and ``config_type`` of a parsed file ask for.

        Raises:
            ConfigFileError: `values` is not a mapping, or describes another kind of module than this class.
            MissingKeyError: ``name`` is absent.
        """
        from hezar_config.enums import RegistryType

        if not isinstance(values, dict):
            raise ConfigFileError(f"{source}: a config is a mapping of keys to values; found {type(values).__name__}.")
        mapping = cast("dict[Any, Any]", values)
        if "name" not in mapping:
            raise MissingKeyError(f"{source}: the key 'name', by which the class of a config is found, is missing.")
        if isinstance(mapping["name"], bool):
            raise ConfigFileError(
                f"{source}: 'name' is {mapping['name']}, for YAML reads yes, no, on and off so. Write the name in quotes."
            )
        # Normalizer configs written by Hezar 1.0.0 hold the enum's name, PREPROCESSOR.
        config_type = str(mapping.get("config_type", "base")).lower()
        if config_type not in RegistryType.list():
            raise ConfigFileError(
                f"{source}: Invalid `config_type`: {mapping.get('config_type')!r}. "
                f"It must be one of {', '.join(RegistryType.list())}."
            )
        if cls.config_type not in ("base", config_type):
            raise ConfigFileError(
                f"{source} is the config of a {config_type}; {cls.__name__} loads those of a {cls.config_type}."
            )
        registered = registered_config_class(str(mapping["name"]), config_type)
        if registered is not None and (issubclass(registered, cls) or cls.name):
            return cast("type[Self]", registered)
        return cast("type[Self]", _KINDS.get(config_type, Config)) if cls.config_type == "base" else cls

    def save(
        self,
        save_dir: str | os.PathLike[str],
        filename: str | None = None,
        subfolder: str | None = None,
        skip_none_fields: bool = True,
    ) -> str:
        """Validate and write the config as YAML; the file is replaced as a whole or not at all.

        Args:
            save_dir: The folder of the repo.
            filename: The file; default is the published name for this kind of config.
            subfolder: The folder in the repo.
            skip_none_fields: Leave out top-level fields that are ``None``.

        Returns:
            The path of the file.
        """
        from hezar_hub.save import target_path

        folder = subfolder if subfolder is not None else self.subfolder
        path = target_path(save_dir) / (folder or "") / (filename or self.filename)
        hezar_hub.atomic_write(path, self.to_yaml(skip_none_fields))
        return str(path)

    def to_yaml(self, skip_none_fields: bool = True) -> str:
        """Validate the config and return it as the text of a config file."""
        self.validate()
        values = self.to_dict() | to_plain(self.unknown_fields)
        if skip_none_fields:
            values = {key: value for key, value in values.items() if value is not None}
        return dump_yaml(values)

    def push_to_hub(
        self,
        repo_id: str,
        filename: str | None = None,
        subfolder: str | None = None,
        repo_type: str | None = None,
        skip_none_fields: bool = True,
        private: bool = False,
        commit_message: str | None = None,
        *,
        token: str | bool | None = None,
        revision: str | None = None,
    ) -> Any:
        """Validate the config and push it as one commit; the repo is created if needed.

        Args:
            repo_id: ``"owner/name"``.
            filename: The file in the repo; default is the published name for this kind of config.
            subfolder: The folder in the repo.
            repo_type: ``"model"`` or ``"dataset"``.
            skip_none_fields: Leave out top-level fields that are ``None``.
            private: Make a new repo private.
            commit_message: Default is ``Hezar: Upload <filename>``.
            token: A Hub token; default is the one you are logged in with.
            revision: The branch to push to.

        Raises:
            HubError: The push failed; the repo is as it was.
        """
        filename = filename or self.filename
        folder = subfolder if subfolder is not None else self.subfolder
        name = f"{folder}/{filename}" if folder else filename
        return hezar_hub.push(
            repo_id,
            {name: self.to_yaml(skip_none_fields)},
            commit_message=commit_message or f"Hezar: Upload {filename}",
            private=private,
            repo_type=repo_type or self.repo_type,
            token=token,
            revision=revision,
        )


def registered_config_class(name: str, config_type: str) -> type[Config] | None:
    """Return the config class registered under `name`, or ``None`` when there is none."""
    try:
        registration = hezar_registry.get_registry(config_type)[name]
    except hezar_registry.UnknownNameError:
        return None
    return cast("type[Config] | None", registration.config_class)


def _resolve_nested(value: Any) -> Any:
    """Turn every mapping that carries a registered ``name`` and ``config_type`` into a config of that class."""
    if isinstance(value, dict):
        mapping = cast("dict[Any, Any]", value)
        if "name" in mapping and "config_type" in mapping:
            found = registered_config_class(str(mapping["name"]), str(mapping["config_type"]).lower())
            if found is not None:
                return found.from_dict(mapping)
        return {key: _resolve_nested(item) for key, item in mapping.items()}
    if isinstance(value, list):
        return [_resolve_nested(item) for item in cast("list[Any]", value)]
    return value
