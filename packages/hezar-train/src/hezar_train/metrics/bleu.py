"""BLEU: how many runs of words a text shares with its references.

Papineni et al., *BLEU: a Method for Automatic Evaluation of Machine Translation*, ACL 2002.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from hezar_registry import InputError, get_logger, require, suggest
from hezar_train.metrics.normalization import Normalize
from hezar_train.metrics.texts import TextMetric, rows_of

logger = get_logger(__name__)

Tokens = list[str]
Tokenize = Callable[[str], Tokens]

UNIFORM = (0.25, 0.25, 0.25, 0.25)
SMOOTHINGS = ("none", "exp")
SACREBLEU_TOKENIZERS = ("13a", "intl", "char")
TOKENIZERS = ("blanks", "words", *SACREBLEU_TOKENIZERS)


@dataclass
class NgramCounts:
    """Sums over rows.

    Attributes:
        matches: For each length of runs, how many of the predictions' are in a reference.
        totals: For each length, how many the predictions have.
        length: Tokens of the predictions.
        reference_length: Tokens of the references nearest to them in length.
        rows: Number of rows.
    """

    matches: list[int] = field(default_factory=list[int])
    totals: list[int] = field(default_factory=list[int])
    length: int = 0
    reference_length: int = 0
    rows: int = 0

    def __add__(self, other: NgramCounts) -> NgramCounts:
        if self.rows and other.rows and len(self.matches) != len(other.matches):
            raise InputError("The states were counted with different numbers of weights.")
        more = self if self.rows else other
        return NgramCounts(
            [a + b for a, b in zip(self.matches, other.matches, strict=True)]
            if self.rows and other.rows
            else [*more.matches],
            [a + b for a, b in zip(self.totals, other.totals, strict=True)]
            if self.rows and other.rows
            else [*more.totals],
            self.length + other.length,
            self.reference_length + other.reference_length,
            self.rows + other.rows,
        )

    def add(self, prediction: Tokens, references: Sequence[Tokens], orders: int) -> None:
        """Add a row."""
        if not self.rows:
            self.matches, self.totals = [0] * orders, [0] * orders
        for n in range(1, len(self.matches) + 1):
            mine, most = ngrams(prediction, n), Counter[tuple[str, ...]]()
            for reference in references:
                most |= ngrams(reference, n)
            self.matches[n - 1] += (mine & most).total()
            self.totals[n - 1] += mine.total()
        self.length += len(prediction)
        # Of two that are as near, the shorter.
        self.reference_length += min((abs(len(r) - len(prediction)), len(r)) for r in references)[1]
        self.rows += 1


class BLEU(TextMetric[NgramCounts]):
    """BLEU of a whole set of texts, between 0 and 1.

    As published, tokens are what stands between blanks, nothing is smoothed, and a set in which no run of four words is
    right scores 0, so that sentences of fewer than four words score 0 however good they are; a warning says so. For figures
    that others can compare with, choose ``tokenizer="intl"`` and ``smoothing="exp"``, sacreBLEU's, or Hezar's own
    ``tokenizer="words"``: with blanks alone, a word and its comma are another word.

    Example:
        >>> BLEU().compute(["هوا امروز خیلی خوب است"], ["هوا امروز خیلی خوب بود"])
        {'bleu': 0.6687}
    """

    def new_state(self) -> NgramCounts:
        """Return the sums over no rows."""
        return NgramCounts()

    def update(
        self, state: NgramCounts, predictions: Any, targets: Any, *, weights: Sequence[float] | None = None
    ) -> None:
        """Add rows to `state`.

        Args:
            state: Grows in place.
            predictions: Texts, or lists of tokens, one per row.
            targets: For each row a reference text, or several references, each a text or a list of tokens.
            weights: As in `score`; runs as long as their number are counted.

        Raises:
            InputError: Lengths differ, or an entry is neither text nor tokens.
        """
        predictions, targets = rows_of(predictions, targets)
        split = self._tokenize()
        for row, (prediction, target) in enumerate(zip(predictions, targets, strict=True)):
            references = [target] if isinstance(target, str) else target
            if not isinstance(references, (list, tuple)) or not references:
                raise InputError(f"The target of row {row} is no text and no list of references: {target!r:.60}.")
            state.add(
                _tokens(prediction, split, f"prediction of row {row}"),
                [_tokens(reference, split, f"target of row {row}") for reference in references],
                len(UNIFORM if weights is None else weights),
            )

    def score(self, state: NgramCounts, *, weights: Sequence[float] | None = None) -> dict[str, float | list[float]]:
        """Return ``bleu``.

        Args:
            state: The counts.
            weights: Weight of runs of one token, of two, and so on; default a quarter each for one to four.

        Raises:
            InputError: There are no rows, or other weights than they were counted with.
        """
        if not state.rows:
            raise InputError("BLEU has no rows to score: predictions and targets are empty.")
        chosen = UNIFORM if weights is None else tuple(weights)
        if len(chosen) != len(state.matches):
            raise InputError(
                f"There are {len(chosen)} weights; the state has counts of runs of {len(state.matches)} lengths."
            )
        logs, smooth = 0.0, 1.0
        for n, (weight, matches, total) in enumerate(zip(chosen, state.matches, state.totals, strict=True), start=1):
            precision = matches / total if total else 0.0
            if not matches:
                if self._smoothing() == "none" or not total or n == 1:
                    self._warn(n, state)
                    return {"bleu": 0.0}
                smooth *= 2
                precision = 1 / (smooth * total)
            logs += weight * math.log(precision)
        short = state.length < state.reference_length
        return {"bleu": math.exp(logs + (1 - state.reference_length / state.length if short else 0.0))}

    def describe(self, state: NgramCounts) -> dict[str, str]:
        """Return how the values were made; ``signature`` when ``output_keys`` asks for it."""
        signature = f"tokenizer:{self.config.get('tokenizer') or 'blanks'}|smoothing:{self._smoothing()}"
        return super().describe(state) | {"signature": f"{signature}|orders:{len(state.matches)}"}

    def _warn(self, n: int, state: NgramCounts) -> None:
        if n == 1:
            return
        logger.warning(
            "BLEU is 0, because %s in %d rows. Give smoothing='exp' or fewer weights to score texts this short.",
            f"no run of {n} tokens is right" if state.totals[n - 1] else f"no prediction has {n} tokens",
            state.rows,
        )

    def _smoothing(self) -> str:
        smoothing = str(self.config.get("smoothing") or "none")
        if smoothing not in SMOOTHINGS:
            raise InputError(f"smoothing is 'none' or 'exp'; found {smoothing!r}.{suggest(smoothing, SMOOTHINGS)}")
        return smoothing

    def _tokenize(self) -> Tokenize:
        split, normalize = tokenizer_of(str(self.config.get("tokenizer") or "blanks")), self._normalizer()
        return split if normalize is None else _after(normalize, split)


def ngrams(tokens: Tokens, n: int) -> Counter[tuple[str, ...]]:
    """Return how often each run of `n` tokens occurs."""
    return Counter(zip(*(tokens[i:] for i in range(n)), strict=False))


@cache
def tokenizer_of(name: str) -> Tokenize:
    """Return what cuts a text into tokens.

    Args:
        name: ``"blanks"``, ``"words"`` (Hezar's tokenizer of words), or one of sacreBLEU's.

    Raises:
        InputError: There is none of that name.
        MissingExtraError: sacrebleu is not installed.
    """
    if name == "blanks":
        return str.split
    if name == "words":
        from hezar_data.words.word_tokenizer import WordTokenizer

        return WordTokenizer().__call__
    if name in SACREBLEU_TOKENIZERS:
        sacrebleu = require("sacrebleu.metrics.bleu", extra="hezar[metrics]", purpose=f"The tokenizer {name!r}")
        tokenizer = sacrebleu.BLEU(tokenize=name).tokenizer
        return lambda text: tokenizer(text).split()
    raise InputError(f"Unknown tokenizer {name!r}.{suggest(name, TOKENIZERS)} There are {', '.join(TOKENIZERS)}.")


def _after(normalize: Normalize, split: Tokenize) -> Tokenize:
    return lambda text: split(normalize(text))


def _tokens(value: Any, split: Tokenize, what: str) -> Tokens:
    if isinstance(value, str):
        return split(value)
    if isinstance(value, (list, tuple)) and all(isinstance(token, str) for token in value):
        return list(value)
    raise InputError(f"The {what} is neither a text nor a list of tokens: {value!r:.60}.")
