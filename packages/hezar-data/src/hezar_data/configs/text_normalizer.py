"""Config of the text normalizer: ``preprocessor/normalizer_config.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from hezar_config import PreprocessorConfig
from hezar_hub import NORMALIZER_CONFIG_FILE


@dataclass
class TextNormalizerConfig(PreprocessorConfig):
    """Config of the steps that clean a text, in the order: NFKD, NFKC, replacements, rules.

    Attributes:
        replace_patterns: Pairs ``[regular expression, replacement]``, applied one after the other to the whole text.
            A mapping becomes the list of its values; its keys are only names.
        nfkd: Apply Unicode's compatibility decomposition.
        nfkc: Apply Unicode's compatibility composition.
        rules: Names of rules and presets for Persian text, such as ``"persian"``; none by default. Not in Hezar 1.0.0.
        skip_rules: Names of rules to leave out of those.
    """

    name = "text_normalizer"
    filename: ClassVar[str] = NORMALIZER_CONFIG_FILE

    replace_patterns: list[list[str] | dict[str, list[str]]] | dict[str, list[str]] | None = None
    nfkd: bool = True
    nfkc: bool = True
    rules: str | list[str] | None = None
    skip_rules: str | list[str] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if isinstance(self.replace_patterns, dict):
            self.replace_patterns = list(self.replace_patterns.values())

    def to_dict(self) -> dict[str, Any]:
        """Return the fields; those that Hezar 1.0.0 did not have only where they are set."""
        unset = {name for name in ("rules", "skip_rules") if getattr(self, name) is None}
        return {name: value for name, value in super().to_dict().items() if name not in unset}
