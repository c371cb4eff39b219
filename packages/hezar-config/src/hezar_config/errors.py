"""Errors of configs.

::

    ConfigError (also ValueError)
    ├── ConfigFileError          the file is not a readable config
    ├── MissingKeyError          a key that must be there is absent (also KeyError)
    ├── ConfigValidationError    a value has the wrong type
    └── UnknownFieldError        a name that is not a field (also TypeError, AttributeError and KeyError)
"""

from __future__ import annotations

from hezar_registry import HezarError, UnknownKeywordError


class ConfigError(HezarError, ValueError):
    """A config cannot be read, written or used."""


class ConfigFileError(ConfigError):
    """A file is not a config: broken YAML, not a mapping, or of another kind than asked for."""


class MissingKeyError(ConfigError, KeyError):
    """A config file or a caller left out a key that has no default."""


class ConfigValidationError(ConfigError):
    """One or more values have the wrong type."""


class UnknownFieldError(ConfigError, UnknownKeywordError, AttributeError, KeyError):
    """A caller named a field that the config does not have."""
