"""Errors of preprocessors and datasets.

Besides these, `hezar_registry.InputError` stands for an input that cannot be worked with.

::

    TokenizerFileError (ConfigFileError)   tokenizer.json is broken
    AudioFileError (InputError)            an audio file cannot be read
    DatasetError (HezarError, ValueError)  the data of a dataset cannot be read or used
"""

from __future__ import annotations

from hezar_config import ConfigFileError
from hezar_registry import HezarError, InputError


class TokenizerFileError(ConfigFileError):
    """A ``tokenizer.json`` cannot be read, or describes a pipeline that cannot run."""


class AudioFileError(InputError):
    """An audio file is missing, broken, cut off or empty, or of a kind that cannot be read."""


class DatasetError(HezarError, ValueError):
    """The data of a dataset cannot be read, or a row of it cannot be used."""
