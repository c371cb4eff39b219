"""Errors of models.

::

    WeightsError
    ├── WeightsFileError     the file is truncated, corrupt or of no known format
    ├── UnsafeWeightsError   the file holds pickled code, which is never executed
    └── WeightsMismatchError the tensors of the file are not those of the model
    ForkedProcessError       a fork cannot compute with the threads of its parent
    LogitsError              a model computes NaN or infinite logits
    OutputFieldError (also AttributeError and KeyError)   a prediction has no such field
"""

from __future__ import annotations

from hezar_registry import HezarError


class WeightsError(HezarError):
    """Weights cannot be loaded or saved."""


class WeightsFileError(WeightsError):
    """A weights file is truncated, corrupt or of no known format."""


class UnsafeWeightsError(WeightsError):
    """A weights file holds pickled objects other than tensors. They are never executed."""


class WeightsMismatchError(WeightsError):
    """The tensors of a file are not those of the model; the message lists them."""


class LogitsError(HezarError):
    """A model computes NaN or infinite logits, of which no answer can be made."""


class OutputFieldError(HezarError, AttributeError, KeyError):
    """A prediction has no field of this name."""


class ForkedProcessError(HezarError, RuntimeError):
    """A forked process would wait for ever for the CPU threads that its parent had."""
