"""The linear layer that all models are built from."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any, Self

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor, nn

from hezar_models.layers import kernels

_PACKING = threading.Lock()


@dataclass
class _Packed:
    """A kernel, and the state of the parameters that it was made from.

    `made_from` keeps their memory from being given to other tensors, which would have the same address.
    """

    state: tuple[Any, ...]
    made_from: tuple[Tensor, Tensor | None]
    kernel: kernels.Kernel


class Linear(nn.Linear):
    """A linear layer that is fast in prediction; parameters, state dict and random weights are torch's.

    Under `torch.inference_mode`, on a CPU, the layer is computed the way `hezar_models.layers.kernels` knows for this
    machine, which may need another copy of the weights. The copy is made with the first call, is not part of the state
    dict, is not pickled or copied with the layer, and is made again when the weights have changed.

    Attributes:
        int8: Compute with int8 in prediction. The weights stay what they are, and are what is saved.

    Example:
        >>> Linear(768, 3072)(torch.zeros(2, 5, 768)).shape
        torch.Size([2, 5, 3072])
    """

    int8: bool = False
    _packed: _Packed | None = None

    def reset_parameters(self) -> None:
        """Draw random weights, where there is memory for them."""
        if not self.weight.is_meta:
            super().reset_parameters()

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - the name that torch gave it
        """(…, in features) → (…, out features)."""
        kernel = None if torch.compiler.is_compiling() else self._kernel(input)
        return F.linear(input, self.matrix, self.bias) if kernel is None else kernel(input)

    @property
    def matrix(self) -> Tensor:
        """The weights as (out features, in features), however they are stored."""
        return self.weight

    def _kernel(self, inputs: Tensor) -> kernels.Kernel | None:
        weight, bias = self.matrix, self.bias
        if not (
            torch.is_inference_mode_enabled()
            and inputs.is_cpu
            and weight.is_cpu
            and inputs.dtype == weight.dtype
            # A subclass of tensors, as other quantizers put in place of weights, computes itself.
            and type(self.weight) is nn.Parameter
            and not torch.is_autocast_enabled("cpu")
            and inputs.numel()
            and inputs.shape[-1] == weight.shape[1]
            and kernels.gains(weight, self.int8, inputs.numel() // weight.shape[1])
        ):
            return None
        state = (self.int8, *_state(weight), *_state(bias))
        packed = self._packed
        if packed is None or packed.state != state:
            with _PACKING:
                packed = self._packed
                if packed is None or packed.state != state:
                    packed = _Packed(
                        state,
                        (weight.detach(), None if bias is None else bias.detach()),
                        kernels.kernel_for(weight, bias, self.int8),
                    )
                    self._packed = packed
        return packed.kernel

    def train(self, mode: bool = True) -> Self:
        """Set the mode; training forgets the packed copy, which would be out of date after a step."""
        if mode:
            self._packed = None
        return super().train(mode)

    def _apply(self, fn: Any, recurse: bool = True) -> Self:
        self._packed = None
        return super()._apply(fn, recurse)

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if key != "_packed"}


def _state(parameter: Tensor | None) -> tuple[Any, ...]:
    """Return what changes when the values of a parameter change."""
    if parameter is None:
        return ()
    return parameter.data_ptr(), 0 if parameter.is_inference() else parameter._version, parameter.dtype


def quantize_linears(module: nn.Module) -> int:
    """Make the linear layers of a model compute with int8 in prediction; return how many there are."""
    layers = [layer for layer in module.modules() if isinstance(layer, Linear)]
    for layer in layers:
        layer.int8 = True
    return len(layers)
