"""What the preprocessors of words and sentences share."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from hezar_data.inputs import is_text, one_or_many
from hezar_data.preprocessors.base import Preprocessor
from hezar_registry import InputError

_REMEMBERED = 1 << 16

Span = tuple[int, int]
"""Start and end in a text, in characters; the end is not included."""


class WordReader(Preprocessor):
    """A preprocessor that reads words one by one, and remembers the last 65,536 of them.

    A subclass implements `read`; what it calls is `remembered`, which asks `read` about words that are not known.
    """

    remembered: Callable[..., str]

    def __init__(self, config: Any = None, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        self.remembered = lru_cache(_REMEMBERED)(self.read)

    def read(self, word: str) -> str:
        """Return what becomes of a word."""
        raise NotImplementedError

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "remembered"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.remembered = lru_cache(_REMEMBERED)(self.read)


def texts_of(inputs: Any, taker: str, what: str) -> list[str]:
    """Return the texts of an input that is a text or an iterable of texts.

    Args:
        inputs: What the caller gave.
        taker: Who takes it, for the message.
        what: What one text is called, such as ``"word"``.

    Raises:
        InputError: It is something else.
    """
    texts, _ = one_or_many(inputs, is_text, f"{taker} takes a {what} or a list of them (str)")
    for i, text in enumerate(texts):
        if not isinstance(text, str):
            raise InputError(f"{taker} takes a {what} or a list of them (str); item {i} is {text!r:.60}.")
    return texts


def settle(step: Callable[[str], str], word: str) -> str:
    """Apply `step` until nothing changes, so that the result of a result is itself.

    Words that lead to each other in a circle share the first of them in code point order.
    """
    seen = [word]
    while (result := step(seen[-1])) not in seen:
        seen.append(result)
    return min(seen[seen.index(result) :])
