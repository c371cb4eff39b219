"""Tasks whose answers are labels."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from hezar_train.errors import TrainingError
from hezar_train.evaluation.handler import MetricsHandler

#: Label of tokens that do not count.
IGNORED = -100
#: Tags of entities: outside of all, or a position and a type.
_ENTITY_TAG = re.compile(r"O|[BIESLU]-.+")


class TextClassificationMetricsHandler(MetricsHandler):
    """One label per text: the one with the highest score."""

    allowed = ("accuracy", "recall", "precision", "f1")

    def prepare(self, outputs: Mapping[str, Any], batch: Mapping[str, Any]) -> tuple[Any, Any]:
        """Return the labels of highest score and the right labels, both of shape (rows,).

        Raises:
            LogitsError: The model computes NaN or infinite numbers.
        """
        from hezar_models.logits import check_logits  # late: handlers are named, and metrics used, without torch

        check_logits(outputs["logits"], self)
        predictions = outputs["logits"].argmax(-1).cpu().numpy()
        return predictions, batch["labels"].cpu().numpy()


class SequenceLabelingMetricsHandler(MetricsHandler):
    """A tag per token: the one with the highest score; tokens with the label -100 do not count.

    Labels that are no tags of entities, such as parts of speech, are entities of one token each (``B-NOUN``), as in
    Hezar 1.0.0; whether they are is seen from the labels of the model.
    """

    allowed = ("seqeval",)

    def prepare(self, outputs: Mapping[str, Any], batch: Mapping[str, Any]) -> tuple[list[list[str]], list[list[str]]]:
        """Return the predicted and the right tags of each row, of the tokens that count."""
        names = self._names()
        predictions: list[list[str]] = []
        targets: list[list[str]] = []
        rows = zip(outputs["logits"].argmax(-1).cpu().tolist(), batch["labels"].cpu().tolist(), strict=True)
        for predicted, right in rows:
            counted = [(names[p], names[t]) for p, t in zip(predicted, right, strict=True) if t != IGNORED]
            predictions.append([p for p, _ in counted])
            targets.append([t for _, t in counted])
        return predictions, targets

    def _names(self) -> dict[int, str]:
        id2label = getattr(getattr(self.model, "config", None), "id2label", None)
        if not id2label:
            raise TrainingError(
                "The tags of a sequence labelling model are named by its config's id2label, which is empty. "
                "Build the model with id2label=dataset.id2label."
            )
        entities = all(_ENTITY_TAG.fullmatch(label) for label in id2label.values())
        return {class_id: label if entities else f"B-{label}" for class_id, label in id2label.items()}
