"""Options that count something."""

from __future__ import annotations

import numpy as np
import pytest

from hezar_registry import InputError
from hezar_registry.checks import whole_number


@pytest.mark.parametrize("value", [3, np.int64(3), np.array(3)])
def test_whole_numbers_pass(value: object):
    number = whole_number("size", value)
    assert type(number) is int
    assert number == 3


@pytest.mark.parametrize("value", [None, True, "3", 3.0, np.float32(3), [3], float("nan"), 0, -3])
def test_everything_else_is_refused(value: object):
    with pytest.raises(InputError, match="size is a positive whole number; found"):
        whole_number("size", value)


def test_another_bound():
    assert whole_number("stride", 0, at_least=0) == 0
    with pytest.raises(InputError, match="stride is a whole number from 0 on; found -1"):
        whole_number("stride", -1, at_least=0)
