"""What metrics of texts share: rows of texts, checked, and normalized as the config says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, TypeVar

from hezar_registry import InputError
from hezar_train.metrics.base import Metric, MetricState
from hezar_train.metrics.normalization import Normalize, normalizer_of

StateT = TypeVar("StateT", bound=MetricState)


class TextMetric(Metric[StateT]):
    """A score of texts against reference texts.

    The config's ``normalization`` names what texts are stripped of before they are compared; the result repeats it under
    ``normalization``, so that a score without it is never taken for one with it.
    """

    #: Keys of `describe` that come with every result, asked for or not.
    always: ClassVar[tuple[str, ...]] = ("normalization",)

    def result(self, state: StateT, **options: Any) -> dict[str, Any]:
        """Return the values for the rows in `state`, and how they were made; see `Metric.result`."""
        wanted = options.get("output_keys")
        wanted = (self.config.output_keys or ()) if wanted is None else wanted
        described = self.describe(state)
        return super().result(state, **options) | {
            key: value for key, value in described.items() if key in wanted or key in self.always
        }

    def describe(self, state: StateT) -> dict[str, str]:
        """Return how the values were made, in words."""
        steps = self.config.get("normalization")
        return {"normalization": "+".join(steps)} if steps else {}

    def _normalizer(self) -> Normalize | None:
        return normalizer_of(self.config.get("normalization"))


def rows_of(predictions: Any, targets: Any) -> tuple[list[Any], list[Any]]:
    """Return both as lists of equal length.

    Raises:
        InputError: One is a single text, or they differ in length.
    """
    both: list[list[Any]] = []
    for what, values in (("predictions", predictions), ("targets", targets)):
        if isinstance(values, str) or not isinstance(values, Iterable):
            raise InputError(
                f"The {what} are one entry per row, in a list; found {type(values).__name__} {values!r:.60}."
            )
        both.append(list(values))
    if len(both[0]) != len(both[1]):
        raise InputError(
            f"There are {len(both[0])} predictions and {len(both[1])} targets; each row needs one of both."
        )
    return both[0], both[1]


def texts_of(values: Sequence[Any], what: str) -> list[str]:
    """Return the rows, which must be texts.

    Args:
        values: The rows.
        what: What to call one in messages.

    Raises:
        InputError: One is no text; the message says which.
    """
    for i, value in enumerate(values):
        if not isinstance(value, str):
            raise InputError(f"The {what} of row {i} is no text: {value!r:.60} ({type(value).__name__}).")
    return list(values)
