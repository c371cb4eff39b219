"""`compile=True`: a model whose forward is compiled by torch, where there is a compiler."""

from __future__ import annotations

import os
import shutil
import sys

import torch

from hezar_models.torch_private import compiles_here, has_triton
from hezar_registry import get_logger

logger = get_logger(__name__)


def compile_forward(module: torch.nn.Module, device: torch.device) -> bool:
    """Compile the forward of a module when it is first called, for any batch shape.

    Without a compiler the module stays as it is, and a warning says what is missing.

    Args:
        module: Compiled in place; its weights and state dict do not change.
        device: Where it computes.

    Returns:
        Whether it will be compiled.
    """
    missing = missing_compiler(device)
    if missing:
        logger.warning("compile=True was asked for, but %s. The model runs uncompiled.", missing)
        return False
    module.compile(dynamic=True)
    return True


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
