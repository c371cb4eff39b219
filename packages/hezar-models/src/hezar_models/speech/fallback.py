"""What is wrong with a decoded window, and what is left of it when it stays wrong.

The signs are those of Radford et al. 2022, *Robust Speech Recognition via Large-Scale Weak Supervision*, section 4.5, with two
differences. A text is compressed with one byte per character: in UTF-8, ordinary Persian compresses as well as English that
repeats itself. And repetition is looked for in the tokens too, for short loops hide from compression, and a model may be
very sure of them.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from hezar_models.speech.options import SpeechOptions

#: What is wrong: it says the same again and again, it is unlikely, or it does not come to an end.
Bad = Literal["repetition", "unlikely", "unfinished"]

#: So many copies in a row are a loop,
LEAST_COPIES = 3
#: if together they have so many tokens: people do say "very very very".
LEAST_LOOP = 12
#: Tokens of the longest phrase that is looked for.
LONGEST_PHRASE = 60


@dataclass(frozen=True)
class Loop:
    """Tokens that come several times in a row.

    Attributes:
        start: Place of the first copy.
        size: Tokens of a copy.
        copies: How many whole ones there are.
    """

    start: int
    size: int
    copies: int

    @property
    def end(self) -> int:
        """The place after the last copy."""
        return self.start + self.size * self.copies


def compression_ratio(text: str) -> float:
    """Return how many times shorter a text becomes, one byte per character; about 1.6 for a window of speech.

    Example:
        >>> compression_ratio("سلام " * 50) > 10
        True
    """
    numbers: dict[str, int] = {}
    data = bytes(numbers.setdefault(character, len(numbers)) % 256 for character in text)
    return len(data) / len(zlib.compress(data)) if data else 0.0


def find_loop(ids: Sequence[int], start: int = 0) -> Loop | None:
    """Return the first loop from a place on; of several that begin there the shortest phrase.

    Example:
        >>> find_loop([7, 8, *[1, 2, 3, 4] * 5, 9])
        Loop(start=2, size=4, copies=5)
    """
    found: Loop | None = None
    for size in range(1, min(LONGEST_PHRASE, (len(ids) - start) // LEAST_COPIES) + 1):
        equal = 0  # tokens up to here that are those a phrase before them
        for place in range(start + size, len(ids) + 1):
            if place < len(ids) and ids[place] == ids[place - size]:
                equal += 1
                continue
            copies = equal // size + 1
            first = place - equal - size
            is_loop = copies >= LEAST_COPIES and copies * size >= LEAST_LOOP
            if is_loop and (found is None or first < found.start):
                found = Loop(first, size, copies)
                break
            equal = 0
    return found


def said_once(ids: Sequence[int]) -> list[int]:
    """Return the places of a row without the further copies of its loops.

    Example:
        >>> said_once([7, 8, *[1, 2, 3, 4] * 3, 9])
        [0, 1, 2, 3, 4, 5, 14]
    """
    kept: list[int] = []
    place = 0
    while (loop := find_loop(ids, place)) is not None:
        kept += range(place, loop.start + loop.size)
        # The beginning of a copy that was not finished belongs to the loop.
        place = loop.end
        while place < len(ids) and ids[place] == ids[place - loop.size]:
            place += 1
    return [*kept, *range(place, len(ids))]


@dataclass(frozen=True)
class Verdict:
    """What was measured of a decoded window.

    Attributes:
        score: Mean log p of its tokens.
        compression: How well its text compresses.
        is_silent: The model says that nobody speaks.
        bad: What is wrong; ``None`` if nothing is.
    """

    score: float
    compression: float
    is_silent: bool
    bad: Bad | None


def judge(
    ids: Sequence[int], text: str, score: float, no_speech: float | None, ended: bool, options: SpeechOptions
) -> Verdict:
    """Look at a decoded window.

    Args:
        ids: Its tokens of text, without times.
        text: Their text.
        score: Mean log p of its tokens.
        no_speech: Probability that nobody speaks, if it is known.
        ended: Whether it came to its end token.
        options: The thresholds.
    """
    compression = compression_ratio(text)
    threshold = options.compression_ratio_threshold
    repeats = threshold is not None and (compression > threshold or find_loop(ids) is not None)
    unlikely = options.logprob_threshold is not None and score < options.logprob_threshold
    silence = options.no_speech_threshold
    is_silent = silence is not None and no_speech is not None and no_speech > silence and unlikely
    bad: Bad | None = "repetition" if repeats else "unfinished" if not ended else "unlikely" if unlikely else None
    return Verdict(score, compression, is_silent, bad)
