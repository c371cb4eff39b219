"""The root of the error tree, and the errors every package may raise.

Each message says what was asked, what was found and what to do::

    HezarError
    ├── RegistryError
    │   ├── UnknownNameError        (also KeyError and ValueError)
    │   ├── DuplicateNameError      (also ValueError)
    │   └── ImplementationMissingError   a published name whose module this version does not have
    ├── UnknownKeywordError         (also TypeError)   a keyword no one takes
    ├── InputError                  (also ValueError)  an input a module cannot work with
    │   ├── InputTypeError          (also TypeError)
    │   └── InputKeyError           (also KeyError)
    ├── MissingExtraError           (also ModuleNotFoundError)
    ├── ConfigError                 in hezar_config
    ├── HubError                    in hezar_hub
    ├── WeightsError                in hezar_models
    └── TrainingError               in hezar_train
"""

from __future__ import annotations

from collections.abc import Iterable


class HezarError(Exception):
    """Base class of every error Hezar raises on purpose."""

    def __str__(self) -> str:
        # KeyError would show the repr of the message.
        return str(self.args[0]) if len(self.args) == 1 else super().__str__()


class RegistryError(HezarError):
    """A registry cannot do what was asked of it."""


class UnknownNameError(RegistryError, KeyError, ValueError):
    """A name that no registry entry has.

    Also a ``KeyError`` (registries are mappings) and a ``ValueError`` (builders raised one in Hezar 1.0.0).
    """


class DuplicateNameError(RegistryError, ValueError):
    """Two modules ask for the same name in one registry."""


class ImplementationMissingError(RegistryError):
    """A published name whose config is known, but whose module this version does not have."""


class UnknownKeywordError(HezarError, TypeError):
    """A caller gave a keyword that nothing takes."""


class InputError(HezarError, ValueError):
    """An input has a type or value that the module cannot work with."""


class InputTypeError(InputError, TypeError):
    """An input is of a type that the function does not take."""


class InputKeyError(InputError, KeyError):
    """A mapping lacks a key that the function needs."""


class MissingExtraError(HezarError, ModuleNotFoundError):
    """An optional dependency is not installed."""


def suggest(name: str, known: Iterable[str]) -> str:
    """Return ``" Did you mean 'x'?"`` for the known names closest to `name`, or an empty string.

    Example:
        >>> suggest("bert_text_clasification", ["bert", "bert_text_classification"])
        " Did you mean 'bert_text_classification'?"
    """
    from difflib import get_close_matches

    close = get_close_matches(name, list(known), n=3, cutoff=0.6)
    return f" Did you mean {' or '.join(repr(match) for match in close)}?" if close else ""
