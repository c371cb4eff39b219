"""What decoders share."""

from __future__ import annotations

import torch
from torch import Tensor


def last_tokens(hidden: Tensor, counts: Tensor | None) -> Tensor:
    """Return the hidden state of the last token of each row, (rows, hidden).

    Args:
        hidden: (rows, length, hidden).
        counts: int64 (rows,): tokens of each row, where the rest fills up; ``None`` for rows that are full.
    """
    if counts is None:
        return hidden[:, -1]
    return hidden[torch.arange(len(hidden), device=hidden.device), counts - 1]


def shifted_right(labels: Tensor, start_token: int, pad_token: int) -> Tensor:
    """Return what a decoder reads to predict labels: a start token and all labels but the last.

    Args:
        labels: int64 (batch, length); −100 is left out of the loss.
        start_token: The decoder's start token.
        pad_token: Takes the place of −100.
    """
    shifted = labels.roll(1, dims=-1)
    shifted[:, 0] = start_token
    return shifted.masked_fill(shifted == -100, pad_token)
