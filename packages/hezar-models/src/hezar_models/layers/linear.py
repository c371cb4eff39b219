"""Linear layers."""

from __future__ import annotations

from torch import nn


class Linear(nn.Linear):
    """A linear layer; parameters, state dict and random weights are those of `torch.nn.Linear`.

    All layers are built from this class, so that what makes linear layers fast is in one place.

    Example:
        >>> Linear(768, 3072)(torch.zeros(2, 5, 768)).shape
        torch.Size([2, 5, 3072])
    """
