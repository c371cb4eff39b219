"""Configs of tokenizers: ``preprocessor/tokenizer_config.yaml``, beside ``tokenizer.json``."""

# ruff: noqa: S105 - these tokens are pieces of text, not passwords

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from hezar_config import PreprocessorConfig
from hezar_config.ranges import Count, Range, Share
from hezar_data.configs.whisper_tokens import WHISPER_SPECIAL_TOKENS
from hezar_hub import TOKENIZER_CONFIG_FILE

#: The engine keeps it in 32 bits.
TypeId = Annotated[int, Range(least=0, most=2**32 - 1)]


@dataclass
class TokenizerConfig(PreprocessorConfig):
    """What all tokenizers have in common.

    Attributes:
        max_length: Has no effect; older files hold it. Give ``max_length`` in the call.
        truncation: Has no effect; older files hold it. Give ``truncation`` in the call.
        truncation_side: Side on which rows that are too long are truncated: ``"right"`` or ``"left"``.
        padding: Has no effect; older files hold it. Give ``padding`` in the call.
        padding_side: Side on which short rows are padded: ``"right"`` or ``"left"``.
        stride: Tokens by which neighbouring windows of a truncated text overlap.
        pad_to_multiple_of: When padding, go up to a multiple of this; 0 does not.
        pad_token_type_id: Type id of padding.
        bos_token: Begin of sequence.
        eos_token: End of sequence.
        unk_token: What is not in the vocabulary.
        sep_token: Between two texts, and after the last.
        pad_token: Padding.
        cls_token: Before the first text.
        mask_token: The token to guess, in mask filling.
        additional_special_tokens: Further special tokens.
    """

    filename: ClassVar[str] = TOKENIZER_CONFIG_FILE

    max_length: int | str | None = "deprecated"
    truncation: str | bool | None = "deprecated"
    truncation_side: str | None = None
    padding: str | bool | None = "deprecated"
    padding_side: str | None = None
    stride: Count | None = None
    pad_to_multiple_of: Annotated[int, Range(least=0, most=2**20)] | str | None = "deprecated"
    pad_token_type_id: TypeId = 0
    bos_token: str | None = None
    eos_token: str | None = None
    unk_token: str | None = None
    sep_token: str | None = None
    pad_token: str | None = None
    cls_token: str | None = None
    mask_token: str | None = None
    additional_special_tokens: list[str] | None = None


@dataclass
class WordPieceConfig(TokenizerConfig):
    """Config of `WordPieceTokenizer`.

    Attributes:
        wordpieces_prefix: Begins every piece that is not the first of its word.
        vocab_size: Tokens in the vocabulary; for training, the most it may get.
        min_frequency: In training, how often a pair must occur to be merged.
        limit_alphabet: In training, how many different characters are kept.
        initial_alphabet: In training, characters to keep even when the texts do not have them.
        show_progress: In training, whether to show a progress bar.
    """

    name = "wordpiece_tokenizer"

    truncation_side: str | None = "right"
    padding_side: str | None = "right"
    stride: Count | None = 0
    pad_to_multiple_of: Annotated[int, Range(least=0, most=2**20)] | str | None = 0
    unk_token: str | None = "[UNK]"
    sep_token: str | None = "[SEP]"
    pad_token: str | None = "[PAD]"
    cls_token: str | None = "[CLS]"
    mask_token: str | None = "[MASK]"
    wordpieces_prefix: str = "##"
    vocab_size: Count = 30000
    min_frequency: Count = 2
    limit_alphabet: Count = 1000
    initial_alphabet: list[str] = field(default_factory=list)
    show_progress: bool = True


