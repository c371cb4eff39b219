"""`ConfigSection`: a dataclass whose fields are read, checked and written by msgspec.

It is the part of a config that has nothing to do with files, names or the Hub; `hezar_config.config` adds those.
"""

from __future__ import annotations

import copy
import dataclasses
import functools
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import Any, Self, cast

from hezar_config.errors import ConfigValidationError, MissingKeyError, UnknownFieldError
from hezar_registry import get_logger, suggest


@dataclasses.dataclass
class ConfigSection:
    """A group of typed values; subclasses are standard-library dataclasses.

    Assigning to a name that is neither a field, nor a key of the file, nor an attribute of the class, is an error, as it
    is in the constructor; names that begin with an underscore are free.

    Attributes:
        unknown_fields: Keys of the file that are not fields of this class. They are kept and written back.
    """

    unknown_fields: dict[str, Any] = dataclasses.field(default_factory=dict[str, Any], init=False, repr=False)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "__post_init__" in vars(cls):
            setattr(cls, "__post_init__", _completing(cls.__post_init__))  # noqa: B010 - pyright takes methods as fixed

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        cls._check_keywords(kwargs)
        return super().__new__(cls)

    def __post_init__(self) -> None:
        for name in self.fields():
            value = getattr(self, name)
            if isinstance(value, Enum):
                setattr(self, name, value.value)
        _complete(self, ConfigSection.__post_init__)

    # Reading ---------------------------------------------------------------------------------------------------

    @classmethod
    def fields(cls) -> dict[str, dataclasses.Field[Any]]:
        """Return the dataclass fields by name."""
        return {f.name: f for f in dataclasses.fields(cls) if f.name != "unknown_fields"}

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain nested dicts; the values are copies."""
        return {name: to_plain(getattr(self, name)) for name in self.fields()}

    def keys(self) -> list[str]:
        """Return the keys of `to_dict`."""
        return list(self.to_dict())

    def __iter__(self) -> Iterator[str]:
        return iter(self.to_dict())

    def __len__(self) -> int:
        return len(self.to_dict())

    def __getitem__(self, key: str) -> Any:
        values = self.to_dict() | self.unknown_fields
        if key not in values:
            raise self._unknown(key, "has no parameter")
        return values[key]

    def __getattr__(self, name: str) -> Any:
        # Called only when ordinary lookup fails: a key the file has and the class does not.
        unknown = self.__dict__.get("unknown_fields", {})
        if name in unknown:
            return unknown[name]
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of `key`, or `default` when there is none."""
        return getattr(self, key, default)

    def __str__(self) -> str:
        from pprint import pformat

        return pformat(self.to_dict(), sort_dicts=False)

    # Writing ---------------------------------------------------------------------------------------------------

    def __setattr__(self, name: str, value: Any) -> None:
        # What the class knows, private names, and what a subclass computes in its `__post_init__` are set as ever. A
        # misspelt field would be set too, and have no effect.
        own = name.startswith("_") or name in vars(self) or hasattr(type(self), name) or name in self.fields()
        if own or _COMPLETE not in vars(self):
            super().__setattr__(name, value)
        else:
            self.update({name: value})

    def __setitem__(self, key: str, value: Any) -> None:
        self.update({key: value})

    def update(self, values: Mapping[str, Any] | None = None, **kwargs: Any) -> Self:
        """Set fields in place; keywords win over `values`.

        Raises:
            UnknownFieldError: A key is neither a field nor a key of the file; the message names the nearest.
            ConfigValidationError: A value has the wrong type. Nothing is set then.
        """
        check_mapping(values or {}, type(self).__name__)
        changes = {**(values or {}), **kwargs}
        fields = self.fields()
        for key in changes:
            if key not in fields and key not in self.unknown_fields:
                raise self._unknown(key, "has no parameter")
        decoded = self._decode_fields({k: v for k, v in changes.items() if k in fields}, None)
        for key, value in changes.items():
            if key in fields:
                setattr(self, key, decoded[key])
            else:
                self.unknown_fields[key] = value
        return self

    def replace(self, **changes: Any) -> Self:
        """Return a validated copy with some fields changed.

        Example:
            >>> from hezar_config import TrainerConfig
            >>> base = TrainerConfig(output_dir="runs", task="text_classification")
            >>> base.replace(num_epochs=3).num_epochs
            3
        """
        return copy.deepcopy(self).update(changes).validate()

    def validate(self) -> Self:
        """Check the type of every field and return the config itself.

        Raises:
            ConfigValidationError: Names each wrong value: its path, what was expected and what was found.
        """
        self._decode_fields({name: getattr(self, name) for name in self.fields()}, None)
        return self

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        """Return a JSON Schema of the fields, for editors and for validation outside Python."""
        from hezar_config.decoding import json_schema

        return json_schema(cls)

    # Decoding --------------------------------------------------------------------------------------------------

    @classmethod
    def decode(cls, values: Mapping[Any, Any], source: str | None = None) -> Self:
        """Build an instance from plain values, such as a parsed file.

        Args:
            values: Plain values. A key that is not a field is kept in `unknown_fields`.
            source: What to call the values in messages, such as the file name.

        Raises:
            ConfigValidationError: A value has the wrong type.
            MissingKeyError: A required key is absent.
        """
        fields = {name: f for name, f in cls.fields().items() if f.init}
        decoded = cls._decode_fields({k: v for k, v in values.items() if k in fields}, source)
        missing = [name for name, f in fields.items() if name not in decoded and not _has_default(f)]
        if missing:
            where = f"{source}: " if source else ""
            raise MissingKeyError(f"{where}{cls.__name__} needs {', '.join(map(repr, missing))}, which is not given.")
        section = cls(**decoded)
        section.unknown_fields.update({k: v for k, v in values.items() if k not in cls.fields()})
        return section

    @classmethod
    def _decode_fields(cls, values: Mapping[str, Any], source: str | None) -> dict[str, Any]:
        # msgspec comes with the first config that is checked: importing the package stays quick.
        from hezar_config.decoding import decode_fields

        return decode_fields(cls, values, source)

    @classmethod
    def _check_keywords(cls, kwargs: Mapping[str, Any]) -> None:
        known = [name for name, f in cls.fields().items() if f.init]
        for name in kwargs:
            if name not in known:
                raise UnknownFieldError(
                    f"{cls.__name__} got an unexpected keyword argument {name!r}."
                    f"{suggest(name, known)} Its parameters are: {', '.join(known) or 'none'}."
                )

    def _unknown(self, key: str, problem: str) -> UnknownFieldError:
        known = [*self.fields(), *self.unknown_fields]
        return UnknownFieldError(
            f"{type(self).__name__} {problem} {key!r}.{suggest(key, known)} Its parameters are: {', '.join(known)}."
        )


