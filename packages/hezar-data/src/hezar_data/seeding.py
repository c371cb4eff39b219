"""One seed for all sources of randomness."""

from __future__ import annotations

import random
from typing import SupportsIndex

import numpy as np

from hezar_registry import InputError
from hezar_registry.checks import whole_number

MAX_SEED = 2**32 - 1
"""The largest seed that NumPy takes."""


def set_seed(seed: SupportsIndex) -> None:
    """Seed `random`, NumPy's global generator and, where it is installed, torch on all devices.

    Args:
        seed: A whole number from 0 to 2**32 - 1.

    Raises:
        InputError: It is not one. Nothing is seeded then.

    Example:
        >>> set_seed(42)
        >>> random.random()
        0.6394267984578837
    """
    number = checked_seed(seed)
    random.seed(number)
    np.random.seed(number)
    try:
        import torch
    except ImportError:
        return
    torch.manual_seed(number)


def checked_seed(seed: SupportsIndex) -> int:
    """Return a seed as an ``int``.

    Raises:
        InputError: It is not a whole number from 0 to `MAX_SEED`.
    """
    number = whole_number("seed", seed, at_least=0)
    if number > MAX_SEED:
        raise InputError(f"seed is at most {MAX_SEED}; found {number}.")
    return number