@dataclass
class _BPEConfig(TokenizerConfig):
    """The special tokens and the dropout that all tokenizers of the BPE family have, in published order."""

    truncation_side: str | None = "right"
    padding_side: str | None = "right"
    stride: Count | None = 0
    pad_to_multiple_of: Annotated[int, Range(least=0, most=2**20)] | str | None = 0
    bos_token: str | None = "<s>"
    eos_token: str | None = "</s>"
    unk_token: str | None = "<unk>"
    sep_token: str | None = "<sep>"
    pad_token: str | None = "<pad>"
    cls_token: str | None = "<cls>"
    mask_token: str | None = "<mask>"
    dropout: Share | None = None
    continuing_subword_prefix: str = ""


@dataclass
class BPEConfig(_BPEConfig):
    """Config of a byte-level BPE tokenizer.

    Attributes:
        dropout: Share of merges left out at random, in training a model.
        continuing_subword_prefix: Begins every piece that is not the first of its word.
        end_of_word_suffix: Ends every piece that is the last of its word.
        fuse_unk: Whether neighbouring unknown tokens become one.
        vocab_size: Tokens in the vocabulary; for training, the most it may get.
        min_frequency: In training, how often a pair must occur to be merged.
        limit_alphabet: In training, how many different characters are kept.
        initial_alphabet: In training, characters to keep even when the texts do not have them.
        show_progress: In training, whether to show a progress bar.
    """

    name = "bpe_tokenizer"

    end_of_word_suffix: str = ""
    fuse_unk: bool = False
    vocab_size: Count = 30000
    min_frequency: Count = 2
    limit_alphabet: Count = 1000
    initial_alphabet: list[str] = field(default_factory=list)
    show_progress: bool = True


@dataclass
class SentencePieceBPEConfig(_BPEConfig):
    """Config of a BPE tokenizer over whole sentences, as SentencePiece makes them.

    Attributes:
        replacement: Stands for the space; one character.
        add_prefix_space: Whether a text gets a space before its first word.

    The other fields are those of `BPEConfig`.
    """

    name = "sentencepiece_bpe_tokenizer"

    replacement: str = "_"
    add_prefix_space: bool = True
    end_of_word_suffix: str = ""
    fuse_unk: bool = False
    vocab_size: Count = 30000
    min_frequency: Count = 2
    limit_alphabet: Count = 1000
    initial_alphabet: list[str] = field(default_factory=list)
    show_progress: bool = True


@dataclass
class SentencePieceUnigramConfig(SentencePieceBPEConfig):
    """Config of a Unigram tokenizer; the fields are those of `SentencePieceBPEConfig`."""

    name = "sentencepiece_unigram_tokenizer"

    vocab_size: Count = 8000


@dataclass
class WhisperBPEConfig(BPEConfig):
    """Config of Whisper's tokenizer: `BPEConfig` with tokens for language, task and time.

    Attributes:
        translate_token: Asks for a translation to English.
        transcribe_token: Asks for the words as they are spoken.
        notimestamps_token: Asks for no time tokens.
        add_prefix_space: Whether a text gets a space before its first word.
        add_bos_token: Published files hold it; the template in ``tokenizer.json`` decides.
        model_max_length: The most tokens of one text.
        language: Language code or English name, such as ``"fa"``.
        task: ``"transcribe"`` or ``"translate"``.
        predict_timestamps: Whether time tokens are requested.
    """

    name = "whisper_bpe_tokenizer"

    bos_token: str | None = "<|endoftext|>"
    eos_token: str | None = "<|endoftext|>"
    unk_token: str | None = "<|endoftext|>"
    pad_token: str | None = "<|endoftext|>"
    additional_special_tokens: list[str] | None = field(default_factory=lambda: list(WHISPER_SPECIAL_TOKENS))
    translate_token: str = "<|translate|>"
    transcribe_token: str = "<|transcribe|>"
    notimestamps_token: str = "<|notimestamps|>"
    add_prefix_space: bool = False
    add_bos_token: bool = False
    model_max_length: Annotated[int, Range(least=0)] = 1024
    language: str | None = None
    task: str | None = None
    predict_timestamps: str | bool = False
