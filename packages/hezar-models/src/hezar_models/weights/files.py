"""Weights files: read them without executing anything, and write them."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from hezar_hub import stand_in
from hezar_models.errors import WeightsError, WeightsFileError
from hezar_models.weights.torch_files import read_torch_file

StateDict = Mapping[str, Tensor]


def read_weights(path: Path) -> dict[str, Tensor]:
    """Read a weights file, memory-mapped: a tensor costs memory when it is first used.

    Args:
        path: A ``.safetensors`` file, or one written by ``torch.save``.

    Returns:
        The tensors by name, on the CPU.

    Raises:
        UnsafeWeightsError: The file holds pickled objects other than tensors; nothing of it was executed.
        WeightsFileError: The file is truncated, corrupt, compressed, or holds what is no plain tensor.
    """
    weights = _read_safetensors(path) if path.suffix == ".safetensors" else _read_torch(path)
    if not isinstance(weights, dict) or not all(
        isinstance(k, str) and isinstance(v, Tensor) for k, v in weights.items()
    ):
        raise WeightsFileError(
            f"{path} does not hold a mapping of names to tensors, but {type(weights).__name__}. "
            "Save the model's state dict, not the model."
        )
    return weights


def _read_safetensors(path: Path) -> Any:
    try:
        return load_file(path, device="cpu")
    except (SafetensorError, OSError, ValueError, RuntimeError) as error:
        raise _corrupt(path, error) from error


def _read_torch(path: Path) -> Any:
    try:
        return read_torch_file(path)
    except WeightsError:
        raise
    except Exception as error:  # whatever a broken pickle or archive leads to
        raise _corrupt(path, error) from error


def _corrupt(path: Path, error: Exception) -> WeightsFileError:
    if instead := stand_in(path):
        return WeightsFileError(f"{path} is {instead}.")
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if isinstance(error, pickle.UnpicklingError):
        reason = "torch did not write it"  # torch's own words advise to load it without weights_only
    return WeightsFileError(
        f"{path} is not a readable weights file ({reason}). It may be truncated: delete it and load again."
    )


def write_weights(weights: StateDict, path: Path) -> None:
    """Write a weights file; safetensors, or for another suffix what Hezar 1.0.0 reads (``torch.save``)."""
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in weights.items()}
    if path.suffix != ".safetensors":
        torch.save(tensors, path)
        return
    # safetensors refuses two names for one memory; tied weights are written under both, as published files do.
    seen: set[int] = set()
    for name, tensor in tensors.items():
        if tensor.data_ptr() in seen:
            tensors[name] = tensor.clone()
        seen.add(tensor.data_ptr())
    path.touch()
    mode = path.stat().st_mode
    save_file(tensors, path, metadata={"format": "pt"})
    # safetensors puts a file of its own in place, which only its owner may read.
    path.chmod(mode)
