"""Sentences that are read several times, whatever they come from."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import IO, Any, Self

from hezar_data import WordTokenizer
from hezar_registry import InputError


class Corpus:
    """Lists of words, for the time of a ``with`` block.

    What can be read once is written into a temporary file, so that memory does not grow with it.

    Args:
        sentences: Lists of words, or texts, which are cut by `WordTokenizer`.

    Raises:
        InputError: It is one text, or an item is neither a text nor a list of texts.
    """

    def __init__(self, sentences: Iterable[str | Sequence[str]]) -> None:
        if isinstance(sentences, (str, bytes, Mapping)) or not hasattr(sentences, "__iter__"):
            raise InputError(f"Sentences are wanted: texts or lists of words; found {type(sentences).__name__}.")
        self._sentences = sentences
        self._tokenizer = WordTokenizer()
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        if iter(self._sentences) is self._sentences:
            self._file = tempfile.TemporaryFile("w+", encoding="utf-8", errors="surrogatepass")
            for words in self._words():
                self._file.write(json.dumps(words) + "\n")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def __iter__(self) -> Iterator[list[str]]:
        if self._file is None:
            yield from self._words()
            return
        self._file.seek(0)
        for line in self._file:
            yield json.loads(line)

    def _words(self) -> Iterator[list[str]]:
        for place, sentence in enumerate(self._sentences):
            words: Any = self._tokenizer(sentence) if isinstance(sentence, str) else sentence
            if not isinstance(words, (list, tuple)) or not all(isinstance(word, str) for word in words):
                raise InputError(f"Sentence {place} is neither a text nor a list of words: {sentence!r:.100}.")
            yield list(words)
