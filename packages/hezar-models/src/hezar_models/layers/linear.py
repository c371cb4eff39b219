"""The linear layer that all models are built from."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor, nn

from hezar_models.layers.kernels import Int8Kernel, Kernel, QuantizedRows, kernel_for
from hezar_models.torch_private import version_of

_CHOOSING = threading.Lock()
_FIXED: ContextVar[dict[nn.Module, Kernel] | None] = ContextVar("_FIXED", default=None)


@dataclass(frozen=True)
class _Choice:
    """How a layer computes, and the state of the parameters that this was chosen for.

    `made_from` keeps their memory from being given to other tensors, which would have the same address.
    """

    state: tuple[Any, ...]
    made_from: tuple[Tensor, Tensor | None]
    kernel: Kernel | None


class Linear(nn.Linear):
    """A linear layer that is fast in prediction; parameters, state dict and random weights are torch's.

    Under `torch.inference_mode`, on a CPU, the layer is computed the way `hezar_models.layers.kernels` knows for this
    machine, which may need another copy of the weights. The copy is made with the first call that gains from it, is not
    part of the state dict, is not pickled or copied with the layer, and is made again when the weights have changed.
    Whether they have is looked at with each call, or once for many: see `weights_are_fixed`.

    Attributes:
        int8: Compute with int8 in prediction. The weights stay what they are, and are what is saved.

    Example:
        >>> Linear(768, 3072)(torch.zeros(2, 5, 768)).shape
        torch.Size([2, 5, 3072])
    """

    int8: bool = False
    _choice: _Choice | None = None

    def reset_parameters(self) -> None:
        """Draw random weights, where there is memory for them."""
        if not self.weight.is_meta:
            super().reset_parameters()

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - the name that torch gave it
        """(…, in features) → (…, out features)."""
        kernel = None if torch.compiler.is_compiling() else self._kernel_for(input)
        return F.linear(input, self.matrix, self.bias) if kernel is None else kernel(input)

    @property
    def matrix(self) -> Tensor:
        """The weights as (out features, in features), however they are stored."""
        return self.weight

    def _kernel_for(self, inputs: Tensor) -> Kernel | None:
        fixed = _FIXED.get()
        if fixed is not None and (known := fixed.get(self)) is not None:
            return known
        if not (
            _may_use_kernels()
            and inputs.is_cpu
            and inputs.dtype == self.weight.dtype
            and inputs.numel()
            and inputs.shape[-1] == self.matrix.shape[1]
        ):
            return None
        kernel = self._choose()
        if fixed is not None:
            kernel = fixed[self] = kernel or partial(F.linear, weight=self.matrix, bias=self.bias)
        return kernel

    def _choose(self) -> Kernel | None:
        """Return what `kernel_for` says, which is asked only when the parameters have changed."""
        weight, bias = self.weight, self.bias
        # A subclass of tensors, as other quantizers put in place of weights, computes itself.
        if not weight.is_cpu or type(weight) is not nn.Parameter:
            return None
        state = (self.int8, *_state(weight), *_state(bias))
        choice = self._choice
        if choice is None or choice.state != state:
            with _CHOOSING:
                choice = self._choice
                if choice is None or choice.state != state:
                    made_from = (self.matrix.detach(), None if bias is None else bias.detach())
                    choice = self._choice = _Choice(state, made_from, kernel_for(*made_from, self.int8))
        return choice.kernel

    def train(self, mode: bool = True) -> Self:
        """Set the mode; training forgets the packed copy, which would be out of date after a step."""
        if mode:
            self._choice = None
        return super().train(mode)

    def _apply(self, fn: Any, recurse: bool = True) -> Self:
        self._choice = None
        return super()._apply(fn, recurse)

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if key != "_choice"}


@contextmanager
def weights_are_fixed() -> Iterator[None]:
    """Within this context, nobody changes weights, so that each layer looks at its own once and not with each call.

    A model that writes word by word calls a hundred layers for each word, with one row of inputs, for which looking would
    take as long as computing. Weights keep their values, place and precision, and inputs are of the same precision; other
    threads are not in the context. It does nothing where kernels are not used: enter it under `torch.inference_mode`.

    Example:
        >>> layer = Linear(768, 768)
        >>> with torch.inference_mode(), weights_are_fixed():
        ...     layer(torch.zeros(1, 768)).shape
        torch.Size([1, 768])
    """
    if _FIXED.get() is not None or not _may_use_kernels():
        yield
        return
    token = _FIXED.set({})
    try:
        yield
    finally:
        _FIXED.reset(token)


def project(layers: Sequence[nn.Module], inputs: Tensor) -> list[Tensor]:
    """Apply several layers to the same inputs, such as those of queries, keys and values.

    The results are those of calling one after the other. Inputs of int8 layers are quantized once.

    Args:
        layers: Linear layers with the same number of inputs.
        inputs: (…, in features).

    Returns:
        (…, out features) of each layer.
    """
    if not torch.compiler.is_compiling():
        # A subclass, or a layer that somebody listens to, has to be called.
        plain = [layer for layer in layers if type(layer) is Linear and layer.int8 and not _is_listened_to(layer)]
        kernels = [kernel for layer in plain if isinstance(kernel := layer._kernel_for(inputs), Int8Kernel)]
        if kernels and len(kernels) == len(layers):
            rows = QuantizedRows.of(inputs)
            return [kernel.multiply(rows) for kernel in kernels]
    return [layer(inputs) for layer in layers]


def _is_listened_to(layer: nn.Module) -> bool:
    return bool(layer._forward_hooks or layer._forward_pre_hooks)


def _may_use_kernels() -> bool:
    return torch.is_inference_mode_enabled() and not torch.is_autocast_enabled("cpu")


def _state(parameter: Tensor | None) -> tuple[Any, ...]:
    """Return what changes when the values of a parameter change."""
    if parameter is None:
        return ()
    return parameter.data_ptr(), version_of(parameter), parameter.dtype


def quantize_linears(module: nn.Module) -> int:
    """Make the linear layers of a model compute with int8 in prediction; return how many there are."""
    layers = [layer for layer in module.modules() if isinstance(layer, Linear)]
    for layer in layers:
        layer.int8 = True
    return len(layers)
