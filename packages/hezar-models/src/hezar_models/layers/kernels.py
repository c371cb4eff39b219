"""What makes linear layers fast on a CPU: packed weights, int8, and half precision where the CPU has none.

The choice follows from what the CPU and the torch build can do, never from a timing:

=================  =======================  =================================================================
weights            CPU (x86)                computed by
=================  =======================  =================================================================
float32            with AVX-512             oneDNN with prepacked weights: torch's BLAS leaves half of an AMD core idle,
                                            and is no faster on Intel's
float32            without                  the same for few rows, where it is faster too; torch for many
bfloat16, float16  with instructions for it oneDNN with prepacked weights
bfloat16, float16  without                  float32, widened on the way: torch's own loops and oneDNN's emulation with
                                            AVX-512 are many times slower
int8               any                      oneDNN; 7 bits per weight where the CPU would overflow with 8
=================  =======================  =================================================================

On other machines, and for layers too small to gain, torch computes. Measured figures are in ``docs/prediction.md``.
"""

from __future__ import annotations

import platform
from collections.abc import Callable
from functools import cache
from typing import Any, cast

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor

from hezar_registry import get_logger

logger = get_logger(__name__)

#: Computes a layer: (…, in features) → (…, out features).
Kernel = Callable[[Tensor], Tensor]

#: A layer with fewer inputs or outputs than this gains nothing, such as a classifier of a few labels.
MIN_FEATURES = 64
#: With more rows than this, torch's BLAS is as fast as packed float32 weights on a CPU without AVX-512.
MAX_PACKED_ROWS = 64
#: With fewer rows than this, widening the weights costs more than it saves.
MIN_WIDENED_ROWS = 8


def gains(weight: Tensor, int8: bool, rows: int) -> bool:
    """Whether `kernel_for` has something faster than torch's own way for this many rows of inputs.

    Args:
        weight: (out features, in features), on the CPU.
        int8: Quantize weights and inputs.
        rows: Inputs, all leading dimensions together.
    """
    if min(weight.shape) < MIN_FEATURES:
        return False
    if int8:
        return True
    if packs(weight.dtype):
        return rows <= MAX_PACKED_ROWS or weight.dtype != torch.float32 or has_avx512()
    return widens(weight.dtype) and rows >= MIN_WIDENED_ROWS


def kernel_for(weight: Tensor, bias: Tensor | None, int8: bool) -> Kernel:
    """Return the fastest way to compute a layer on this CPU, for what `gains`.

    Args:
        weight: (out features, in features), on the CPU.
        bias: (out features,) or ``None``.
        int8: Quantize weights and inputs.
    """
    if int8:
        return Int8Kernel(weight, bias)
    return PackedKernel(weight, bias) if packs(weight.dtype) else WideningKernel(weight, bias)


class PackedKernel:
    """oneDNN with the weights in the order in which its inner loop reads them: a second copy of them in memory."""

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        self.weight = _ops("mkldnn")._reorder_linear_weight(weight.detach().contiguous())
        self.bias = bias

    def __call__(self, inputs: Tensor) -> Tensor:
        return _ops("mkldnn")._linear_pointwise(inputs, self.weight, self.bias, "none", [], "")


class WideningKernel:
    """Half-precision weights, widened for the time of the call: rounded once, at the end, and without a second copy."""

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        self.weight, self.bias = weight, bias

    def __call__(self, inputs: Tensor) -> Tensor:
        bias = None if self.bias is None else self.bias.float()
        return F.linear(inputs.float(), self.weight.float(), bias).to(inputs.dtype)


class Int8Kernel:
    """Dynamic int8: a scale for each output of the weights, and for each row of the inputs when it comes.

    A row is quantized by itself, so that its result does not depend on the other rows of the batch.
    """

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        weight = weight.detach().float()
        largest = 127 if multiplies_full_int8() else 64
        self.scale = _scale(weight.abs().amax(1), largest)
        quantized = weight.div(self.scale[:, None]).round_().to(torch.int8)
        self.weight = _ops("onednn").qlinear_prepack(quantized, None) if has_int8() else quantized
        # Inputs are stored with an offset of 128; what that adds to each output is taken off again.
        self.offset = quantized.sum(1, dtype=torch.float32).mul_(self.scale).mul_(-128)
        self.zero_points = torch.zeros(len(weight), dtype=torch.int32)
        self.bias = None if bias is None else bias.detach().float()

    def __call__(self, inputs: Tensor) -> Tensor:
        rows, scale = quantize_rows(inputs.reshape(-1, inputs.shape[-1]).float())
        outputs = self._multiply(rows)
        if self.bias is None:
            outputs.mul_(scale)
        else:
            torch.addcmul(self.bias, outputs, scale, out=outputs)
        return outputs.view(*inputs.shape[:-1], -1).to(inputs.dtype)

    def _multiply(self, rows: Tensor) -> Tensor:
        if not has_int8():
            return F.linear(rows.float(), self.weight.float()).mul_(self.scale).add_(self.offset)
        return multiply_int8(rows, self.weight, self.scale, self.zero_points, self.offset)


