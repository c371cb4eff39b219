"""`TextNormalizer`: Unicode normal forms, then replacements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tokenizers import Regex, normalizers

from hezar_config import ConfigError
from hezar_data.configs.text_normalizer import TextNormalizerConfig
from hezar_data.preprocessors.base import Preprocessor
from hezar_registry import InputError


class TextNormalizer(Preprocessor):
    """Cleans texts: NFKD, NFKC, then each pair ``[regular expression, replacement]`` in order.

    The steps and their options are those of the published format.

    Example:
        >>> TextNormalizer(TextNormalizerConfig(replace_patterns=[["ي", "ی"]]))("علي")
        ['علی']
    """

    role = "text_normalizer"
    config_class = TextNormalizerConfig
    upload_message = "Hezar: Upload normalizer"

    def __init__(self, config: TextNormalizerConfig | None = None, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        self._pipelines: dict[Any, Any] = {}
        self._pipeline(self.config.replace_patterns, self.config.nfkd, self.config.nfkc)

    def __call__(
        self,
        inputs: str | Iterable[str],
        replace_patterns: Sequence[Sequence[str]] | None = None,
        nfkd: bool | None = None,
        nfkc: bool | None = None,
    ) -> list[str]:
        """Clean one text or many.

        Args:
            inputs: A text or texts.
            replace_patterns: Pairs in place of the config's.
            nfkd: Decompose characters; default is the config's.
            nfkc: Compose characters; default is the config's.

        Returns:
            The cleaned texts, always a list.

        Raises:
            InputError: An input is no text.
            ConfigError: A pattern is no regular expression.
        """
        texts = [inputs] if isinstance(inputs, str) else inputs
        if isinstance(texts, bytes) or not isinstance(texts, Iterable):
            raise InputError(f"TextNormalizer takes a text or a list of texts; found {type(inputs).__name__}.")
        pipeline = self._pipeline(
            self.config.replace_patterns if replace_patterns is None else replace_patterns,
            self.config.nfkd if nfkd is None else nfkd,
            self.config.nfkc if nfkc is None else nfkc,
        )
        cleaned: list[str] = []
        for i, text in enumerate(texts):
            try:
                cleaned.append(pipeline.normalize_str(text))
            except (TypeError, UnicodeError) as error:
                raise InputError(f"TextNormalizer takes texts; input {i} is {text!r:.60} ({error}).") from error
        return cleaned

    def _pipeline(self, patterns: Any, nfkd: bool, nfkc: bool) -> Any:
        pairs = tuple(self._pair(pattern) for pattern in patterns or ())
        key = (pairs, nfkd, nfkc)
        if key not in self._pipelines:
            steps: list[Any] = [normalizers.NFKD()] if nfkd else []
            steps += [normalizers.NFKC()] if nfkc else []
            try:
                steps += [normalizers.Replace(Regex(pattern), replacement) for pattern, replacement in pairs]
            except Exception as error:  # the binding raises a bare Exception
                raise ConfigError(f"A replace pattern is no regular expression: {error}") from error
            self._pipelines[key] = normalizers.Sequence(steps)
        return self._pipelines[key]

    @staticmethod
    def _pair(pattern: Any) -> tuple[str, str]:
        pair = next(iter(pattern.values()), None) if isinstance(pattern, dict) else pattern
        if not isinstance(pair, (list, tuple)) or len(pair) != 2 or not all(isinstance(part, str) for part in pair):
            raise ConfigError(f"A replace pattern is a pair [regular expression, replacement]; found {pattern!r}.")
        return pair[0], pair[1]
