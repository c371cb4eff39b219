"""Weights of a model that is being trained: loaded in place, in memory of its own."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import nn


def own_memory(model: nn.Module) -> None:
    """Move CPU parameters and buffers out of memory-mapped files.

    Rounding in the CPU's kernels depends on how tensors are aligned in memory, and in a file they are aligned
    otherwise than in memory of their own: without this, a resumed run could differ in the last bit.
    """
    for tensor in [*model.parameters(), *model.buffers()]:
        if tensor.device.type == "cpu":
            tensor.data = tensor.data.clone()


def load_in_place(model: nn.Module, load: Callable[[], Any]) -> None:
    """Call `load`, which may replace parameters, so that the parameter objects stay: optimizers hold on to them.

    Args:
        model: The model whose weights change.
        load: Loads weights into it.
    """
    before = _tensors(model)
    load()
    with torch.no_grad():
        for name, tensor in _tensors(model).items():
            old = before[name]
            if old is tensor:
                continue
            old.copy_(tensor)
            owner_name, _, attribute = name.rpartition(".")
            owner = model.get_submodule(owner_name)
            place = owner._parameters if attribute in owner._parameters else owner._buffers
            place[attribute] = old  # pyright: ignore[reportArgumentType] - each kind goes to its own place


def load_weights(model: Any, path: str | os.PathLike[str]) -> None:
    """Load the weights in the folder `path` into `model`, in place.

    Raises:
        WeightsError: The folder has no weights, or not those of the model.
    """
    load_in_place(model, lambda: model.load_weights(path))


def load_first_weights(model: Any, checkpoint: Path | None, init_from: str | None) -> None:
    """Load the initial weights of a run: from the checkpoint to resume from, or else from another model, if any.

    Args:
        model: The model; its parameters stay the same objects.
        checkpoint: The folder of a checkpoint.
        init_from: A folder or Hub repo, whose backbone is taken.

    Raises:
        WeightsError: The weights are missing, or not those of the model.
    """
    if checkpoint is not None:
        load_weights(model, checkpoint)
    elif init_from is not None:
        load_in_place(model, lambda: model.init_from_backbone(init_from))
    own_memory(model)


def _tensors(model: nn.Module) -> dict[str, torch.Tensor]:
    return {
        **dict(model.named_parameters(remove_duplicate=False)),
        **dict(model.named_buffers(remove_duplicate=False)),
    }
