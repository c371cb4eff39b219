"""The published configs of preprocessors and datasets; importing them imports neither numpy, tokenizers nor torch."""

from hezar_data.configs.audio import AudioFeatureExtractorConfig, WhisperFeatureExtractorConfig
from hezar_data.configs.datasets import (
    ImageCaptioningDatasetConfig,
    OCRDatasetConfig,
    SequenceLabelingDatasetConfig,
    SpeechRecognitionDatasetConfig,
    TextClassificationDatasetConfig,
    TextSummarizationDatasetConfig,
)
from hezar_data.configs.images import CraftImageProcessorConfig, ImageProcessorConfig
from hezar_data.configs.text_normalizer import TextNormalizerConfig
from hezar_data.configs.tokenizers import (
    BPEConfig,
    SentencePieceBPEConfig,
    SentencePieceUnigramConfig,
    TokenizerConfig,
    WhisperBPEConfig,
    WordPieceConfig,
)
from hezar_data.configs.words import (
    LemmatizerConfig,
    SentenceSplitterConfig,
    StemmerConfig,
    WordTokenizerConfig,
)

__all__ = [
    "AudioFeatureExtractorConfig",
    "BPEConfig",
    "CraftImageProcessorConfig",
    "ImageCaptioningDatasetConfig",
    "ImageProcessorConfig",
    "LemmatizerConfig",
    "OCRDatasetConfig",
    "SentencePieceBPEConfig",
    "SentencePieceUnigramConfig",
    "SentenceSplitterConfig",
    "SequenceLabelingDatasetConfig",
    "SpeechRecognitionDatasetConfig",
    "StemmerConfig",
    "TextClassificationDatasetConfig",
    "TextNormalizerConfig",
    "TextSummarizationDatasetConfig",
    "TokenizerConfig",
    "WhisperBPEConfig",
    "WhisperFeatureExtractorConfig",
    "WordPieceConfig",
    "WordTokenizerConfig",
]
