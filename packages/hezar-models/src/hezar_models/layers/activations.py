"""Activation functions by the names that configs use."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor

from hezar_registry import UnknownNameError, suggest

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "gelu": F.gelu,
    "gelu_new": partial(F.gelu, approximate="tanh"),
    "relu": F.relu,
    "silu": F.silu,
    "tanh": F.tanh,
}


def get_activation(name: str) -> Callable[[Tensor], Tensor]:
    """Return the activation called `name`.

    Raises:
        UnknownNameError: There is none of that name.
    """
    if name not in ACTIVATIONS:
        raise UnknownNameError(
            f"Unknown activation {name!r}.{suggest(name, ACTIVATIONS)} Known are: {', '.join(ACTIVATIONS)}."
        )
    return ACTIVATIONS[name]
