"""Word and character error rates: edits of the texts, over the length of the references."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, cast

import numpy as np

from hezar_registry import InputError, require
from hezar_train.metrics.texts import TextMetric, rows_of, texts_of

#: Pairs that are aligned in one call.
CHUNK = 4096
#: Words are numbered and aligned as characters of these numbers, of which there are so many.
MOST_WORDS = 0xD000
EXTRA = "hezar[metrics]"


@dataclass
class EditCounts:
    """Sums over pairs of texts.

    Attributes:
        edits: Substitutions, deletions and insertions of the best alignments.
        length: Units (words or characters) of the references.
        rows: Number of pairs.
        texts: The pairs themselves, where they are aligned as one text at the end.
    """

    edits: int = 0
    length: int = 0
    rows: int = 0
    texts: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def __add__(self, other: EditCounts) -> EditCounts:
        return EditCounts(
            self.edits + other.edits, self.length + other.length, self.rows + other.rows, self.texts + other.texts
        )


class _ErrorRate(TextMetric[EditCounts]):
    key: ClassVar[str]

    def new_state(self) -> EditCounts:
        """Return the sums over no pairs."""
        return EditCounts()

    def update(
        self, state: EditCounts, predictions: Any, targets: Any, *, concatenate_texts: bool | None = None
    ) -> None:
        """Add pairs of texts to `state`.

        Args:
            state: Grows in place.
            predictions: Texts, one per row.
            targets: Reference texts, one per row; an empty one counts what was put in its place.
            concatenate_texts: Align all texts as one; default ``config.concatenate_texts``.

        Raises:
            InputError: Lengths differ, or an entry is no text.
            MissingExtraError: rapidfuzz is not installed.
        """
        predictions, targets = rows_of(predictions, targets)
        predicted, right = texts_of(predictions, "prediction"), texts_of(targets, "target")
        normalize = self._normalizer()
        if normalize is not None:
            predicted, right = [normalize(text) for text in predicted], [normalize(text) for text in right]
        state.rows += len(right)
        if self._concatenates(concatenate_texts):
            state.texts += zip(predicted, right, strict=True)
            return
        edits, length = self.count(predicted, right)
        state.edits += edits
        state.length += length

    def score(self, state: EditCounts) -> dict[str, float | list[float]]:
        """Return the rate: 0 is perfect, and with many insertions it may be more than 1.

        Where the references have no units at all it is the number of insertions, as jiwer has it.

        Raises:
            InputError: There are no rows.
        """
        if not state.rows:
            raise InputError(f"{type(self).__name__} has no rows to score: predictions and targets are empty.")
        edits, length = state.edits, state.length
        if state.texts:
            predicted, right = zip(*state.texts, strict=True)
            more, longer = self.count([self.joined(predicted)], [self.joined(right)])
            edits, length = edits + more, length + longer
        return {self.key: edits / max(length, 1)}

    def _concatenates(self, option: bool | None) -> bool:
        return bool(self.config.get("concatenate_texts", False) if option is None else option)

    def count(self, predicted: Sequence[str], right: Sequence[str]) -> tuple[int, int]:
        """Return the edits of pairs of texts, and the units of the references."""
        raise NotImplementedError

    def joined(self, texts: Sequence[str]) -> str:
        """Return texts as one."""
        raise NotImplementedError


class WER(_ErrorRate):
    """Word error rate: what stands between blanks is a word, so that می‌روم is one and «می روم» are two.

    Example:
        >>> WER().compute(["هوا خوب بود"], ["هوا خوب است"])
        {'wer': 0.3333}
    """

    key = "wer"

    def count(self, predicted: Sequence[str], right: Sequence[str]) -> tuple[int, int]:
        """Return the edits of words, and the words of the references."""
        edits = length = 0
        for pairs in _chunks(predicted, right):
            words = [(a.split(), b.split()) for a, b in pairs]
            length += sum(len(b) for _, b in words)
            edits += _distance(*_numbered(words))
        return edits, length

    def joined(self, texts: Sequence[str]) -> str:
        """Return texts as one, with blanks between them."""
        return " ".join(texts)


class CER(_ErrorRate):
    """Character error rate: characters are those of Unicode, spaces and half-spaces among them; runs of spaces are one.

    Example:
        >>> CER().compute(["کتاب"], ["کباب"])
        {'cer': 0.25}
    """

    key = "cer"

    def count(self, predicted: Sequence[str], right: Sequence[str]) -> tuple[int, int]:
        """Return the edits of characters, and the characters of the references."""
        edits = length = 0
        for pairs in _chunks(predicted, right):
            clean = [(" ".join(a.split()), " ".join(b.split())) for a, b in pairs]
            length += sum(len(b) for _, b in clean)
            edits += _distance([a for a, _ in clean], [b for _, b in clean])
        return edits, length

    def joined(self, texts: Sequence[str]) -> str:
        """Return texts as one, with the config's ``sentence_delimiter`` between them."""
        return str(self.config.get("sentence_delimiter", " ")).join(" ".join(text.split()) for text in texts)


def _chunks(predicted: Sequence[str], right: Sequence[str]) -> Iterator[list[tuple[str, str]]]:
    for start in range(0, len(right), CHUNK):
        part = slice(start, start + CHUNK)
        yield list(zip(predicted[part], right[part], strict=True))


def _numbered(pairs: Sequence[tuple[list[str], list[str]]]) -> tuple[list[Any], list[Any]]:
    """Return words as characters, equal words as equal ones; as they are where there are too many different ones."""
    numbers: dict[str, str] = {}
    for words in _sides(pairs):
        for word in words:
            if word not in numbers:
                numbers[word] = chr(len(numbers) + 1)
    if len(numbers) > MOST_WORDS:
        return [a for a, _ in pairs], [b for _, b in pairs]
    return ["".join(map(numbers.__getitem__, a)) for a, _ in pairs], [
        "".join(map(numbers.__getitem__, b)) for _, b in pairs
    ]


def _sides(pairs: Sequence[tuple[list[str], list[str]]]) -> Iterator[list[str]]:
    for a, b in pairs:
        yield a
        yield b


def _distance(predicted: Sequence[Any], right: Sequence[Any]) -> int:
    """Return the sum of the edit distances of pairs of sequences."""
    levenshtein = require("rapidfuzz.distance.Levenshtein", extra=EXTRA, purpose="An error rate")
    distance = cast("Callable[..., int]", levenshtein.distance)
    if len(right) == 1 or not all(isinstance(text, str) for text in predicted):
        return sum(distance(a, b) for a, b in zip(predicted, right, strict=True))
    process = require("rapidfuzz.process", extra=EXTRA, purpose="An error rate")
    return int(process.cpdist(predicted, right, scorer=distance, dtype=np.int32, workers=-1).sum())
