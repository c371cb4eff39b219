"""The head of RoBERTa that scores every token of the vocabulary."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor, nn

from hezar_models.architectures.roberta.config import RoBERTaConfig
from hezar_models.layers.linear import Linear


class RobertaHead(nn.Module):
    """Masked-language-model head. ``decoder`` is tied to the word embeddings, ``decoder.bias`` to ``bias``."""

    def __init__(self, config: RoBERTaConfig) -> None:
        super().__init__()
        self.dense = Linear(config.hidden_size, config.hidden_size)
        self.layer_norm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.decoder = Linear(config.hidden_size, config.vocab_size)
        self.bias = nn.Parameter(torch.zeros(config.vocab_size))

    def forward(self, hidden: Tensor) -> Tensor:
        """(…, hidden) → (…, vocabulary)."""
        # RoBERTa's head has GELU whatever the activation of the encoder.
        return self.decoder(self.layer_norm(F.gelu(self.dense(hidden))))
