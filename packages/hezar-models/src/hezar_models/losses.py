"""Losses by the names that configs and models use."""

from __future__ import annotations

from typing import Any

from torch import nn

from hezar_registry import UnknownNameError, suggest

LOSSES: dict[str, type[nn.Module]] = {
    "l1": nn.L1Loss,
    "nll": nn.NLLLoss,
    "nll_2d": nn.NLLLoss,
    "poisson_nll": nn.PoissonNLLLoss,
    "gaussian_nll": nn.GaussianNLLLoss,
    "mse": nn.MSELoss,
    "bce": nn.BCELoss,
    "bce_with_logits": nn.BCEWithLogitsLoss,
    "cross_entropy": nn.CrossEntropyLoss,
    "triple_margin": nn.TripletMarginLoss,
    "ctc": nn.CTCLoss,
}


def build_loss(name: str, **kwargs: Any) -> nn.Module:
    """Return the loss called `name`, a `LossType` value.

    Raises:
        UnknownNameError: There is none of that name.
    """
    if str(name) not in LOSSES:
        raise UnknownNameError(f"Unknown loss {name!r}.{suggest(str(name), LOSSES)} Known are: {', '.join(LOSSES)}.")
    return LOSSES[str(name)](**kwargs)
