"""ROUGE: how much of a reference a summary recalls, in words, pairs of words, and in the order of words.

Lin, *ROUGE: A Package for Automatic Evaluation of Summaries*, 2004. The published package keeps Latin letters and digits
only, so that any Persian text scores 0; here words are those of any script, and Latin text scores as it does there.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast

from hezar_data.characters import ZWNJ
from hezar_registry import InputError, require
from hezar_train.metrics.bleu import ngrams
from hezar_train.metrics.texts import TextMetric, rows_of, texts_of

Stem = Callable[[str], str]

KEYS = ("rouge1", "rouge2", "rougeL", "rougeLsum")
#: Words no longer than this are not stemmed.
LONGEST_UNSTEMMED = 3


@dataclass
class ScoreSums:
    """Sums over rows.

    Attributes:
        sums: The sum of each score.
        rows: Number of rows.
    """

    sums: dict[str, float] = field(default_factory=lambda: dict.fromkeys(KEYS, 0.0))
    rows: int = 0

    def __add__(self, other: ScoreSums) -> ScoreSums:
        return ScoreSums({key: value + other.sums[key] for key, value in self.sums.items()}, self.rows + other.rows)


class ROUGE(TextMetric[ScoreSums]):
    """F-measures of what a text shares with its reference, as means over rows, each the best of its references.

    ``rouge1`` counts words, ``rouge2`` pairs of words; ``rougeL`` is the longest common subsequence of the whole texts, and
    ``rougeLsum`` that of their lines.

    Case does not count, nor does punctuation. A half-space is part of its word; see ``normalization``.

    Example:
        >>> ROUGE(output_keys=["rouge1"]).compute(["هوا خیلی خوب است."], ["هوا خوب است"])
        {'rouge1': 0.8571}
    """

    def new_state(self) -> ScoreSums:
        """Return the sums over no rows."""
        return ScoreSums()

    def update(self, state: ScoreSums, predictions: Any, targets: Any) -> None:
        """Add rows to `state`.

        Args:
            state: Grows in place.
            predictions: Texts, one per row.
            targets: For each row a reference text, or a list of them where the config says ``multi_ref``.

        Raises:
            InputError: Lengths differ, or an entry is no text.
            MissingExtraError: nltk is not installed and words are stemmed.
        """
        predictions, targets = rows_of(predictions, targets)
        stem, normalize = _stemmer() if self.config.get("use_stemmer") else None, self._normalizer()

        def lines(text: str) -> list[list[str]]:
            text = text if normalize is None else "\n".join(map(normalize, text.split("\n")))
            return [words(line, stem) for line in text.split("\n")]

        for row, (prediction, references) in enumerate(
            zip(texts_of(predictions, "prediction"), self._references(targets), strict=True)
        ):
            if not references:
                raise InputError(f"Row {row} has no reference.")
            mine = lines(prediction)
            scores = [_scores(lines(reference), mine) for reference in references]
            for key in KEYS:
                state.sums[key] += max(score[key] for score in scores)
            state.rows += 1

    def score(self, state: ScoreSums) -> dict[str, float | list[float]]:
        """Return ``rouge1``, ``rouge2``, ``rougeL`` and ``rougeLsum``.

        Raises:
            InputError: There are no rows.
        """
        if not state.rows:
            raise InputError("ROUGE has no rows to score: predictions and targets are empty.")
        return {key: total / state.rows for key, total in state.sums.items()}

    def _references(self, targets: list[Any]) -> list[list[str]]:
        several = bool(self.config.get("multi_ref", True))
        rows: list[list[str]] = []
        for row, target in enumerate(targets):
            if several and isinstance(target, (list, tuple)):
                rows.append(texts_of(cast("Sequence[Any]", target), f"a reference in the target (row {row})"))
            else:
                rows += [[text] for text in texts_of([target], f"target (row {row})")]
        return rows


def words(text: str, stem: Stem | None = None) -> list[str]:
    """Return the words of a text in lower case: runs of letters, digits and their marks, half-spaces among them.

    Example:
        >>> words("Hello, 2nd world!")
        ['hello', '2nd', 'world']
    """
    found = _word().findall(text.lower())
    return found if stem is None else [stem(word) if len(word) > LONGEST_UNSTEMMED else word for word in found]


@cache
def _word() -> re.Pattern[str]:
    # Python's \w has no marks, so that a vowel mark would cut its word in two.
    marks = "".join(chr(code) for code in range(0x11000) if unicodedata.category(chr(code)) in ("Mn", "Mc"))
    return re.compile(f"[^\\W_](?:[^\\W_]|[{marks}]|{ZWNJ}(?=[^\\W_]))*")


@cache
def _stemmer() -> Stem:
    porter = require("nltk.stem.porter", extra="hezar[metrics]", purpose="use_stemmer=True")
    return cast("Stem", porter.PorterStemmer().stem)


def _scores(reference: list[list[str]], prediction: list[list[str]]) -> dict[str, float]:
    whole, mine = [word for line in reference for word in line], [word for line in prediction for word in line]
    scores = {f"rouge{n}": _overlap(ngrams(whole, n), ngrams(mine, n)) for n in (1, 2)}
    scores["rougeL"] = _f_measure(len(common_subsequence(whole, mine)), len(whole), len(mine))
    scores["rougeLsum"] = _by_lines([line for line in reference if line], [line for line in prediction if line])
    return scores


def _overlap(reference: Counter[tuple[str, ...]], prediction: Counter[tuple[str, ...]]) -> float:
    return _f_measure((reference & prediction).total(), reference.total(), prediction.total())


def _by_lines(reference: list[list[str]], prediction: list[list[str]]) -> float:
    """Score, for each line of the reference, its words that are in a common subsequence with any line of the prediction."""
    left_reference = Counter(word for line in reference for word in line)
    left_prediction = Counter(word for line in prediction for word in line)
    hits = 0
    for line in reference:
        shared = sorted({i for other in prediction for i in common_subsequence(line, other)})
        for word in (line[i] for i in shared):
            if left_reference[word] > 0 and left_prediction[word] > 0:
                hits += 1
                left_reference[word] -= 1
                left_prediction[word] -= 1
    return _f_measure(hits, sum(map(len, reference)), sum(map(len, prediction)))


def common_subsequence(reference: list[str], prediction: list[str]) -> list[int]:
    """Return the places in `reference` of a longest common subsequence; of several, that which ends first."""
    rows, columns = len(reference), len(prediction)
    # lengths[i][j]: of the first i words of the one and the first j of the other.
    lengths = [[0] * (columns + 1) for _ in range(rows + 1)]
    for i, word in enumerate(reference, start=1):
        above, row = lengths[i - 1], lengths[i]
        for j, other in enumerate(prediction, start=1):
            row[j] = above[j - 1] + 1 if word == other else max(above[j], row[j - 1])
    places: list[int] = []
    i, j = rows, columns
    while i and j:
        if reference[i - 1] == prediction[j - 1]:
            places.append(i - 1)
            i, j = i - 1, j - 1
        elif lengths[i][j - 1] > lengths[i - 1][j]:
            j -= 1
        else:
            i -= 1
    return places[::-1]


def _f_measure(hits: int, reference: int, prediction: int) -> float:
    if not hits:
        return 0.0
    precision, recall = hits / max(prediction, 1), hits / max(reference, 1)
    return 2 * precision * recall / (precision + recall)