_COMPLETE = "_complete"
"""The attribute of a section that is built: from now on its attributes are fields."""


def _complete(section: ConfigSection, post_init: Callable[..., None]) -> None:
    """Mark a section as built, at the end of the outermost `__post_init__`."""
    if type(section).__post_init__ is post_init:
        setattr(section, _COMPLETE, True)


def _completing(post_init: Callable[[Any], None]) -> Callable[[Any], None]:
    """Return the `__post_init__` of a subclass, after which its sections are built."""

    @functools.wraps(post_init)
    def run(self: Any, *args: Any) -> None:
        post_init(self, *args)
        _complete(self, run)

    return run


def check_mapping(values: object, name: str) -> None:
    """Raise a `ConfigValidationError` unless `values` are a mapping of fields; `name` is what messages call them."""
    if not isinstance(values, Mapping):
        raise ConfigValidationError(f"{name} is made of a mapping of fields to values; found {values!r:.100}.")


def to_plain(value: Any) -> Any:
    """Return a copy of `value` in which sections are dicts and enum members are their values."""
    if isinstance(value, ConfigSection):
        return value.to_dict() | copy.deepcopy(value.unknown_fields)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dict):
        return {to_plain(k): to_plain(v) for k, v in cast("dict[Any, Any]", value).items()}
    if isinstance(value, (list, tuple)):
        items = [to_plain(item) for item in cast("list[Any]", value)]
        return tuple(items) if isinstance(value, tuple) else items
    return value


def _has_default(field: dataclasses.Field[Any]) -> bool:
    return field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING


_reported: set[tuple[str, tuple[str, ...]]] = set()


def report_unknown(section: ConfigSection, source: str | None) -> None:
    """Log, once per file and set of keys, which keys of the file the class does not know."""
    keys = tuple(map(str, section.unknown_fields))
    where = source or "the given values"
    if keys and (where, keys) not in _reported:
        _reported.add((where, keys))
        get_logger(__name__).warning(
            "%s: %s does not know %s; kept, and written back on save.",
            where,
            type(section).__name__,
            ", ".join(map(repr, keys)),
        )
