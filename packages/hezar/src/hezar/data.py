"""Data: datasets, collators and samplers; the preprocessors are in `hezar.preprocessors`."""

from typing import TYPE_CHECKING

from hezar._gather import gather

if TYPE_CHECKING:
    from hezar_data import *  # noqa: F403 - checkers take the names from there
else:
    __getattr__, __dir__, __all__ = gather(__name__, "hezar_data")
