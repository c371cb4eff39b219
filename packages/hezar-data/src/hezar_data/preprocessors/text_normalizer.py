"""`TextNormalizer`: Unicode normal forms, replacements, and rules for Persian text."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from hezar_data.configs.text_normalizer import TextNormalizerConfig
from hezar_data.inputs import is_text, one_or_many, one_text
from hezar_data.persian.alignment import Alignment
from hezar_data.persian.catalog import select
from hezar_data.persian.entities import NOTHING_PROTECTED
from hezar_data.persian.explain import Explanation, Recorder
from hezar_data.persian.pipeline import RulePipeline
from hezar_data.preprocessors.base import Preprocessor
from hezar_data.preprocessors.normalizer_steps import PublishedSteps, ReplaceStep, running
from hezar_registry import InputError

Names = str | Iterable[str]
_Plan = tuple[PublishedSteps, RulePipeline | None]
_MAX_PLANS = 16  # each remembers words


@dataclass(frozen=True)
class NormalizedText:
    """A cleaned text that knows where it comes from.

    Attributes:
        text: The cleaned text.
        alignment: The spans of the original: see `hezar_data.persian.alignment.Alignment`.
    """

    text: str
    alignment: Alignment

    @property
    def original(self) -> str:
        """The text that was given."""
        return self.alignment.original

    def to_original(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original that characters ``start`` to ``end`` of the cleaned text come from."""
        return self.alignment.to_original(start, end)

    def __str__(self) -> str:
        return self.text


