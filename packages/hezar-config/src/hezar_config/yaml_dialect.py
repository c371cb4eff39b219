"""PyYAML, taught the dialect of `hezar_config.yaml_io`; imported when the first file is read or written."""

from __future__ import annotations

import re
from typing import Any

import yaml

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


class Loader(_BaseLoader):
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


Loader.add_constructor("tag:yaml.org,2002:map", _construct_mapping)
Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in ("tag:yaml.org,2002:timestamp",)]
    for first, resolvers in _BaseLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver(*_EXPONENT_FLOAT)


class Dumper(_BaseDumper):
    """Safe dumper that writes every value in full."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_tuple(dumper: Any, value: tuple[Any, ...]) -> Any:
    return dumper.represent_list(list(value))


Dumper.add_representer(tuple, _represent_tuple)
# Text that the loader above takes for a number must be written in quotes.
Dumper.yaml_implicit_resolvers = {**_BaseDumper.yaml_implicit_resolvers}
Dumper.add_implicit_resolver(*_EXPONENT_FLOAT)


def check_events(text: str) -> None:
    """Raise a ``YAMLError`` for anchors, aliases and deep nesting, before anything is built."""
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
