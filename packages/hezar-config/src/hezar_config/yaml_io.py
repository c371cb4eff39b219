"""YAML in and out: the dialect Hezar configs are published in.

It is YAML 1.1 as PyYAML reads and writes it, with three differences: ``2e-5`` is a number, ``2024-01-01`` stays text,
and anchors, aliases and repeated keys, which no config needs, are refused (aliases can make a small file explode).
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from hezar_config.errors import ConfigError, ConfigFileError

# libyaml's parser recurses in C: nesting is bounded before it gets to see the text.
MAX_DEPTH = 50

# PyYAML wants a dot in every float and reads "2e-5" as text.
_EXPONENT_FLOAT: Any = (
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?[0-9][0-9_]*(?:\.[0-9_]*)?[eE][-+]?[0-9]+$"),
    list("-+0123456789"),
)

_BaseLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BaseDumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Loader(_BaseLoader):
    """Safe loader of the dialect."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        mapping: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, (dict, list)) or key in mapping:
                reason = "is not a plain value" if isinstance(key, (dict, list)) else "is given twice"
                raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} {reason}", key_node.start_mark)
            mapping[key] = self.construct_object(value_node, deep=deep)
        return mapping


def _construct_mapping(loader: Any, node: Any) -> dict[Any, Any]:
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor("tag:yaml.org,2002:map", _construct_mapping)
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in ("tag:yaml.org,2002:timestamp",)]
    for first, resolvers in _BaseLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(*_EXPONENT_FLOAT)


class _Dumper(_BaseDumper):
    """Safe dumper that writes every value in full."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_tuple(dumper: Any, value: tuple[Any, ...]) -> Any:
    return dumper.represent_list(list(value))


_Dumper.add_representer(tuple, _represent_tuple)
# Text that the loader above takes for a number must be written in quotes.
_Dumper.yaml_implicit_resolvers = {**_BaseDumper.yaml_implicit_resolvers}
_Dumper.add_implicit_resolver(*_EXPONENT_FLOAT)


def parse_yaml(text: str | bytes, source: str) -> Any:
    """Parse one YAML document.

    Args:
        text: The document; bytes are UTF-8.
        source: What to call it in errors, normally the file name.

    Raises:
        ConfigFileError: The text is not YAML of the dialect; the message has line and column.

    Example:
        >>> parse_yaml("learning_rate: 2e-5", "train_config.yaml")
        {'learning_rate': 2e-05}
    """
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8-sig")
        _check_events(text)
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - _Loader is a safe loader
    except UnicodeDecodeError as error:
        raise ConfigFileError(f"{source} is not UTF-8 text ({error}). Save it as UTF-8.") from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise ConfigFileError(f"{source} is not valid YAML: {error}") from error


def _check_events(text: str) -> None:
    depth = 0
    parse: Any = yaml.parse  # pyright: ignore - PyYAML is untyped
    for event in parse(text, Loader=_BaseLoader):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise yaml.YAMLError(f"anchors and aliases (& and *) are not allowed, line {event.start_mark.line + 1}")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise yaml.YAMLError(f"nested more than {MAX_DEPTH} levels deep, line {event.start_mark.line + 1}")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def dump_yaml(data: Any) -> str:
    r"""Write plain data as YAML, keys in their order, Persian text as it is.

    Raises:
        ConfigError: A value is not plain data.

    Example:
        >>> dump_yaml({"id2label": {0: "منفی"}})
        'id2label:\n  0: منفی\n'
    """
    try:
        return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=False)
    except yaml.representer.RepresenterError as error:
        raise ConfigError(
            f"Only plain values (text, numbers, booleans, lists, mappings) can be saved: {error}"
        ) from error
