"""Backbones: hidden states as the prediction."""

from __future__ import annotations

from typing import Any

from hezar_models.prediction import join_rows
from hezar_models.tasks.text import TextModel
from hezar_registry import InputError


class TextBackboneModel(TextModel):
    """An encoder of text whose prediction is its hidden states."""

    def post_process(self, model_outputs: dict[str, Any]) -> dict[str, Any]:
        """Keep ``last_hidden_state`` (batch, length, hidden), ``hidden_states`` and ``attentions``.

        When texts of one call have different lengths, shorter rows are zero behind their end.
        """
        return {key: model_outputs[key] for key in ("last_hidden_state", "hidden_states", "attentions")}

    def join_results(self, results: list[Any]) -> dict[str, Any]:
        if not results:
            raise InputError(f"{type(self).__name__}.predict got an empty list: there is nothing to encode.")
        return join_rows(results)
