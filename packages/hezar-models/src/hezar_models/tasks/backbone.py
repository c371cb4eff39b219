"""Backbones: hidden states as the prediction."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from hezar_models.prediction.rows import join_rows
from hezar_models.tasks.text_encoder import TextEncoderModel
from hezar_registry import InputError


class TextBackboneModel(TextEncoderModel):
    """An encoder of text whose prediction is its hidden states."""

    def head(self, hidden: Tensor, token_ids: Tensor | None) -> dict[str, Any]:
        return {"last_hidden_state": hidden}

    def post_process(self, model_outputs: dict[str, Any]) -> dict[str, Any]:
        """Keep ``last_hidden_state`` (batch, length, hidden), ``hidden_states`` and ``attentions``.

        When texts of one call have different lengths, shorter rows are zero after their end.
        """
        return {key: model_outputs[key] for key in ("last_hidden_state", "hidden_states", "attentions")}

    def join_results(self, results: list[Any]) -> dict[str, Any]:
        return join_backbone_rows(self, results)


def join_backbone_rows(model: Any, results: list[Any]) -> dict[str, Any]:
    """Stack the hidden states of all inputs to one mapping.

    Raises:
        InputError: There was no input.
    """
    if not results:
        raise InputError(f"{type(model).__name__}.predict got an empty list: there is nothing to encode.")
    return join_rows(results)
