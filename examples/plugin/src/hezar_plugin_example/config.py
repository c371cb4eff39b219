"""The config of the model. Read by everyone who reads configs, so it imports no torch."""

from dataclasses import dataclass, field

from hezar_config import ModelConfig


@dataclass
class LetterCounterConfig(ModelConfig):
    """Config of `LetterCounter`.

    Attributes:
        letters: The letters to count.
        id2label: Label 0 for few of them, label 1 for many.
    """

    name = "letter_counter"
    letters: str = "ژپگچ"
    id2label: dict[int, str] = field(default_factory=lambda: {0: "few", 1: "many"})
