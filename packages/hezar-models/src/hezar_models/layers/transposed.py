"""Linear layers whose weights are stored (in features, out features)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from hezar_models.layers.linear import Linear


class TransposedLinear(Linear):
    """A linear layer with its weight stored (in features, out features), as GPT-2's files have it.

    Args:
        in_features: Width of the inputs.
        out_features: Width of the outputs.

    Example:
        >>> TransposedLinear(768, 2304).weight.shape
        torch.Size([768, 2304])
    """

    def __init__(self, in_features: int, out_features: int) -> None:
        super().__init__(in_features, out_features)
        self.weight = nn.Parameter(torch.empty(in_features, out_features))
        self.reset_parameters()

    @property
    def matrix(self) -> Tensor:
        return self.weight.t()
