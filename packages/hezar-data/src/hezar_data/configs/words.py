"""Configs of what works on sentences and words; each has a file of its own in ``preprocessor/``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from hezar_config import PreprocessorConfig


@dataclass
class SentenceSplitterConfig(PreprocessorConfig):
    """Config of the sentence splitter: ``preprocessor/sentence_splitter_config.yaml``.

    Attributes:
        newline: What a line break is: ``"break"``, the end of a sentence; ``"paragraph"``, only blank lines are;
            ``"ignore"``, a space.
        semicolon: Whether ``؛`` and ``;`` end a sentence.
        abbreviations: More abbreviations, without their dot, that end no sentence.
    """

    name = "sentence_splitter"
    filename: ClassVar[str] = "sentence_splitter_config.yaml"

    newline: Literal["break", "paragraph", "ignore"] = "break"
    semicolon: bool = False
    abbreviations: list[str] = field(default_factory=list)


@dataclass
class WordTokenizerConfig(PreprocessorConfig):
    """Config of the word tokenizer: ``preprocessor/word_tokenizer_config.yaml``.

    Attributes:
        join_verb_parts: Make one token of a verb in several words: می روم, گفته شده است, خواهم رفت.
        join_endings: Make one token of a word and an ending written apart: کتاب ها, بزرگ تر, خانه ای.
        punctuation: Keep tokens that are punctuation and nothing else.
        abbreviations: More abbreviations, without their dot, whose dot belongs to them.
    """

    name = "word_tokenizer"
    filename: ClassVar[str] = "word_tokenizer_config.yaml"

    join_verb_parts: bool = False
    join_endings: bool = False
    punctuation: bool = True
    abbreviations: list[str] = field(default_factory=list)


@dataclass
class StemmerConfig(PreprocessorConfig):
    """Config of the stemmer: ``preprocessor/stemmer_config.yaml``.

    Attributes:
        exceptions: Words that are left as they are.
    """

    name = "stemmer"
    filename: ClassVar[str] = "stemmer_config.yaml"

    exceptions: list[str] = field(default_factory=list)


@dataclass
class LemmatizerConfig(PreprocessorConfig):
    """Config of the lemmatizer: ``preprocessor/lemmatizer_config.yaml``.

    Attributes:
        verb_form: The lemma of a verb: ``"infinitive"`` (رفتن), or ``"stems"``, past and present (رفت#رو).
        lemmas: Words and lemmas of your own; they win over everything else.
    """

    name = "lemmatizer"
    filename: ClassVar[str] = "lemmatizer_config.yaml"

    verb_form: Literal["infinitive", "stems"] = "infinitive"
    lemmas: dict[str, str] = field(default_factory=dict)
