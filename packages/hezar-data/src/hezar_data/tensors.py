"""Arrays in the form that a caller requests with ``return_tensors`` and ``device``; torch is imported on request."""

from __future__ import annotations

from typing import Any

import numpy as np

from hezar_registry import InputError, require, suggest

KINDS = ("list", "numpy", "torch")


def is_tensor(value: Any) -> bool:
    """Whether `value` is a torch tensor; does not import torch."""
    return hasattr(value, "detach") and hasattr(value, "__array__")


def to_numpy(values: Any) -> np.ndarray:
    """Return an array-like, or a torch tensor of any device, as an array.

    bfloat16, which NumPy does not know, becomes float32.
    """
    if not is_tensor(values):
        return np.asarray(values)
    tensor = values.detach().cpu()
    try:
        return tensor.numpy()
    except TypeError:
        return tensor.float().numpy()


def check_return_tensors(return_tensors: str | None) -> str:
    """Return ``"list"``, ``"numpy"`` or ``"torch"``.

    Raises:
        InputError: It is none of these.
    """
    named = {None: "list", "np": "numpy", "pt": "torch"}.get(return_tensors, return_tensors)
    if named not in KINDS:
        raise InputError(
            f"Unknown return_tensors {return_tensors!r}.{suggest(str(return_tensors), KINDS)} "
            f"It is one of: {', '.join(KINDS)}."
        )
    return str(named)


def as_tensors(array: np.ndarray, return_tensors: str, device: Any = None) -> Any:
    """Return an array as ``"numpy"`` or, on `device`, as ``"torch"``.

    Raises:
        MissingExtraError: Torch is requested and not installed.
        InputError: There is no such device here.
    """
    if return_tensors == "numpy":
        return array
    torch = require("torch", extra="hezar-models", purpose="return_tensors='torch'")
    tensor = torch.from_numpy(array)
    if device is None:
        return tensor
    try:
        return tensor.to(device)
    except (RuntimeError, TypeError, AssertionError) as error:  # torch's ways to refuse a device
        raise InputError(f"Tensors cannot go to the device {device!r}: {str(error).splitlines()[0]}") from error
