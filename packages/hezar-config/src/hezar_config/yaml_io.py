"""YAML in and out: the dialect Hezar configs are published in.

It is YAML 1.1 as PyYAML reads and writes it, with three differences: ``2e-5`` is a number, ``2024-01-01`` stays text,
and anchors, aliases and repeated keys, which no config needs, are refused (aliases can make a small file explode).
"""

from __future__ import annotations

from typing import Any

from hezar_config.errors import ConfigError, ConfigFileError


def parse_yaml(text: str | bytes, source: str) -> Any:
    """Parse one YAML document.

    Args:
        text: The document; bytes are UTF-8.
        source: What to call it in errors, normally the file name.

    Raises:
        ConfigFileError: The text is not YAML of the dialect; the message has line and column. Or it is empty, or not the
            file at all (a pointer of Git LFS, a web page).

    Example:
        >>> parse_yaml("learning_rate: 2e-5", "train_config.yaml")
        {'learning_rate': 2e-05}
    """
    import yaml

    from hezar_config.yaml_dialect import Loader, check_events
    from hezar_hub import stand_in

    if instead := stand_in(text.encode("utf-8", "replace") if isinstance(text, str) else text):
        raise ConfigFileError(f"{source} is {instead}.")

    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8-sig")
        check_events(text)
        return yaml.load(text, Loader=Loader)  # noqa: S506 - Loader is a safe loader
    except UnicodeDecodeError as error:
        raise ConfigFileError(f"{source} is not UTF-8 text ({error}). Save it as UTF-8.") from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise ConfigFileError(f"{source} is not valid YAML: {error}") from error


def dump_yaml(data: Any) -> str:
    r"""Write plain data as YAML, keys in their order, Persian text as it is.

    Raises:
        ConfigError: A value is not plain data.

    Example:
        >>> dump_yaml({"id2label": {0: "منفی"}})
        'id2label:\n  0: منفی\n'
    """
    import yaml

    from hezar_config.yaml_dialect import Dumper

    try:
        return yaml.dump(data, Dumper=Dumper, allow_unicode=True, sort_keys=False, default_flow_style=False)
    except yaml.representer.RepresenterError as error:
        raise ConfigError(
            f"Only plain values (text, numbers, booleans, lists, mappings) can be saved: {error}"
        ) from error
