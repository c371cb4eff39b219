"""`WordTokenizer`: texts to words, numbers, addresses, emoji and punctuation."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any, Literal, overload

from hezar_data.configs.words import WordTokenizerConfig
from hezar_data.preprocessors.base import Preprocessor
from hezar_data.words import joining, patterns
from hezar_data.words.base import Span, texts_of

Token = tuple[str, Span]


class WordTokenizer(Preprocessor):
    """Cuts texts into words and what stands between them.

    One token each are: a word with its half-spaces (می\u200cروم, کتاب\u200cها); a number with its separators and percent sign, a date, a
    time (۱۲٬۳۴۵٫۶, ۱۴۰۳/۰۲/۱۵, ۱۰:۳۰); an address, e-mail address, hashtag or mention; an emoji with all it is joined of; an
    emoticon; an abbreviation with its dots (ق.م., U.S.A.); a run of dots or of ``!?؟``; every other sign. White space
    and invisible format characters alone are in no token, every other character is in exactly one.

    Example:
        >>> WordTokenizer()("ساعت ۱۰:۳۰ رفتم، ۲۵٪ ماند!")
        ['ساعت', '۱۰:۳۰', 'رفتم', '،', '۲۵٪', 'ماند', '!']
        >>> WordTokenizer(join_verb_parts=True)("نامه نوشته شده است.", return_offsets=True)
        [('نامه', (0, 4)), ('نوشته شده است', (5, 18)), ('.', (18, 19))]
    """

    role = "word_tokenizer"
    config_class = WordTokenizerConfig
    upload_message = "Hezar: Upload word tokenizer"

    def __init__(self, config: WordTokenizerConfig | None = None, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        self._token = patterns.token(tuple(self.config.abbreviations))

    @overload
    def __call__(self, inputs: str, return_offsets: Literal[False] = False) -> list[str]: ...  # pyright: ignore[reportOverlappingOverload] - a str is iterable, too
    @overload
    def __call__(self, inputs: str, return_offsets: Literal[True]) -> list[Token]: ...  # pyright: ignore[reportOverlappingOverload] - a str is iterable, too
    @overload
    def __call__(self, inputs: Iterable[str], return_offsets: Literal[False] = False) -> list[list[str]]: ...
    @overload
    def __call__(self, inputs: Iterable[str], return_offsets: Literal[True]) -> list[list[Token]]: ...
    def __call__(self, inputs: str | Iterable[str], return_offsets: bool = False) -> list[Any]:
        """Tokenize one text or many.

        Args:
            inputs: A text, or texts.
            return_offsets: Give each token as ``(token, (start, end))``, so that ``text[start:end] == token``.

        Returns:
            The tokens of the text; of several texts, a list of such lists.

        Raises:
            InputError: An input is not a text.
        """
        texts = texts_of(inputs, "WordTokenizer", "text")
        cut = self._with_offsets if return_offsets else self._tokens
        results = [cut(text) for text in texts]
        return results[0] if isinstance(inputs, str) else results

    def _tokens(self, text: str) -> list[str]:
        if self.config.join_verb_parts or self.config.join_endings:
            return [token for token, _ in self._with_offsets(text)]
        tokens = self._token.findall(text)
        return tokens if self.config.punctuation else [token for token in tokens if not is_punctuation(token)]

    def _with_offsets(self, text: str) -> list[Token]:
        spans = [match.span() for match in self._token.finditer(text)]
        if self.config.join_endings:
            spans = joining.join_endings(text, spans)
        if self.config.join_verb_parts:
            spans = joining.join_verb_parts(text, spans)
        tokens = [(text[start:end], (start, end)) for start, end in spans]
        return tokens if self.config.punctuation else [token for token in tokens if not is_punctuation(token[0])]


def is_punctuation(token: str) -> bool:
    """Whether a token holds punctuation marks (Unicode categories P) and nothing else."""
    return all(unicodedata.category(character)[0] == "P" for character in token)
