"""`LabelCounts`: the sums from which accuracy, precision, recall and F1 of any average follow."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hezar_registry import InputError

Label = int | str
# Columns of the counts of one label.
HIT, PREDICTED, TARGET = range(3)


@dataclass
class LabelCounts:
    """Weighted counts by label.

    Attributes:
        by_label: For each label, the summed weights of the rows where it is (both prediction and target, the
            prediction, the target).
        rows: Number of rows.
        weight: Summed weight of all rows.
    """

    by_label: dict[Label, NDArray[np.float64]] = field(default_factory=dict[Label, "NDArray[np.float64]"])
    rows: int = 0
    weight: float = 0.0

    @property
    def labels(self) -> list[Label]:
        """The labels that occur, sorted."""
        return sorted(self.by_label)  # pyright: ignore[reportArgumentType] - of one kind, see `add`

    @property
    def hits(self) -> float:
        """Summed weight of the rows whose prediction is right."""
        return math.fsum(float(counts[HIT]) for counts in self.by_label.values())

    def of(self, labels: list[Label]) -> NDArray[np.float64]:
        """Return the counts of `labels`, of shape (labels, 3); those that do not occur have zeros."""
        return np.array([self.by_label.get(label, np.zeros(3)) for label in labels]).reshape(len(labels), 3)

    def add(self, predictions: Any, targets: Any, sample_weight: Any = None) -> None:
        """Add rows.

        Args:
            predictions: Labels, of shape (rows,): integers or texts.
            targets: The reference labels, in the same form.
            sample_weight: Weights, of shape (rows,); default 1 each.

        Raises:
            InputError: Shapes or kinds of labels do not fit.
        """
        predicted, right = as_labels(predictions, "predictions"), as_labels(targets, "targets")
        if len(predicted) != len(right):
            raise InputError(
                f"There are {len(predicted)} predictions and {len(right)} targets; each row needs one of both."
            )
        weights = np.ones(len(right)) if sample_weight is None else _as_weights(sample_weight, len(right))
        if not len(right):
            return
        self._check_kind(predicted, right)
        labels, codes = np.unique(np.concatenate([predicted, right]), return_inverse=True)
        predicted, right = codes[: len(right)], codes[len(right) :]
        hits = predicted == right
        counts = np.stack(
            [
                np.bincount(right[hits], weights[hits], len(labels)),
                np.bincount(predicted, weights, len(labels)),
                np.bincount(right, weights, len(labels)),
            ],
            axis=1,
        )
        self._merge(dict(zip(labels.tolist(), counts, strict=True)), len(weights), float(weights.sum()))

    def __add__(self, other: LabelCounts) -> LabelCounts:
        total = LabelCounts({label: counts.copy() for label, counts in self.by_label.items()}, self.rows, self.weight)
        total._merge(other.by_label, other.rows, other.weight)
        return total

    def _merge(self, counts: dict[Label, NDArray[np.float64]], rows: int, weight: float) -> None:
        for label, added in counts.items():
            self.by_label[label] = self.by_label[label] + added if label in self.by_label else added
        self.rows += rows
        self.weight += weight

    def _check_kind(self, *arrays: NDArray[Any]) -> None:
        kinds = {"text" if array.dtype.kind == "U" else "number" for array in arrays}
        kinds |= {"text" if isinstance(label, str) else "number" for label in self.by_label}
        if len(kinds) > 1:
            raise InputError("Some labels are texts and some are numbers; give all of them in one form.")


def as_labels(values: Any, what: str) -> NDArray[Any]:
    """Return labels as an array of integers or texts, of shape (rows,).

    Args:
        values: A list, array or tensor.
        what: What to call it in messages.

    Raises:
        InputError: It is no list of labels; logits get advice of their own.
    """
    if hasattr(values, "detach"):  # a tensor, perhaps on a GPU; torch itself must not be imported here
        values = values.detach().cpu()
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise InputError(f"The {what} must be one label per row; the rows given differ in length.") from error
    if array.ndim != 1:
        hint = " Scores per label, such as logits, become labels by argmax(-1)." if array.ndim == 2 else ""
        raise InputError(f"The {what} must be one label per row, of shape (rows,); found shape {array.shape}.{hint}")
    if not array.size:
        return array.astype(np.int64)
    if array.dtype.kind == "O" and all(isinstance(value, str) for value in array):
        return array.astype(np.str_)
    if array.dtype.kind == "f" and np.all(array == np.trunc(array)):
        return array.astype(np.int64)
    if array.dtype.kind not in "iubU":
        raise InputError(
            f"The {what} must be labels: integers or texts; found values such as {array[0]!r}. "
            "Scores become labels by argmax or a threshold."
        )
    # A list of both numbers and texts silently becomes texts in NumPy.
    if array.dtype.kind == "U" and not isinstance(values, np.ndarray) and not all(isinstance(v, str) for v in values):
        raise InputError(f"The {what} hold both texts and numbers; give all labels in one form.")
    return array if array.dtype.kind == "U" else array.astype(np.int64)


def _as_weights(values: Any, rows: int) -> NDArray[np.float64]:
    if hasattr(values, "detach"):
        values = values.detach().cpu()
    try:
        weights = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"sample_weight must be one number per row; found {values!r:.100}.") from error
    if weights.shape != (rows,):
        raise InputError(f"sample_weight must have one weight per row, shape ({rows},); found shape {weights.shape}.")
    if not np.all(np.isfinite(weights)):
        raise InputError("sample_weight holds NaN or infinite values.")
    return weights
