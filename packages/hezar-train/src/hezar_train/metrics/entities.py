"""Precision, recall and F1 of named entities, and the accuracy of their tags, by seqeval's definitions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hezar_registry import InputError, get_logger, require, suggest
from hezar_train.metrics.base import Metric
from hezar_train.metrics.counts import HIT, PREDICTED, TARGET

logger = get_logger(__name__)

#: Schemes of tags that strict scoring knows; of these, seqeval finds by itself those without a 1.
SCHEMES = ("IOB1", "IOB2", "IOE1", "IOE2", "IOBES", "BILOU")
DETECTED = ("IOB2", "IOE2", "IOBES", "BILOU")
EXTRA = "hezar[metrics]"

Span = tuple[str, int, int]


@dataclass
class EntityCounts:
    """Sums over sequences of tags.

    Attributes:
        by_scheme: For each way to read tags (``None`` is the lenient one), the counts of each type of entity: found
            rightly, predicted, in the targets. A scheme is left out as soon as a tag does not belong to it.
        prefixes: Positions that occur in the targets, such as B and I.
        broken: Schemes that do not fit, with the reason.
        right: Summed weight of the tags that are right.
        tags: Summed weight of all tags.
        rows: Number of sequences.
    """

    by_scheme: dict[str | None, dict[str, NDArray[np.float64]]] = field(
        default_factory=dict[str | None, dict[str, "NDArray[np.float64]"]]
    )
    prefixes: set[str] = field(default_factory=set[str])
    broken: dict[str | None, str] = field(default_factory=dict[str | None, str])
    right: float = 0.0
    tags: float = 0.0
    rows: int = 0

    def __add__(self, other: EntityCounts) -> EntityCounts:
        total = EntityCounts(
            prefixes=self.prefixes | other.prefixes,
            broken=self.broken | other.broken,
            right=self.right + other.right,
            tags=self.tags + other.tags,
            rows=self.rows + other.rows,
        )
        for state in (self, other):
            for scheme, counts in state.by_scheme.items():
                total.by_scheme.setdefault(scheme, {})
                for kind, added in counts.items():
                    total.add(scheme, kind, added)
        return total

    def add(self, scheme: str | None, kind: str, counts: NDArray[np.float64]) -> None:
        """Add the counts of one type of entity."""
        known = self.by_scheme.setdefault(scheme, {})
        known[kind] = known[kind] + counts if kind in known else counts


class Seqeval(Metric[EntityCounts]):
    """Scores of entities: an entity is right when its type and both its ends are.

    By default tags are read leniently, as the evaluation of CoNLL does: an ``I-`` that continues nothing begins an entity.
    With ``mode="strict"`` entities must follow a scheme, which ``scheme`` names; otherwise it is found from the tags of all
    targets, and the result says which it was if asked for ``"scheme"`` in ``output_keys``.

    Example:
        >>> Seqeval(output_keys=["f1"]).compute([["B-LOC", "O", "B-PER"]], [["B-LOC", "O", "O"]])
        {'f1': 0.6667}
    """

    def new_state(self) -> EntityCounts:
        """Return the sums over no sequences."""
        return EntityCounts()

    def update(
        self,
        state: EntityCounts,
        predictions: Any,
        targets: Any,
        *,
        suffix: bool | None = None,
        mode: str | None = None,
        sample_weight: Any = None,
    ) -> None:
        """Add sequences of tags to `state`.

        Args:
            state: Grows in place.
            predictions: Lists of tags such as ``["B-PER", "I-PER", "O"]``, one per row.
            targets: The reference tags, of the same lengths.
            suffix: The position ends the tag (``PER-B``); default ``config.suffix``.
            mode: ``"strict"``; default ``config.mode``.
            sample_weight: A weight for each sequence; default ``config.sample_weight``.

        Raises:
            InputError: Lengths differ, or an entry is no tag; the message names the row.
            MissingExtraError: seqeval is not installed.
        """
        suffix = bool(self.config.get("suffix", False) if suffix is None else suffix)
        weights = self.config.get("sample_weight") if sample_weight is None else sample_weight
        predicted, right = _sequences(predictions, "predictions"), _sequences(targets, "targets")
        if len(predicted) != len(right):
            raise InputError(
                f"There are {len(predicted)} predictions and {len(right)} targets; each row needs one of both."
            )
        weights = _weights(weights, len(right))
        schemes = self._schemes(mode)
        for row, (ours, theirs, weight) in enumerate(zip(predicted, right, weights, strict=True)):
            if len(ours) != len(theirs):
                raise InputError(
                    f"Row {row} has {len(ours)} predicted tags and {len(theirs)} target tags; each word needs both."
                )
            for tag in (*ours, *theirs):
                _check(tag, row, suffix, lenient=None in schemes)
            state.prefixes |= {_prefix(tag, suffix) for tag in theirs}
            state.right += weight * sum(a == b for a, b in zip(ours, theirs, strict=True))
            state.tags += weight * len(theirs)
            state.rows += 1
            for scheme in schemes:
                self._count(state, scheme, ours, theirs, weight, suffix)

    def _schemes(self, mode: str | None) -> tuple[str | None, ...]:
        mode = self.config.get("mode") if mode is None else mode
        scheme = self.config.get("scheme")
        if mode not in (None, "strict"):
            raise InputError(f"mode is 'strict' or None; found {mode!r}.{suggest(str(mode), ['strict'])}")
        if scheme is not None and scheme not in SCHEMES:
            raise InputError(
                f"Unknown scheme {scheme!r}.{suggest(str(scheme), SCHEMES)} There are {', '.join(SCHEMES)}."
            )
        if mode is None:
            return (None,)
        return (scheme,) if scheme is not None else DETECTED

    def _count(
        self, state: EntityCounts, scheme: str | None, ours: list[str], theirs: list[str], weight: float, suffix: bool
    ) -> None:
        if scheme in state.broken:
            return
        try:
            found, wanted = set(spans(ours, scheme, suffix)), set(spans(theirs, scheme, suffix))
        except ValueError as error:  # seqeval's word for a tag that the scheme does not have
            state.broken[scheme] = str(error)
            return
        state.by_scheme.setdefault(scheme, {})
        for kinds, column in ((found & wanted, HIT), (found, PREDICTED), (wanted, TARGET)):
            for kind, *_ in kinds:
                counts = np.zeros(3)
                counts[column] = weight
                state.add(scheme, kind, counts)

    def score(self, state: EntityCounts, *, zero_division: str | int | None = None) -> dict[str, float | list[float]]:
        """Return ``accuracy`` of tags, and ``recall``, ``precision`` and ``f1`` of entities of all types together.

        Args:
            state: The counts.
            zero_division: Value where nothing was predicted or nothing was there: 0, 1 or ``"warn"``; default
                ``config.zero_division``.

        Raises:
            InputError: There are no tags, or they follow no scheme.
        """
        if not state.tags:
            raise InputError(f"{type(self).__name__} has no tags to score: predictions and targets are empty.")
        undefined = self.config.get("zero_division", 0) if zero_division is None else zero_division
        hit, predicted, target = sum(self._counts(state).values(), start=np.zeros(3)).tolist()
        precision, recall = _ratio(hit, predicted, undefined, "precision"), _ratio(hit, target, undefined, "recall")
        # Where there was nothing to find and nothing was found, f1 is what precision and recall are.
        f1 = _ratio(2 * hit, predicted + target, undefined, "f1")
        return {"accuracy": state.right / state.tags, "recall": recall, "precision": precision, "f1": f1}

    def by_type(self, state: EntityCounts) -> dict[str, dict[str, float]]:
        """Return precision, recall, F1 and the number of target entities (``support``) of each type, sorted by name.

        Example:
            >>> metric = Seqeval()
            >>> state = metric.new_state()
            >>> metric.update(state, [["B-LOC", "B-PER"]], [["B-LOC", "O"]])
            >>> metric.by_type(state)["LOC"]
            {'precision': 1.0, 'recall': 1.0, 'f1': 1.0, 'support': 1.0}
        """
        return {
            kind: {
                "precision": _ratio(hit, predicted, 0, kind),
                "recall": _ratio(hit, target, 0, kind),
                "f1": _ratio(2 * hit, predicted + target, 0, kind),
                "support": target,
            }
            for kind, (hit, predicted, target) in sorted((k, c.tolist()) for k, c in self._counts(state).items())
        }

    def result(self, state: EntityCounts, **options: Any) -> dict[str, Any]:
        """Return the values for the sequences in `state`; with ``"scheme"`` among ``output_keys``, how tags were read."""
        wanted = options.get("output_keys")
        wanted = (self.config.output_keys or ()) if wanted is None else wanted
        values = super().result(state, **options)
        return values | {"scheme": self._scheme(state) or "lenient"} if "scheme" in wanted else values

    def _counts(self, state: EntityCounts) -> dict[str, NDArray[np.float64]]:
        return state.by_scheme.get(self._scheme(state), {})

    def _scheme(self, state: EntityCounts) -> str | None:
        """Return the scheme by which the targets are read; ``None`` is the lenient way.

        Raises:
            InputError: No scheme fits the tags.
        """
        if None in state.by_scheme:
            return None
        read = {*state.by_scheme, *state.broken}
        scheme = _detected(frozenset(state.prefixes)) if len(read) > 1 else next(iter(read))
        if scheme is None:
            raise InputError(
                f"The tags have the positions {', '.join(sorted(state.prefixes))}, which no scheme that can be found by "
                f"itself has. Say which it is by scheme=: {', '.join(SCHEMES)}; or leave mode='strict' out."
            )
        if scheme in state.broken:
            raise InputError(
                f"The tags do not follow {scheme}: {state.broken[scheme]}. Leave mode='strict' out, or name another."
            )
        return scheme


def spans(tags: list[str], scheme: str | None, suffix: bool = False) -> list[Span]:
    """Return the entities of a sequence as (type, first word, last word).

    Args:
        tags: Tags such as ``B-PER``.
        scheme: One of `SCHEMES`; ``None`` reads leniently.
        suffix: The position ends the tag.

    Raises:
        ValueError: A tag is none of the scheme.
    """
    if scheme is None:
        labelling = require("seqeval.metrics.sequence_labeling", extra=EXTRA, purpose="Scoring entities")
        return labelling.get_entities(tags, suffix)
    schemes = require("seqeval.scheme", extra=EXTRA, purpose="Scoring entities")
    entities = schemes.Tokens(tags, getattr(schemes, scheme), suffix).entities
    return [(entity.tag, entity.start, entity.end - 1) for entity in entities]


@cache
def _detected(prefixes: frozenset[str]) -> str | None:
    if prefixes == {"O"}:  # nothing to find, in any scheme
        return "IOB2"
    schemes = require("seqeval.scheme", extra=EXTRA, purpose="Scoring entities")
    try:
        return schemes.auto_detect(
            [[prefix if prefix == "O" else f"{prefix}-X" for prefix in sorted(prefixes)]]
        ).__name__
    except ValueError:
        return None


_TAG = {
    False: re.compile(r"([BIESLU])(-.*)?|O", re.DOTALL),
    True: re.compile(r"(.*-)?([BIESLU])|O", re.DOTALL),
}


def _check(tag: Any, row: int, suffix: bool, *, lenient: bool) -> None:
    if not isinstance(tag, str) or _TAG[suffix].fullmatch(tag) is None:
        raise InputError(
            f"{tag!r} in row {row} is no tag of an entity, such as {'PER-B' if suffix else 'B-PER'} or O. Labels of words "
            "without positions are scored by accuracy and f1, or with B- before each."
        )
    if lenient and _prefix(tag, suffix) in "LU":
        raise InputError(f"{tag!r} in row {row} is a tag of BILOU: score with mode='strict' and scheme='BILOU'.")


def _prefix(tag: str, suffix: bool) -> str:
    return tag[-1] if suffix else tag[0]


def _sequences(values: Any, what: str) -> list[list[str]]:
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise InputError(f"The {what} are lists of tags, one per row; found {type(values).__name__}.")
    sequences = list(values)
    for row, tags in enumerate(sequences):
        if isinstance(tags, str) or not isinstance(tags, Iterable):
            raise InputError(f"Row {row} of the {what} is no list of tags: {tags!r:.60}.")
    return [list(tags) for tags in sequences]


def _weights(values: Any, rows: int) -> Sequence[float]:
    if values is None:
        return [1.0] * rows
    weights = [float(value) for value in values]
    if len(weights) != rows:
        raise InputError(f"sample_weight has {len(weights)} weights for {rows} rows.")
    return weights


def _ratio(numerator: float, denominator: float, undefined: str | int, what: str) -> float:
    if undefined not in (0, 1, "warn"):
        raise InputError(f"zero_division must be 0, 1 or 'warn'; found {undefined!r}.")
    if denominator:
        return numerator / denominator
    if undefined == "warn":
        logger.warning("%s has nothing to divide by and counts as 0; set zero_division to choose.", what)
        return 0.0
    return float(undefined)
