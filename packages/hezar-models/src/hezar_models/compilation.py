"""`compile=True`: a model whose forward is compiled by torch, where there is a compiler."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

import torch

from hezar_models.torch_private import compiles_here, has_triton
from hezar_registry import get_logger

if TYPE_CHECKING:
    from hezar_models.model import Model

logger = get_logger(__name__)


def compile_model(model: Model, device: torch.device) -> None:
    """Compile the network of a model when it is first called, for any batch shape.

    Without a compiler the model stays as it is, and a warning says what is missing.

    Args:
        model: Its `Model.compiled_parts` are compiled in place; weights and state dict do not change.
        device: Where it computes.
    """
    missing = missing_compiler(device)
    if missing:
        logger.warning("compile=True was asked for, but %s. The model runs uncompiled.", missing)
        return
    for part in model.compiled_parts:
        part.compile(dynamic=True)
    model.is_compiled = True


def missing_compiler(device: torch.device) -> str | None:
    """Return what torch lacks to compile for a device, or ``None``."""
    if not compiles_here():
        return f"torch.compile does not support Python {sys.version_info.major}.{sys.version_info.minor} here"
    if device.type == "cuda":
        return None if has_triton() else "triton is not installed (pip install triton)"
    compilers = [os.environ["CXX"]] if os.environ.get("CXX") else ["g++", "clang++", "cl"]
    if any(shutil.which(compiler) for compiler in compilers):
        return None
    return f"no C++ compiler was found ({' or '.join(compilers)}); install one or set CXX"