def quantize_rows(inputs: Tensor) -> tuple[Tensor, Tensor]:
    """Quantize each row by its largest value.

    Args:
        inputs: (rows, features), float32.

    Returns:
        (rows, features) of uint8, 128 standing for zero; and the scales (rows, 1), float32.
    """
    largest = torch.maximum(inputs.amax(-1, keepdim=True), -inputs.amin(-1, keepdim=True))
    scale = _scale(largest, 127)
    signed = inputs.mul(scale.reciprocal()).round_().to(torch.int8)
    return signed.view(torch.uint8).bitwise_xor_(128), scale


def multiply_int8(rows: Tensor, weight: Tensor, scale: Tensor, zero_points: Tensor, bias: Tensor | None) -> Tensor:
    """uint8 (rows, in) times prepacked int8 (out, in), times `scale` (out,), plus `bias` (out,) → float32 (rows, out)."""
    return _ops("onednn").qlinear_pointwise(
        rows, 1.0, 0, weight, scale, zero_points, bias, 1.0, 0, torch.float32, "none", [], ""
    )


def _scale(largest: Tensor, steps: int) -> Tensor:
    # A row of zeros has a scale too, or it would become 0/0.
    return largest.div(steps).clamp_min_(torch.finfo(torch.float32).tiny * 256)


# What this machine can do -----------------------------------------------------------------------------------------


@cache
def packs(dtype: torch.dtype) -> bool:
    """Whether torch has packed weights of `dtype` for this CPU."""
    if not (_is_x86() and torch.backends.mkldnn.is_available()):
        return False
    try:
        if dtype == torch.bfloat16 and (_emulates_bfloat16() or not _ops("mkldnn")._is_mkldnn_bf16_supported()):
            return False
        if dtype == torch.float16 and not _ops("mkldnn")._is_mkldnn_fp16_supported():
            return False
        if dtype not in (torch.float32, torch.bfloat16, torch.float16):
            return False
        # The operators are not part of torch's public interface: try them once.
        probe = torch.ones(MIN_FEATURES, MIN_FEATURES, dtype=dtype)
        return bool((PackedKernel(probe, None)(probe) == MIN_FEATURES).all())
    except (AttributeError, RuntimeError) as error:
        logger.debug("No packed linear layers of %s: %s", dtype, error)
        return False


def _emulates_bfloat16() -> bool:
    """Whether oneDNN takes bfloat16 without instructions for it: with AVX-512 it does, at a quarter of float32's speed."""
    native = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return has_avx512() and native is not None and not native()


@cache
def has_avx512() -> bool:
    """Whether torch computes with AVX-512 here."""
    return torch.backends.cpu.get_cpu_capability().startswith("AVX512")


@cache
def widens(dtype: torch.dtype) -> bool:
    """Whether this CPU is faster when it computes `dtype` in float32 and rounds the result."""
    return dtype in (torch.bfloat16, torch.float16) and _is_x86() and not packs(dtype)


@cache
def has_int8() -> bool:
    """Whether torch has int8 multiplication for this CPU; without, the same numbers are computed in float32."""
    try:
        _int8_probe(1)
    except (AttributeError, RuntimeError) as error:
        logger.warning(
            "This build of torch has no int8 kernels for this CPU, so quantize='int8' saves nothing here: the same "
            "numbers are computed in float32. (%s)",
            error,
        )
        return False
    return True


@cache
def multiplies_full_int8() -> bool:
    """Whether 8-bit weights multiply without overflow: older CPUs add pairs of products in 16 bits."""
    return not has_int8() or _int8_probe(127) == 255 * 127 * MIN_FEATURES


def _int8_probe(value: int) -> float:
    """Multiply the largest inputs with weights of one value."""
    weight = torch.full((MIN_FEATURES, MIN_FEATURES), value, dtype=torch.int8)
    packed = _ops("onednn").qlinear_prepack(weight, None)
    ones, zeros = torch.ones(MIN_FEATURES), torch.zeros(MIN_FEATURES, dtype=torch.int32)
    rows = torch.full((MIN_FEATURES, MIN_FEATURES), 255, dtype=torch.uint8)
    return multiply_int8(rows, packed, ones, zeros, None).min().item()


def _is_x86() -> bool:
    return platform.machine().lower() in ("x86_64", "amd64")


def _ops(namespace: str) -> Any:
    return cast("Any", getattr(torch.ops, namespace))
