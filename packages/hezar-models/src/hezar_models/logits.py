"""A model whose numbers have become NaN or infinite gives no answer, whatever its task."""

from __future__ import annotations

import torch
from torch import Tensor

from hezar_models.errors import LogitsError


def check_logits(logits: Tensor, owner: object, running: Tensor | None = None) -> None:
    """Raise unless the best logit of every row is a finite number.

    A single -inf says that something cannot be, and is let through.

    Args:
        logits: (…, choices), in the precision of the model.
        owner: The model, which the message names.
        running: (…), bool: the rows that count; default all.

    Raises:
        LogitsError: The message says what may be done about it.
    """
    if not logits.numel():
        return
    best = logits.amax(-1)
    if bool(best.isfinite().all()) or (running is not None and bool(best[running].isfinite().all())):
        return
    dtype = str(logits.dtype).removeprefix("torch.")
    found = "NaN" if bool(best.isnan().any()) else "infinite"
    advice = (
        "The weights themselves are broken, or the inputs are."
        if logits.dtype == torch.float32
        else "The numbers of this model are too large for it: load it with dtype='bfloat16' or dtype='float32'."
        if logits.dtype == torch.float16
        else "Load the model with dtype='float32'."
    )
    raise LogitsError(f"The logits of {type(owner).__name__} are {found} in {dtype}. {advice}")
