"""`Lemmatizer`: the dictionary forms of words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, overload

from hezar_data.configs.words import LemmatizerConfig
from hezar_data.lexicon.spelling import is_persian, plain
from hezar_data.lexicon.words import lexicon
from hezar_data.words.base import WordReader, settle, texts_of
from hezar_data.words.joining import head_of
from hezar_data.words.morphology import VERBAL, read_word
from hezar_registry import InputError


class Lemmatizer(WordReader):
    """Finds the dictionary form of Persian words, written and spoken.

    Verbs become their infinitive, or ``past#present`` stems (``verb_form="stems"``), from all tenses, negated, prefixed and
    spoken forms, of several words too (``خواهم رفت``); nouns become singular, irregular plurals too; adjectives lose their comparison; enclitics come off. An
    unknown word keeps what may belong to it. The lemma of a lemma is itself. Words in other scripts come back as they are.

    A word may have several readings (``مردم``: people, or *I died*). Without a part of speech the frequent one is chosen.

    Example:
        >>> Lemmatizer()(["می\u200cروم", "کتاب\u200cهایشان", "علما", "بزرگ\u200cترین", "میخوام"])
        ['رفتن', 'کتاب', 'عالم', 'بزرگ', 'خواستن']
        >>> Lemmatizer(verb_form="stems")("نرفته\u200cاند")
        'رفت#رو'
    """

    role = "lemmatizer"
    config_class = LemmatizerConfig
    upload_message = "Hezar: Upload lemmatizer"

    def __init__(self, config: LemmatizerConfig | None = None, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        self._own = frozenset(self.config.lemmas.values())

    @overload
    def __call__(self, inputs: str, pos: str | None = None) -> str: ...  # pyright: ignore[reportOverlappingOverload] - a str is iterable, too
    @overload
    def __call__(self, inputs: Iterable[str], pos: str | Iterable[str | None] | None = None) -> list[str]: ...
    def __call__(self, inputs: str | Iterable[str], pos: str | Iterable[str | None] | None = None) -> str | list[str]:
        """Find the lemma of one word or of many.

        Args:
            inputs: A word, or words.
            pos: Part of speech, as in Universal Dependencies (``"NOUN"``, ``"VERB"``, ``"ADJ"``, …, in any case): one for
                all words, or one for each.

        Returns:
            The lemma, or a list of lemmas in the order of the words.

        Raises:
            InputError: An input is not a text, or there are not as many parts of speech as words.
        """
        if pos is None or isinstance(pos, str):
            tag = pos.upper() if pos else None
            if isinstance(inputs, str):
                return self.remembered(inputs, tag)
            return [self.remembered(word, tag) for word in texts_of(inputs, "Lemmatizer", "word")]
        words = texts_of(inputs, "Lemmatizer", "word")
        tags = [*pos] if isinstance(pos, Iterable) else []
        if len(tags) != len(words) or not all(tag is None or isinstance(tag, str) for tag in tags):
            raise InputError(
                f"Lemmatizer takes one part of speech (str) for each word; found {pos!r:.60} for {len(words)} words."
            )
        lemmas = [self.remembered(word, tag.upper() if tag else None) for word, tag in zip(words, tags, strict=True)]
        return lemmas[0] if isinstance(inputs, str) else lemmas

    def read(self, word: str, pos: str | None = None) -> str:
        return settle(lambda form: self._once(form, pos), word)

    def _once(self, word: str, pos: str | None) -> str:
        form = plain(word)
        own = self.config.lemmas.get(word, self.config.lemmas.get(form))
        if own is not None or form in self._own:
            return form if own is None else own
        if "#" in form or not is_persian(form):  # the first is the lemma of a verb, as stems
            return form
        if pos not in VERBAL:
            words = lexicon()
            found = words.plurals.get(form) or (words.spoken.get(form) if pos not in {"NOUN", "PROPN"} else None)
            if found:
                return found
        head = head_of(form)
        if head is not None:
            return self._once(head.word, "VERB" if head.is_verb else pos)
        if len(form.split()) > 1:
            return form
        reading = read_word(form, pos)
        if reading is None:
            return form
        if reading.verb is None:
            return reading.base
        return reading.verb.stems if self.config.verb_form == "stems" else reading.verb.infinitive
