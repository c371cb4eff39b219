"""Preprocessors: tokenizers and what else stands between raw input and tensors. They work without torch."""

from typing import TYPE_CHECKING

from hezar._gather import gather

if TYPE_CHECKING:
    from hezar_config import PreprocessorConfig
    from hezar_data import (
        NORMALIZER_PRESETS,
        NORMALIZER_RULES,
        AudioFeatureExtractor,
        AudioFeatureExtractorConfig,
        BPEConfig,
        BPETokenizer,
        ImageProcessor,
        ImageProcessorConfig,
        Lemmatizer,
        NormalizedText,
        Preprocessor,
        PreprocessorsContainer,
        SentencePieceBPEConfig,
        SentencePieceBPETokenizer,
        SentencePieceUnigramConfig,
        SentencePieceUnigramTokenizer,
        SentenceSplitter,
        Stemmer,
        TextNormalizer,
        TextNormalizerConfig,
        Tokenizer,
        TokenizerConfig,
        WhisperBPEConfig,
        WhisperBPETokenizer,
        WhisperFeatureExtractor,
        WhisperFeatureExtractorConfig,
        WordPieceConfig,
        WordPieceTokenizer,
        WordTokenizer,
        ZWNJReport,
    )
    from hezar_registry import build_preprocessor, register_preprocessor

__all__ = [
    "NORMALIZER_PRESETS",
    "NORMALIZER_RULES",
    "AudioFeatureExtractor",
    "AudioFeatureExtractorConfig",
    "BPEConfig",
    "BPETokenizer",
    "ImageProcessor",
    "ImageProcessorConfig",
    "Lemmatizer",
    "NormalizedText",
    "Preprocessor",
    "PreprocessorConfig",
    "PreprocessorsContainer",
    "SentencePieceBPEConfig",
    "SentencePieceBPETokenizer",
    "SentencePieceUnigramConfig",
    "SentencePieceUnigramTokenizer",
    "SentenceSplitter",
    "Stemmer",
    "TextNormalizer",
    "TextNormalizerConfig",
    "Tokenizer",
    "TokenizerConfig",
    "WhisperBPEConfig",
    "WhisperBPETokenizer",
    "WhisperFeatureExtractor",
    "WhisperFeatureExtractorConfig",
    "WordPieceConfig",
    "WordPieceTokenizer",
    "WordTokenizer",
    "ZWNJReport",
    "build_preprocessor",
    "register_preprocessor",
]

if not TYPE_CHECKING:
    __getattr__, __dir__, __all__ = gather(__name__, "hezar_data", "hezar_config", "hezar_registry", names=__all__)
