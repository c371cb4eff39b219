"""Heads that several architectures put on their backbone."""

from __future__ import annotations

from torch import Tensor, nn

from hezar_models.layers.linear import Linear


class DenseClassifier(nn.Module):
    """Dropout, dense, tanh, dropout, linear: RoBERTa's classifier, of a text or of each token."""

    def __init__(self, hidden_size: int, num_labels: int, dropout: float) -> None:
        super().__init__()
        self.dense = Linear(hidden_size, hidden_size)
        self.out_proj = Linear(hidden_size, num_labels)
        self.dropout = nn.Dropout(dropout)

    def forward(self, hidden: Tensor) -> Tensor:
        """(…, hidden) → (…, labels)."""
        return self.out_proj(self.dropout(self.dense(self.dropout(hidden)).tanh()))
