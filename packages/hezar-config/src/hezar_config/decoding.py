"""From plain values to the types that fields declare, by msgspec; imported when the first config is decoded."""

from __future__ import annotations

import dataclasses
import re
import types
from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Annotated, Any, Union, cast, get_args, get_origin, get_type_hints

import msgspec

from hezar_config.errors import ConfigValidationError
from hezar_config.ranges import Range, ranges_of
from hezar_config.section import ConfigSection, report_unknown

# What a problem says where YAML took a text for something else, and what to do in the file.
_TEXT_LOST = re.compile("expected `str[^`]*`, got `(bool|null|int|float)`")
_QUOTES = (
    ". YAML reads yes and on as True, no and off as False, ~ and null as nothing, and 1 as a number: "
    'where they are text, such as labels, write them in quotes ("no")'
)


def decode_fields(cls: type[ConfigSection], values: Mapping[str, Any], source: str | None) -> dict[str, Any]:
    """Convert plain values to the types of the fields, collecting every problem before raising."""
    hints = _hints(cls)
    decoded: dict[str, Any] = {}
    problems: list[str] = []
    for name, value in values.items():
        hint = hints[name]
        if value is None and not _accepts_none(hint.full) and source is not None:
            continue  # "key:" in a file says that the key is not set
        try:
            decoded[name] = _decode_value(value, hint, source)
            problems += hint.out_of_range(name, decoded[name])
        except ConfigValidationError as error:
            problems.append(f"{name}.{error}")
        except msgspec.ValidationError as error:
            message, _, path = str(error).partition(" - at `$")
            where = f"{name}{path.rstrip('`')}"
            problems.append(f"{where}: {message[0].lower()}{message[1:]}; found {_shorten(value)}")
    if problems:
        where = f"{source}: " if source else ""
        advice = _QUOTES if source and any(map(_TEXT_LOST.search, problems)) else ""
        raise ConfigValidationError(f"{where}invalid {cls.__name__}: " + "; ".join(problems) + advice)
    return decoded


def _decode_value(value: Any, hint: _Hint, source: str | None) -> Any:
    if isinstance(value, Enum):
        value = value.value
    if hint.section is not None and isinstance(value, Mapping):
        section = hint.section.decode(cast("Mapping[Any, Any]", value))
        report_unknown(section, source)
        return section
    if hint.section is not None and isinstance(value, hint.section):
        return value.validate()
    # Some published types hold tuples where a list is declared, and users pass either.
    plain = list(cast("tuple[Any, ...]", value)) if isinstance(value, tuple) else value
    converted = msgspec.convert(plain, hint.codec, str_keys=True, dec_hook=_decode_custom)
    return (
        tuple(cast("list[Any]", converted)) if isinstance(value, tuple) and isinstance(converted, list) else converted
    )


def _decode_custom(expected: type, value: Any) -> Any:
    if isinstance(value, expected):
        return value
    raise msgspec.ValidationError(f"Expected `{expected.__name__}`, got `{type(value).__name__}`")


@dataclasses.dataclass(frozen=True)
class _Hint:
    """The type of one field: as declared, as msgspec checks it, and the section class in it, if any."""

    full: Any
    codec: Any
    section: type[ConfigSection] | None
    ranges: tuple[Range, ...] = ()
    item_ranges: tuple[Range, ...] = ()

    @classmethod
    def of(cls, full: Any) -> _Hint:
        return cls(full, _without_sections(full), _section_in(full), *ranges_of(full))

    def out_of_range(self, name: str, value: Any) -> list[str]:
        """Return what is out of range in a decoded value."""
        problems = [f"{name}: expected {r}; found {_shorten(value)}" for r in self.ranges if value not in r]
        if self.item_ranges and isinstance(value, (list, tuple, dict)):
            items = (
                cast("dict[Any, Any]", value).items()
                if isinstance(value, dict)
                else enumerate(cast("list[Any]", value))
            )
            problems += [
                f"{name}[{key}]: expected {r}; found {_shorten(item)}"
                for key, item in items
                for r in self.item_ranges
                if item not in r
            ]
        return problems


@cache
def _hints(cls: type[ConfigSection]) -> dict[str, _Hint]:
    try:
        hints = get_type_hints(cls, include_extras=True)
    except NameError as error:
        raise ConfigValidationError(
            f"The type hints of {cls.__name__} cannot be read: {error}. "
            "Names used in them must be importable at the top level of the module that defines the class."
        ) from error
    return {name: _Hint.of(hints[name]) for name in cls.fields()}


def json_schema(cls: type[ConfigSection]) -> dict[str, Any]:
    """Return the JSON Schema of a section and of those in it, ranges included."""
    schema: dict[str, Any] = msgspec.json.schema(cls)
    for section in _sections_of(cls):
        properties = schema["$defs"].get(section.__name__, {}).get("properties", {})
        for name, hint in _hints(section).items():
            for mark in hint.ranges:
                mark.add_to(properties[name])
            for part in (properties[name], *properties[name].get("anyOf", [])):
                items = part.get("items") or part.get("additionalProperties")
                for mark in hint.item_ranges if isinstance(items, dict) else ():
                    mark.add_to(cast("dict[str, Any]", items))
    return schema


def _sections_of(cls: type[ConfigSection]) -> set[type[ConfigSection]]:
    found, new = {cls}, [cls]
    while new:
        new = [h.section for section in new for h in _hints(section).values() if h.section not in found and h.section]
        found.update(new)
    return found


def _members(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)


def _accepts_none(hint: Any) -> bool:
    return any(member in (Any, type(None), None, object) for member in _members(hint))


def _section_in(hint: Any) -> type[ConfigSection] | None:
    return next((m for m in _members(hint) if isinstance(m, type) and issubclass(m, ConfigSection)), None)


def _without_sections(hint: Any) -> Any:
    """Return `hint` with every section class replaced by ``Any``: sections are decoded here, not by msgspec."""
    if isinstance(hint, type) and not get_args(hint) and issubclass(hint, ConfigSection):
        return Any
    arguments = get_args(hint)
    if get_origin(hint) is Annotated:
        return Annotated[(_without_sections(arguments[0]), *arguments[1:])]
    if not arguments or get_origin(hint) is None or all(_without_sections(a) is a for a in arguments):
        return hint
    if get_origin(hint) in (Union, types.UnionType):
        return Union[tuple(_without_sections(a) for a in arguments)]  # noqa: UP007 - built at run time
    generic: Any = get_origin(hint)
    return generic[tuple(_without_sections(a) for a in arguments)]


def _shorten(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
