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

One to three rows, which is what decoding is made of, are limited by reading the weights and by what a call costs. There
torch is as fast and has less to do before it begins, so that packed weights are made when more rows come, not before.
On other machines, and for layers too small to gain, torch computes. Measured figures are in ``docs/prediction.md``.
"""

from __future__ import annotations

import platform
import sys
import threading
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor

from hezar_models.torch_private import emulates_bfloat16, ops
from hezar_registry import get_logger

logger = get_logger(__name__)

#: Computes a layer: (…, in features) → (…, out features).
Kernel = Callable[[Tensor], Tensor]

#: A layer with fewer inputs or outputs than this gains nothing, such as a classifier of a few labels.
MIN_FEATURES = 64
#: With fewer rows than this, torch's own call is as fast as packed weights: its products with one row read the weights
#: at the speed of the memory; those of half precision with more rows do not.
MIN_PACKED_ROWS = {torch.float32: 4, torch.bfloat16: 2, torch.float16: 2}
#: With fewer multiplications than this, what oneDNN does before it begins (some 20 µs) is not won back; torch has to do
#: the same for half precision.
MIN_PACKED_WORK = {torch.float32: 2**22, torch.bfloat16: 0, torch.float16: 0}
#: With more rows than this, torch's BLAS is as fast as packed float32 weights on a CPU without AVX-512.
MAX_PACKED_ROWS = 64
#: With fewer rows than this, widening the weights costs more than it saves.
MIN_WIDENED_ROWS = 8

_PACKING = threading.Lock()


def kernel_for(weight: Tensor, bias: Tensor | None, int8: bool) -> Kernel | None:
    """Return the fastest way to compute a layer on this CPU, for any number of rows; ``None`` when it is torch's own.

    Args:
        weight: (out features, in features), on the CPU.
        bias: (out features,) or ``None``.
        int8: Quantize weights and inputs.
    """
    if min(weight.shape) < MIN_FEATURES:
        return None
    if int8:
        return Int8Kernel(weight, bias)
    if packs(weight.dtype):
        return PackedKernel(weight, bias)
    return WideningKernel(weight, bias) if widens(weight.dtype) else None


class PackedKernel:
    """oneDNN with the weights in the order in which its inner loop reads them: a second copy of them in memory.

    The copy is made by the first call that needs it.

    Attributes:
        packed: The copy; ``None`` as long as there was no need.
    """

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        self.weight, self.bias = weight, bias
        self.packed: Tensor | None = None
        self.fewest, self.most = (rows * weight.shape[1] for rows in packed_rows(weight))
        self._linear = ops("mkldnn")._linear_pointwise.default

    def __call__(self, inputs: Tensor) -> Tensor:
        if not self.fewest <= inputs.numel() <= self.most:
            return F.linear(inputs, self.weight, self.bias)
        packed = self.packed
        return self._linear(inputs, self._pack() if packed is None else packed, self.bias, "none", [], "")

    def _pack(self) -> Tensor:
        with _PACKING:
            if self.packed is None:
                self.packed = self._reorder()
            return self.packed

    def _reorder(self) -> Tensor:
        return ops("mkldnn")._reorder_linear_weight(self.weight.detach().contiguous())


def packed_rows(weight: Tensor) -> tuple[int, int]:
    """Return the fewest and the most rows for which packed weights are worth it."""
    fewest = max(MIN_PACKED_ROWS[weight.dtype], -(-MIN_PACKED_WORK[weight.dtype] // weight.numel()))
    return fewest, MAX_PACKED_ROWS if weight.dtype == torch.float32 and not has_avx512() else sys.maxsize


class WideningKernel:
    """Half-precision weights, widened for the time of the call: rounded once, at the end, and without a second copy."""

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        self.weight, self.bias = weight, bias

    def __call__(self, inputs: Tensor) -> Tensor:
        if inputs.numel() < MIN_WIDENED_ROWS * self.weight.shape[1]:
            return F.linear(inputs, self.weight, self.bias)
        bias = None if self.bias is None else self.bias.float()
        return F.linear(inputs.float(), self.weight.float(), bias).to(inputs.dtype)


class Int8Kernel:
    """Dynamic int8: a scale for each output of the weights; scale and minimum for each row of the inputs when it comes.

    A row is quantized by itself, so that its result does not depend on the other rows of the batch.
    """

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        weight = weight.detach().float().contiguous()
        largest = 127 if multiplies_full_int8() else 64
        # A row of zeros has a scale too, or it would become 0/0.
        self.scale = weight.abs().amax(1).div_(largest).clamp_min_(torch.finfo(torch.float32).tiny * 256)
        quantized = weight.div(self.scale[:, None]).round_().to(torch.int8)
        self.weight = ops("onednn").qlinear_prepack(quantized, None) if has_int8() else quantized
        self.zero_points = torch.zeros(len(weight), dtype=torch.int32)
        bias = torch.zeros(len(weight)) if bias is None else bias.detach().float()
        # What the terms of a row are multiplied with: 1 with the bias, its minimum with what each weight row sums up to.
        self.terms = torch.stack((bias, quantized.sum(1, dtype=torch.float32).mul_(self.scale)))

    def __call__(self, inputs: Tensor) -> Tensor:
        return self.multiply(QuantizedRows.of(inputs))

    def multiply(self, inputs: QuantizedRows) -> Tensor:
        """Compute the layer for inputs that are quantized already."""
        products = self._products(inputs.values).mul_(inputs.scale).addmm_(inputs.terms, self.terms)
        return products.view(*inputs.shape[:-1], len(self.scale)).to(inputs.dtype)

    def _products(self, values: Tensor) -> Tensor:
        if not has_int8():
            return F.linear(values.float(), self.weight.float()).mul_(self.scale)
        return multiply_int8(values, self.weight, self.scale, self.zero_points)


class QuantizedRows(NamedTuple):
    """Inputs of a layer in 8 bits: the values of a row are ``scale * value + minimum``, to within half a `scale`.

    Attributes:
        values: uint8 (rows, features).
        scale: (rows, 1), float32.
        terms: (rows, 2), float32: 1 and the minimum.
        shape: Shape of the inputs.
        dtype: Precision of the inputs.
    """

    values: Tensor
    scale: Tensor
    terms: Tensor
    shape: torch.Size
    dtype: torch.dtype

    @classmethod
    def of(cls, inputs: Tensor) -> QuantizedRows:
        """Quantize each row of (…, features) between its smallest and its largest value.

        Where these are less than some 1e-6 apart, the error is larger than half a step, but less than 1e-8.
        """
        values, terms = quantizer_of_rows()(inputs.reshape(-1, inputs.shape[-1]).float())
        scale = terms[:, :1].clone()
        terms[:, 0] = 1
        return cls(values, scale, terms, inputs.shape, inputs.dtype)


@cache
def quantizer_of_rows() -> Callable[[Tensor], tuple[Tensor, Tensor]]:
    """Return the fastest way to quantize float32 (rows, features).

    It gives uint8 (rows, features), and float32 (rows, 2): scale and minimum of each row. torch can do it in one go, for
    tables of embeddings; where it is built without FBGEMM, as on other machines than x86, that is a slow loop.
    """
    try:
        values, _ = _quantize_at_once(torch.tensor([[0.0, 51.0, 255.0]]))
        if _is_x86() and values.tolist() == [[0, 51, 255]]:
            return _quantize_at_once
    except (AttributeError, RuntimeError) as error:
        logger.debug("No operator that quantizes rows: %s", error)
    return _quantize_in_steps


def _quantize_at_once(rows: Tensor) -> tuple[Tensor, Tensor]:
    packed, features = ops("quantized").embedding_bag_byte_prepack.default(rows), rows.shape[1]
    # After each row lie its scale and its minimum, at places where a float32 need not be able to lie.
    terms = packed[:, features:].clone(memory_format=torch.contiguous_format)
    return packed[:, :features], terms.view(torch.float32)


def _quantize_in_steps(rows: Tensor) -> tuple[Tensor, Tensor]:
    smallest, largest = rows.amin(1, keepdim=True), rows.amax(1, keepdim=True)
    extent = largest - smallest
    # The small number, so that there is no 0/0, is the one that torch's operator takes.
    values = rows.sub(smallest).mul_(255 / (extent + 1e-8)).round_().to(torch.uint8)
    return values, torch.cat((extent / 255, smallest), 1)


def multiply_int8(rows: Tensor, weight: Tensor, scale: Tensor, zero_points: Tensor) -> Tensor:
    """uint8 (rows, in) times prepacked int8 (out, in), times `scale` (out,) → float32 (rows, out)."""
    return ops("onednn").qlinear_pointwise.default(
        rows, 1.0, 0, weight, scale, zero_points, None, 1.0, 0, torch.float32, "none", [], ""
    )


# What this machine can do -----------------------------------------------------------------------------------------


@cache
def packs(dtype: torch.dtype) -> bool:
    """Whether torch has packed weights of `dtype` for this CPU."""
    if not (_is_x86() and torch.backends.mkldnn.is_available()):
        return False
    try:
        if dtype == torch.bfloat16 and (emulates_bfloat16() or not ops("mkldnn")._is_mkldnn_bf16_supported()):
            return False
        if dtype == torch.float16 and not ops("mkldnn")._is_mkldnn_fp16_supported():
            return False
        if dtype not in (torch.float32, torch.bfloat16, torch.float16):
            return False
        # The operators are not part of torch's public interface: try them once.
        probe = torch.ones(MIN_FEATURES, MIN_FEATURES, dtype=dtype)
        packed = ops("mkldnn")._reorder_linear_weight(probe)
        products = ops("mkldnn")._linear_pointwise.default(probe, packed, None, "none", [], "")
        return bool((products == MIN_FEATURES).all())
    except (AttributeError, RuntimeError) as error:
        logger.debug("No packed linear layers of %s: %s", dtype, error)
        return False


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
    packed = ops("onednn").qlinear_prepack(weight, None)
    ones, zeros = torch.ones(MIN_FEATURES), torch.zeros(MIN_FEATURES, dtype=torch.int32)
    rows = torch.full((MIN_FEATURES, MIN_FEATURES), 255, dtype=torch.uint8)
    return multiply_int8(rows, packed, ones, zeros).min().item()


def _is_x86() -> bool:
    return platform.machine().lower() in ("x86_64", "amd64")
