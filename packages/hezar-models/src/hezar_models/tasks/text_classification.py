"""Text classification: from logits to labels."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from hezar_models.outputs import TextClassificationOutput
from hezar_models.tasks.text_encoder import TextEncoderModel
from hezar_registry import InputError


class TextClassificationModel(TextEncoderModel):
    """A model that gives each text one of the labels of its config, or any number of them (multi-label)."""

    def post_process(self, model_outputs: dict[str, Any], top_k: int = 1) -> list[list[TextClassificationOutput]]:
        """Turn logits into the `top_k` labels of each text, most probable first.

        Args:
            model_outputs: ``logits`` (batch, labels).
            top_k: Labels per text; fewer when the model has fewer.

        Example:
            >>> model.predict(["چه هوای خوبی!"], top_k=2)  # doctest: +SKIP
            [[{'label': 'positive', 'score': 0.98}, {'label': 'negative', 'score': 0.02}]]
        """
        if not isinstance(top_k, int) or top_k < 1:
            raise InputError(f"top_k is a positive whole number; found {top_k!r}.")
        probabilities: Tensor = model_outputs["logits"].float().softmax(-1)
        scores, ids = probabilities.topk(min(top_k, probabilities.shape[-1]))
        return [
            [
                TextClassificationOutput(label=self.config.label_of(class_id), score=score)
                for class_id, score in zip(row_ids, row_scores, strict=True)
            ]
            for row_ids, row_scores in zip(ids.tolist(), scores.tolist(), strict=True)
        ]
