"""Preprocessors: tokenizers and what else stands between raw input and tensors. They work without torch."""

from typing import TYPE_CHECKING

from hezar._gather import gather

if TYPE_CHECKING:
    from hezar_config import PreprocessorConfig
    from hezar_data import (
        AudioFeatureExtractor,
        AudioFeatureExtractorConfig,
        ImageProcessor,
        ImageProcessorConfig,
        Lemmatizer,
        Preprocessor,
        PreprocessorsContainer,
        SentenceSplitter,
        Stemmer,
        TextNormalizer,
        Tokenizer,
        WhisperFeatureExtractor,
        WhisperFeatureExtractorConfig,
        WordPieceConfig,
        WordPieceTokenizer,
        WordTokenizer,
    )
    from hezar_registry import build_preprocessor, register_preprocessor

__all__ = [
    "AudioFeatureExtractor",
    "AudioFeatureExtractorConfig",
    "ImageProcessor",
    "ImageProcessorConfig",
    "Lemmatizer",
    "Preprocessor",
    "PreprocessorConfig",
    "PreprocessorsContainer",
    "SentenceSplitter",
    "Stemmer",
    "TextNormalizer",
    "Tokenizer",
    "WhisperFeatureExtractor",
    "WhisperFeatureExtractorConfig",
    "WordPieceConfig",
    "WordPieceTokenizer",
    "WordTokenizer",
    "build_preprocessor",
    "register_preprocessor",
]

if not TYPE_CHECKING:
    __getattr__, __dir__, __all__ = gather(__name__, "hezar_data", "hezar_config", "hezar_registry", names=__all__)
