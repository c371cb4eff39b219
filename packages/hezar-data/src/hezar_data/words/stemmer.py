"""`Stemmer`: words without their inflectional endings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, overload

from hezar_data.configs.words import StemmerConfig
from hezar_data.lexicon.spelling import is_persian, plain
from hezar_data.words.base import WordReader, settle, texts_of
from hezar_data.words.joining import head_of
from hezar_data.words.morphology import read_word


class Stemmer(WordReader):
    """Takes the inflectional endings off Persian words, and no more than these.

    Plural, ezafe, indefinite, possessive and comparative endings and enclitic forms of *to be* come off nouns and adjectives,
    half-spaces or not; a verb form becomes its past or present stem. A dictionary word is left whole (میز, تنها, مادر,
    بهار), and so are irregular plurals: for those, see `Lemmatizer`. The stem of a stem is itself. Words in other
    scripts come back as they are.

    Example:
        >>> Stemmer()(["کتاب\u200cهایشان", "بزرگ\u200cترین", "می\u200cشود", "تنها"])
        ['کتاب', 'بزرگ', 'شو', 'تنها']
    """

    role = "stemmer"
    config_class = StemmerConfig
    upload_message = "Hezar: Upload stemmer"

    def __init__(self, config: StemmerConfig | None = None, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        self._exceptions = frozenset(self.config.exceptions)

    @overload
    def __call__(self, inputs: str) -> str: ...  # pyright: ignore[reportOverlappingOverload] - a str is iterable, too
    @overload
    def __call__(self, inputs: Iterable[str]) -> list[str]: ...
    def __call__(self, inputs: str | Iterable[str]) -> str | list[str]:
        """Stem one word or many.

        Args:
            inputs: A word, or words.

        Returns:
            The stem, or a list of stems in the order of the words.

        Raises:
            InputError: An input is not a text.
        """
        if isinstance(inputs, str):
            return self.remembered(inputs)
        return [*map(self.remembered, texts_of(inputs, "Stemmer", "word"))]

    def read(self, word: str) -> str:
        return settle(self._once, word)

    def _once(self, word: str) -> str:
        stem = plain(word)
        if word in self._exceptions or stem in self._exceptions:
            return word
        head = head_of(stem)
        pos = None
        if head is not None:
            stem, pos = head.word, "VERB" if head.is_verb else None
        elif len(stem.split()) > 1:
            return stem
        reading = read_word(stem, pos) if is_persian(stem) else None
        return reading.base if reading else stem
