"""What is checked of the scores that a network gives, whatever they are of."""

from __future__ import annotations

import torch
from torch import Tensor

from hezar_models.errors import LogitsError


def check_logits(logits: Tensor, model: object) -> None:
    """Raise a `LogitsError` when logits are NaN or infinite, of which no answer can be made.

    Args:
        logits: Any shape, in the precision in which the model computed them.
        model: Named in the message.
    """
    if bool(logits.isfinite().all()):
        return
    found = "NaN" if bool(logits.isnan().any()) else "infinite"
    advice = {
        torch.float32: "The weights themselves are broken, or the inputs are.",
        torch.float16: "The numbers of this model are too large for it: load it with dtype='bfloat16' or dtype='float32'.",
    }.get(logits.dtype, "Load the model with dtype='float32'.")
    dtype = str(logits.dtype).removeprefix("torch.")
    raise LogitsError(f"The logits of {type(model).__name__} are {found} in {dtype}. {advice}")