class TextNormalizer(Preprocessor):
    """Cleans texts: NFKD, NFKC, each pair ``[regular expression, replacement]`` in order, then rules for Persian.

    The first three are those of the published format. The rules are off unless they are requested; their names, with
    what each does and why, are in `hezar_data.persian.catalog.NORMALIZER_RULES` and in the manual. They run in a fixed order
    until none of them has anything left to do, so a text that was cleaned stays as it is when cleaned again. Addresses,
    mentions and emoticons are left alone but for the rules that remove them.

    Example:
        >>> TextNormalizer(replace_patterns=[["ي", "ی"]])("علي")
        ['علی']
        >>> TextNormalizer(rules="persian")("كتاب ها ، 12.5%")
        ['کتاب‌ها، ۱۲٫۵٪']
    """

    role = "text_normalizer"
    config_class = TextNormalizerConfig
    upload_message = "Hezar: Upload normalizer"

    def __init__(self, config: TextNormalizerConfig | None = None, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        self._plans: dict[str, _Plan] = {}
        self._default: tuple[dict[str, Any], _Plan] | None = None
        self._plan()

    def __call__(
        self,
        inputs: str | Iterable[str],
        replace_patterns: Sequence[Any] | None = None,
        nfkd: bool | None = None,
        nfkc: bool | None = None,
        rules: Names | None = None,
        skip_rules: Names | None = None,
    ) -> list[str]:
        """Clean one text or many.

        Args:
            inputs: A text or texts.
            replace_patterns: Pairs in place of the config's.
            nfkd: Decompose characters; default is the config's.
            nfkc: Compose characters; default is the config's.
            rules: Names of rules and presets in place of the config's; an empty list is none.
            skip_rules: Rules to leave out of those that would run.

        Returns:
            The cleaned texts, always a list.

        Raises:
            InputError: An input is not a text, or holds half of a surrogate pair.
            ConfigError: A pattern is not a regular expression, or two rules undo one another.
            UnknownNameError: There is no rule or preset of a name.
        """
        texts, _ = one_or_many(inputs, is_text, "TextNormalizer takes a text or a list of texts")
        steps, pipeline = self._plan(replace_patterns, nfkd, nfkc, rules, skip_rules)
        cleaned: list[str] = []
        for number, text in enumerate(texts):
            _check(text, number)
            published = steps.run(text)
            cleaned.append(published if pipeline is None else pipeline.run(published))
        return cleaned

    def normalize(self, text: str, **options: Any) -> str:
        """Clean one text: text in, text out.

        Args:
            text: The text.
            **options: Those of a call.

        Raises:
            InputError: `text` is not a string, or holds half of a surrogate pair.

        Example:
            >>> TextNormalizer(rules="persian").normalize("كتاب ها")
            'کتاب\u200cها'
        """
        return self(one_text(text, "normalize"), **options)[0]

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_plans": {}, "_default": None}  # what calls run follows from the config

    def normalize_with_alignment(self, text: str, **options: Any) -> NormalizedText:
        """Clean one text and keep track of where each character comes from.

        Args:
            text: The text.
            **options: Those of a call.

        Raises:
            InputError: `text` is not a string, or holds half of a surrogate pair.

        Example:
            >>> result = TextNormalizer(rules="persian").normalize_with_alignment("  كتاب ها")
            >>> result.text[:4], result.to_original(0, 4)
            ('کتاب', (2, 6))
        """
        cleaned, recorder = self._follow(text, options)
        return NormalizedText(cleaned, recorder.alignment)

    def explain(self, text: str, **options: Any) -> Explanation:
        """Clean one text and tell which step changed what; ``print`` it, or look at its ``steps``.

        Args:
            text: The text.
            **options: Those of a call.

        Raises:
            InputError: `text` is not a string, or holds half of a surrogate pair.
        """
        cleaned, recorder = self._follow(text, options, steps=True)
        return Explanation(text, cleaned, recorder.steps)

    def _follow(self, text: str, options: dict[str, Any], *, steps: bool = False) -> tuple[str, Recorder]:
        published, pipeline = self._plan(**options)
        _check(text)
        recorder = Recorder(text, steps=steps)
        length = len(text)
        for step in published.steps:
            with running():
                changed = step.bounded(text, length) if isinstance(step, ReplaceStep) else step.apply(text)
                if changed != text:
                    recorder.follow(step, text, step.edits(text), NOTHING_PROTECTED)
            text = changed
        return text if pipeline is None else pipeline.run(text, recorder.follow), recorder

    def _plan(
        self,
        replace_patterns: Sequence[Any] | None = None,
        nfkd: bool | None = None,
        nfkc: bool | None = None,
        rules: Names | None = None,
        skip_rules: Names | None = None,
    ) -> _Plan:
        """Return what a call with these options runs; what was requested before is kept."""
        config = self.config
        plain = replace_patterns is None and nfkd is None and nfkc is None and rules is None and skip_rules is None
        if plain and self._default is not None and self._default[0] == vars(config):
            return self._default[1]  # most calls: much less work than to look the options up
        patterns = config.replace_patterns if replace_patterns is None else replace_patterns
        with_nfkd, with_nfkc = config.nfkd if nfkd is None else nfkd, config.nfkc if nfkc is None else nfkc
        names = _listed(config.rules if rules is None else rules)
        skipped = _listed(config.skip_rules if rules is None else None) + _listed(skip_rules)
        key = repr((patterns, with_nfkd, with_nfkc, names, skipped))
        plan = self._plans.get(key)
        if plan is None:
            chosen = select(names, skipped)
            steps = PublishedSteps(with_nfkd, with_nfkc, patterns or ())
            plan = steps, RulePipeline(chosen, steps.form) if chosen else None
            if len(self._plans) >= _MAX_PLANS:
                self._plans = {}
            self._plans[key] = plan
        if plain:
            self._default = copy.deepcopy(vars(config)), plan
        return plan


def _listed(names: Names | None) -> list[str]:
    return [names] if isinstance(names, str) else list(names or ())


def _check(text: Any, number: int | None = None) -> None:
    which = "it" if number is None else f"input {number}"
    if not isinstance(text, str):
        raise InputError(f"TextNormalizer takes texts; {which} is {text!r:.60}, a {type(text).__name__}.")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError(
            f"TextNormalizer takes texts; {which} holds half of a surrogate pair at {error.start}, which stands for no "
            "character. Decode the text with errors='replace'."
        ) from error
