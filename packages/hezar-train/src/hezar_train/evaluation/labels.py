"""Tasks whose answers are labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hezar_train.evaluation.handler import MetricsHandler


class TextClassificationMetricsHandler(MetricsHandler):
    """One label per text: the one with the highest score."""

    allowed = ("accuracy", "recall", "precision", "f1")

    def prepare(self, outputs: Mapping[str, Any], batch: Mapping[str, Any]) -> tuple[Any, Any]:
        """Return the labels of highest score and the right labels, both of shape (rows,)."""
        predictions = outputs["logits"].argmax(-1).cpu().numpy()
        return predictions, batch["labels"].cpu().numpy()
