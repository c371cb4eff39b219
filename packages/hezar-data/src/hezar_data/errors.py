"""Errors of preprocessors and datasets.

Besides these, `hezar_registry.InputError` stands for an input that cannot be worked with.

::

    TokenizerFileError (ConfigFileError)   tokenizer.json is broken
    DatasetError (HezarError, ValueError)  the data of a dataset cannot be read or used
"""

from __future__ import annotations

from hezar_config import ConfigFileError
from hezar_registry import HezarError


class TokenizerFileError(ConfigFileError):
    """A ``tokenizer.json`` cannot be read, or describes a pipeline that cannot run."""


class DatasetError(HezarError, ValueError):
    """The data of a dataset cannot be read, or a row of it cannot be used."""
