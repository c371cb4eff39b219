"""Prompts of a batch, without padding at their start."""

from __future__ import annotations

import torch
from torch import Tensor

from hezar_models.generation.config import GenerationConfig
from hezar_models.prediction.rows import pad_rows
from hezar_registry import InputError


def prompts_of(token_ids: Tensor, attention_mask: Tensor | None, config: GenerationConfig) -> tuple[Tensor, Tensor]:
    """Return the prompts of a batch.

    Args:
        token_ids: int64 (batch, length), padded on whichever side.
        attention_mask: (batch, length), 1 for tokens and 0 for padding; ``None`` takes the padding tokens at the end of a
            row for padding, where they end no text.
        config: Says how an empty prompt begins.

    Returns:
        Ids (rows, longest prompt), filled up on the right, and lengths (rows,), both int64.

    Raises:
        InputError: A prompt is empty, and no token is known to begin it with.
    """
    if attention_mask is not None:
        real = attention_mask.bool()
    elif config.pad_token_id is None or config.pad_token_id in config.end_tokens:
        real = torch.ones_like(token_ids, dtype=torch.bool)
    else:
        real = (token_ids != config.pad_token_id).flip(1).cumsum(1).flip(1) > 0
    lengths = real.sum(1)
    filled_on_the_right = torch.arange(real.shape[1], device=real.device) < lengths[:, None]
    if int(lengths.min()) and torch.equal(real, filled_on_the_right):
        return token_ids[:, : int(lengths.max())], lengths
    rows = [row[mask].tolist() or [_beginning(config)] for row, mask in zip(token_ids, real, strict=True)]
    return pad_rows(rows, config.fill_token).to(token_ids.device), lengths.clamp_min(1)


def _beginning(config: GenerationConfig) -> int:
    if config.bos_token_id is None:
        raise InputError(
            "A prompt is empty, and the model's config has no bos_token_id to begin it with. Give it a text, or build "
            "the model with bos_token_id=..."
        )
    return config.bos_token_id
