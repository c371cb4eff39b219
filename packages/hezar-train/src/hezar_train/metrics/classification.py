"""Accuracy, precision, recall and F1 of labels, by scikit-learn's definitions."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from hezar_registry import InputError, get_logger, suggest
from hezar_train.metrics.base import Metric
from hezar_train.metrics.counts import HIT, PREDICTED, TARGET, Label, LabelCounts

logger = get_logger(__name__)

AVERAGES = ("binary", "micro", "macro", "weighted")


class LabelMetric(Metric[LabelCounts]):
    """A score of labels, one per row, that follows from `LabelCounts`."""

    def new_state(self) -> LabelCounts:
        """Return the counts of no rows."""
        return LabelCounts()

    def update(self, state: LabelCounts, predictions: Any, targets: Any, *, sample_weight: Any = None) -> None:
        """Add a batch of rows to `state`.

        Args:
            state: Grows in place.
            predictions: Labels, of shape (rows,): integers or texts.
            targets: The reference labels, in the same form.
            sample_weight: Weights, of shape (rows,); default ``config.sample_weight``, else 1 each.

        Raises:
            InputError: Lengths or kinds differ, or the labels are logits.
        """
        weights = self.config.get("sample_weight") if sample_weight is None else sample_weight
        state.add(predictions, targets, weights)

    def _require_rows(self, state: LabelCounts) -> None:
        if not state.rows:
            raise InputError(f"{type(self).__name__} has no rows to score: predictions and targets are empty.")


class Accuracy(LabelMetric):
    """Share of rows whose label is right.

    Example:
        >>> Accuracy().compute(["مثبت", "منفی"], ["مثبت", "خنثی"])
        {'accuracy': 0.5}
    """

    def score(self, state: LabelCounts, *, normalize: bool | None = None) -> dict[str, float | list[float]]:
        """Return ``accuracy``.

        Args:
            state: The counts.
            normalize: Divide by the number (summed weight) of rows; default ``config.normalize``.

        Raises:
            InputError: There are no rows, or their weights sum to zero.
        """
        self._require_rows(state)
        normalize = self.config.get("normalize", True) if normalize is None else normalize
        if not normalize:
            return {"accuracy": state.hits}
        if state.weight == 0:
            raise InputError("Accuracy cannot be normalized: the weights of the rows sum to zero.")
        return {"accuracy": state.hits / state.weight}


class _AveragedMetric(LabelMetric):
    """A ratio per label, averaged over labels."""

    key: ClassVar[str]

    def ratio(self, counts: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return numerators and denominators of the score.

        Args:
            counts: Shape (labels, 3), columns as in `LabelCounts`.
        """
        raise NotImplementedError

    def score(
        self,
        state: LabelCounts,
        *,
        labels: Sequence[Label] | None = None,
        pos_label: Label | None = None,
        average: str | None = None,
        zero_division: str | float | None = None,
    ) -> dict[str, float | list[float]]:
        """Return the score under `key`: a number, or a list with one per label where the config's average is ``None``.

        Args:
            state: The counts.
            labels: The labels to score, in this order; default all that occur, sorted.
            pos_label: The label that counts for the binary average.
            average: ``"binary"``, ``"micro"`` (counts summed over labels), ``"macro"`` (mean over labels) or
                ``"weighted"`` (mean weighted by how often a label is the target).
            zero_division: Value of a label with nothing to divide by: 0, 1, NaN or ``"warn"``.

        Raises:
            InputError: There are no rows, or an option does not fit the labels.
        """
        self._require_rows(state)
        config = self.config
        average = config.get("average") if average is None else average
        positive: Label = config.get("pos_label", 1) if pos_label is None else pos_label
        undefined: str | float = config.get("zero_division", "warn") if zero_division is None else zero_division
        if average is not None and average not in AVERAGES:
            raise InputError(
                f"Unknown average {average!r}.{suggest(str(average), AVERAGES)} "
                f"There are {', '.join(map(repr, AVERAGES))}, and None (in the config) for one value per label."
            )
        if labels is not None and not isinstance(labels, Iterable):
            raise InputError(f"`labels` are the labels to score, in a list; found {labels!r:.100}.")
        chosen = list(labels) if labels is not None else state.labels
        if average == "binary":
            chosen = [self._positive(state, positive)]
        counts = state.of(chosen)
        if average == "micro":
            counts = counts.sum(axis=0, keepdims=True)
        values = self._divided(*self.ratio(counts), undefined)
        if average is None:
            return {self.key: values.tolist()}
        return {self.key: _mean(values, counts[:, TARGET] if average == "weighted" else None)}

    def _positive(self, state: LabelCounts, pos_label: Label) -> Label:
        present = state.labels
        if len(present) > 2:
            raise InputError(
                f"average='binary' scores two labels; there are {len(present)}: {_shown(present)}. "
                "Choose 'micro', 'macro' or 'weighted'."
            )
        if len(present) == 2 and pos_label not in present:
            raise InputError(f"pos_label is {pos_label!r}, which no row has. The labels are {_shown(present)}.")
        return pos_label

    def _divided(
        self, numerators: NDArray[np.float64], denominators: NDArray[np.float64], zero_division: str | float
    ) -> NDArray[np.float64]:
        default = _zero_division_value(zero_division)
        empty = denominators == 0
        if zero_division == "warn" and empty.any():
            logger.warning(
                "%s: %d of %d labels have nothing to divide by and count as 0; set zero_division to choose.",
                self.key, int(empty.sum()), len(empty),
            )  # fmt: skip
        return np.where(empty, default, numerators / np.where(empty, 1.0, denominators))


class Precision(_AveragedMetric):
    """Share of the predictions of a label that are right.

    Example:
        >>> Precision(average="micro").compute([0, 1, 1, 2], [0, 1, 2, 2])
        {'precision': 0.75}
    """

    key = "precision"

    def ratio(self, counts: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return hits over predictions."""
        return counts[:, HIT], counts[:, PREDICTED]


class Recall(_AveragedMetric):
    """Share of the rows of a label that are found.

    Example:
        >>> Recall().compute([0, 1, 1, 2], [0, 1, 2, 2])
        {'recall': 0.8333}
    """

    key = "recall"

    def ratio(self, counts: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return hits over targets."""
        return counts[:, HIT], counts[:, TARGET]


class F1(_AveragedMetric):
    """Harmonic mean of precision and recall.

    Example:
        >>> F1().compute([0, 1, 1, 2], [0, 1, 2, 2])
        {'f1': 0.7778}
    """

    key = "f1"

    def ratio(self, counts: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return twice the hits over predictions and targets."""
        return 2 * counts[:, HIT], counts[:, PREDICTED] + counts[:, TARGET]


def _zero_division_value(option: str | float) -> float:
    if isinstance(option, str):
        values = {"warn": 0.0, "nan": math.nan}
        if option in values:
            return values[option]
    elif option in (0, 1) or math.isnan(option):
        return float(option)
    raise InputError(f"zero_division must be 0, 1, NaN or 'warn'; found {option!r}.")


def _mean(values: NDArray[np.float64], weights: NDArray[np.float64] | None) -> float:
    """Return the mean of the values that are no NaN; weights that sum to zero are ignored."""
    defined = ~np.isnan(values)
    if not defined.any():
        return math.nan
    values = values[defined]
    weights = weights[defined] if weights is not None else None
    if weights is None or weights.sum() == 0:
        return float(values.mean())
    return float(np.average(values, weights=weights))


def _shown(labels: list[Label]) -> str:
    return ", ".join(map(repr, labels[:10])) + (", …" if len(labels) > 10 else "")
