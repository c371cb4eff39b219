"""All that is used of torch and is not part of its public interface, in one place, with a test for each.

Whoever uses one of these says what happens without it: operators are tried once and left alone when they are missing.
"""

from __future__ import annotations

from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

__all__ = [
    "TorchFunctionMode",
    "compiles_here",
    "emulates_bfloat16",
    "has_triton",
    "has_unsaved_buffers",
    "ops",
    "version_of",
]


def ops(namespace: str) -> Any:
    """Return the operators of a namespace such as ``"mkldnn"``, which torch has on some platforms."""
    return cast("Any", getattr(torch.ops, namespace))


def version_of(tensor: Tensor) -> int:
    """Return a number that grows with each in-place change of a tensor; 0 for inference tensors, which count none."""
    return 0 if tensor.is_inference() else tensor._version


def has_unsaved_buffers(module: nn.Module) -> bool:
    """Whether a module, or a part of it, has buffers that its state dict leaves out."""
    return any(part._non_persistent_buffers_set for part in module.modules())


def emulates_bfloat16() -> bool:
    """Whether the CPU has AVX-512 and no instructions for bfloat16, which oneDNN then emulates."""
    native = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return torch.backends.cpu.get_cpu_capability().startswith("AVX512") and native is not None and not native()


def compiles_here() -> bool:
    """Whether `torch.compile` works with this Python on this platform; imports torch's compiler."""
    from torch._dynamo.eval_frame import is_dynamo_supported

    return is_dynamo_supported()


def has_triton() -> bool:
    """Whether there is a triton that torch can compile for a GPU with."""
    from torch.utils._triton import has_triton as found

    return found()
