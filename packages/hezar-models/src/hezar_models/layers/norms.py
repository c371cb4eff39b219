"""Norms that torch does not have as modules of the published form."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor, nn


class RMSNorm(nn.Module):
    """Scale to a root mean square of one, without mean and bias (Zhang and Sennrich 2019).

    Args:
        size: Width of the hidden states.
        eps: Added to the mean square.
    """

    def __init__(self, size: int, eps: float) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(size))

    def forward(self, hidden: Tensor) -> Tensor:
        """(…, hidden) → the same; computed in float32 in half precision."""
        if hidden.dtype == torch.float32:
            return F.rms_norm(hidden, self.weight.shape, self.weight, self.eps)
        return self.weight * F.rms_norm(hidden.float(), self.weight.shape, None, self.eps).to(self.weight.dtype)
