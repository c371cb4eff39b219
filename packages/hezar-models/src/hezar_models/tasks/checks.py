"""Checks of what a network is given."""

from __future__ import annotations

from torch import Tensor

from hezar_registry import InputError


def check_tensor(name: str, value: object) -> None:
    """Raise an `InputError` unless an input of a network is a tensor; a mapping is one that was not unpacked."""
    if not isinstance(value, Tensor):
        raise InputError(
            f"{name} is a tensor; found {type(value).__name__}. The inputs of this model are keywords: give a mapping of "
            "them as model(**inputs), and leave unpack_forward_inputs as it is."
        )


def check_token_ids(token_ids: Tensor, attention_mask: Tensor | None = None) -> None:
    """Raise an `InputError` unless the ids are whole numbers (batch, length), with a mask of the same shape or none."""
    check_tensor("token_ids", token_ids)
    if token_ids.ndim != 2 or token_ids.is_floating_point():
        raise InputError(
            f"token_ids are whole numbers (batch, length); found {token_ids.dtype} of shape {tuple(token_ids.shape)}."
        )
    if attention_mask is None:
        return
    check_tensor("attention_mask", attention_mask)
    if attention_mask.shape != token_ids.shape:
        raise InputError(
            f"attention_mask has one value per token, {tuple(token_ids.shape)}; found {tuple(attention_mask.shape)}."
        )
