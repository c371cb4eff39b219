"""What an evaluation found, row by row: tables of labels, and the rows that went worst."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hezar_registry import build_metric
from hezar_train.evaluation.handler import MetricsHandler

_NO_CERTAINTY = -1.0


class Recorder(MetricsHandler):
    """A metrics handler that also keeps the predictions and the targets that it prepares.

    Args:
        handler: The handler of the task.
        after_batch: Called with the number of rows after each batch.

    Attributes:
        predictions: The prediction of each row, as the handler makes it.
        targets: What it should be.
        certainties: The probability that the model gives the right label, for tasks with one label a row.
    """

    def __init__(self, handler: MetricsHandler, after_batch: Callable[[int], None] = lambda rows: None) -> None:
        self._handler = handler
        self._after_batch = after_batch
        self.predictions: list[Any] = []
        self.targets: list[Any] = []
        self.certainties: list[float] = []
        super().__init__(list(handler.metrics.values()))

    def reset(self) -> None:
        """Begin an evaluation."""
        super().reset()
        self.predictions, self.targets, self.certainties = [], [], []

    def prepare(self, outputs: Mapping[str, Any], batch: Mapping[str, Any]) -> tuple[Any, Any]:
        """Return what the handler of the task does, and keep it."""
        self._handler.model = self.model
        predictions, targets = self._handler.prepare(outputs, batch)
        self.predictions += list(predictions)
        self.targets += list(targets)
        if isinstance(targets, np.ndarray) and targets.ndim == 1:
            probabilities = outputs["logits"].float().softmax(-1)
            rows = probabilities[range(len(targets)), targets.tolist()]
            self.certainties += rows.cpu().tolist()
        else:
            self.certainties += [_NO_CERTAINTY] * len(targets)
        self._after_batch(len(targets))
        return predictions, targets


@dataclass
class EvaluationReport:
    """What an evaluation found.

    Attributes:
        task: The task.
        scores: The metrics and the mean loss.
        predictions: The prediction of each row: a label, a list of tags, or a text.
        targets: What it should be, likewise.
        certainties: The probability of the right label, or −1 where a row has no single label.
        labels: The labels, where each row has one, in the order of their ids.
    """

    task: str
    scores: dict[str, Any]
    predictions: list[Any]
    targets: list[Any]
    certainties: list[float]
    labels: list[str] = field(default_factory=list[str])

    @classmethod
    def of(
        cls, task: str, scores: Mapping[str, Any], recorder: Recorder, id2label: Mapping[int, str]
    ) -> EvaluationReport:
        """Make the report of an evaluation that a `Recorder` followed."""
        single = bool(recorder.certainties) and recorder.certainties[0] != _NO_CERTAINTY
        name: Callable[[Any], Any] = (
            (lambda label: id2label.get(int(label), str(label))) if single else (lambda row: row)
        )
        return cls(
            task=task,
            scores=dict(scores),
            predictions=[name(row) for row in recorder.predictions],
            targets=[name(row) for row in recorder.targets],
            certainties=recorder.certainties,
            labels=[id2label[number] for number in sorted(id2label)] if single else [],
        )

    def confusion(self) -> NDArray[np.int64]:
        """Return how often each label (rows) was answered by each (columns), int64 of the shape (labels, labels)."""
        place = {label: number for number, label in enumerate(self.labels)}
        counts = np.zeros((len(self.labels), len(self.labels)), np.int64)
        for predicted, right in zip(self.predictions, self.targets, strict=True):
            counts[place[right], place[predicted]] += 1
        return counts

    def per_label(self) -> list[dict[str, Any]]:
        """Return precision, recall, F1 and the number of rows of each label; 0 where nothing can be divided."""
        counts = self.confusion()
        right, answered, there = counts.diagonal(), counts.sum(axis=0), counts.sum(axis=1)
        rows: list[dict[str, Any]] = []
        for number, label in enumerate(self.labels):
            precision = float(right[number] / answered[number]) if answered[number] else 0.0
            recall = float(right[number] / there[number]) if there[number] else 0.0
            f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
            rows.append(
                {"label": label, "precision": precision, "recall": recall, "f1": f1, "rows": int(there[number])}
            )
        return rows

    def per_entity(self) -> list[dict[str, Any]]:
        """Return precision, recall, F1 and the number of entities of each type; needs seqeval."""
        from hezar_registry import require

        library = require("seqeval.metrics", extra="hezar[metrics]", purpose="A table of entities")
        found = library.classification_report(self.targets, self.predictions, output_dict=True, zero_division=0)
        return [
            {
                "label": name, "precision": float(row["precision"]), "recall": float(row["recall"]),
                "f1": float(row["f1-score"]), "rows": int(row["support"]),
            }
            for name, row in found.items()
            if not name.endswith(" avg")
        ]  # fmt: skip

    @cached_property
    def errors(self) -> list[float]:
        """How wrong each row is: 0 is right.

        Of one label, it is what the right one lacks to a probability of 1, where the answer is wrong; of tags, the share of wrong
        ones; of a text, its character error rate.
        """
        if self.labels:
            answers = zip(self.predictions, self.targets, self.certainties, strict=True)
            return [0.0 if predicted == right else 1.0 - certainty for predicted, right, certainty in answers]
        if self.task == "sequence_labeling":
            pairs = zip(self.predictions, self.targets, strict=True)
            return [sum(p != t for p, t in zip(*pair, strict=True)) / max(len(pair[1]), 1) for pair in pairs]
        metric: Any = build_metric("cer")
        return [
            float(metric.compute([predicted], [right])["cer"])
            for predicted, right in zip(self.predictions, self.targets, strict=True)
        ]

    def worst(self, count: int) -> Sequence[tuple[int, float]]:
        """Return the rows that are most wrong, and how wrong they are; worst first, and never a right one."""
        errors = self.errors
        order = sorted(range(len(errors)), key=lambda row: (-errors[row], row))
        return [(row, errors[row]) for row in order[:count] if errors[row] > 0]
