"""From raw text to tensors: the preprocessors, datasets and collators of Hezar.

Importing this package imports nothing heavy: numpy, tokenizers and datasets come with the first name that needs them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hezar_registry.lazy import attach

if TYPE_CHECKING:
    from hezar_config import DatasetConfig as DatasetConfig
    from hezar_config import PreprocessorConfig as PreprocessorConfig
    from hezar_data.audio.feature_extractor import AudioFeatureExtractor as AudioFeatureExtractor
    from hezar_data.audio.reading import load_audio as load_audio
    from hezar_data.audio.reading import resample_audio as resample_audio
    from hezar_data.audio.spectral import hertz_to_mel as hertz_to_mel
    from hezar_data.audio.spectral import mel_filter_bank as mel_filter_bank
    from hezar_data.audio.spectral import mel_to_hertz as mel_to_hertz
    from hezar_data.audio.spectral import window_function as window_function
    from hezar_data.audio.whisper import WhisperFeatureExtractor as WhisperFeatureExtractor
    from hezar_data.collators.image_captioning import ImageCaptioningDataCollator as ImageCaptioningDataCollator
    from hezar_data.collators.mask_filling import MaskFillingDataCollator as MaskFillingDataCollator
    from hezar_data.collators.ocr import CharLevelOCRDataCollator as CharLevelOCRDataCollator
    from hezar_data.collators.sequence_labeling import SequenceLabelingDataCollator as SequenceLabelingDataCollator
    from hezar_data.collators.speech_recognition import SpeechRecognitionDataCollator as SpeechRecognitionDataCollator
    from hezar_data.collators.text_generation import TextGenerationDataCollator as TextGenerationDataCollator
    from hezar_data.collators.text_padding import TextPaddingDataCollator as TextPaddingDataCollator
    from hezar_data.configs.audio import AudioFeatureExtractorConfig as AudioFeatureExtractorConfig
    from hezar_data.configs.audio import WhisperFeatureExtractorConfig as WhisperFeatureExtractorConfig
    from hezar_data.configs.datasets import ImageCaptioningDatasetConfig as ImageCaptioningDatasetConfig
    from hezar_data.configs.datasets import MaskFillingDatasetConfig as MaskFillingDatasetConfig
    from hezar_data.configs.datasets import OCRDatasetConfig as OCRDatasetConfig
    from hezar_data.configs.datasets import SequenceLabelingDatasetConfig as SequenceLabelingDatasetConfig
    from hezar_data.configs.datasets import SpeechRecognitionDatasetConfig as SpeechRecognitionDatasetConfig
    from hezar_data.configs.datasets import TextClassificationDatasetConfig as TextClassificationDatasetConfig
    from hezar_data.configs.datasets import TextGenerationDatasetConfig as TextGenerationDatasetConfig
    from hezar_data.configs.datasets import TextSummarizationDatasetConfig as TextSummarizationDatasetConfig
    from hezar_data.configs.images import CraftImageProcessorConfig as CraftImageProcessorConfig
    from hezar_data.configs.images import ImageProcessorConfig as ImageProcessorConfig
    from hezar_data.configs.text_normalizer import TextNormalizerConfig as TextNormalizerConfig
    from hezar_data.configs.tokenizers import BPEConfig as BPEConfig
    from hezar_data.configs.tokenizers import SentencePieceBPEConfig as SentencePieceBPEConfig
    from hezar_data.configs.tokenizers import SentencePieceUnigramConfig as SentencePieceUnigramConfig
    from hezar_data.configs.tokenizers import TokenizerConfig as TokenizerConfig
    from hezar_data.configs.tokenizers import WhisperBPEConfig as WhisperBPEConfig
    from hezar_data.configs.tokenizers import WordPieceConfig as WordPieceConfig
    from hezar_data.configs.words import LemmatizerConfig as LemmatizerConfig
    from hezar_data.configs.words import SentenceSplitterConfig as SentenceSplitterConfig
    from hezar_data.configs.words import StemmerConfig as StemmerConfig
    from hezar_data.configs.words import WordTokenizerConfig as WordTokenizerConfig
    from hezar_data.datasets.dataset import Dataset as Dataset
    from hezar_data.datasets.image_captioning import ImageCaptioningDataset as ImageCaptioningDataset
    from hezar_data.datasets.mask_filling import MaskFillingDataset as MaskFillingDataset
    from hezar_data.datasets.ocr import OCRDataset as OCRDataset
    from hezar_data.datasets.sequence_labeling import SequenceLabelingDataset as SequenceLabelingDataset
    from hezar_data.datasets.speech_recognition import SpeechRecognitionDataset as SpeechRecognitionDataset
    from hezar_data.datasets.text_classification import TextClassificationDataset as TextClassificationDataset
    from hezar_data.datasets.text_generation import TextGenerationDataset as TextGenerationDataset
    from hezar_data.datasets.text_summarization import TextSummarizationDataset as TextSummarizationDataset
    from hezar_data.errors import AudioFileError as AudioFileError
    from hezar_data.errors import DatasetError as DatasetError
    from hezar_data.errors import TokenizerFileError as TokenizerFileError
    from hezar_data.helpers.audio import amplitude_to_db as amplitude_to_db
    from hezar_data.helpers.audio import load_audio_files as load_audio_files
    from hezar_data.helpers.audio import power_to_db as power_to_db
    from hezar_data.helpers.audio import spectrogram as spectrogram
    from hezar_data.helpers.batches import convert_batch_dict_dtype as convert_batch_dict_dtype
    from hezar_data.helpers.batches import flatten_dict as flatten_dict
    from hezar_data.helpers.batches import get_non_numeric_keys as get_non_numeric_keys
    from hezar_data.helpers.batches import pad_batch_items as pad_batch_items
    from hezar_data.helpers.batches import permute_dict_list as permute_dict_list
    from hezar_data.helpers.batches import resolve_inputs_length_for_padding as resolve_inputs_length_for_padding
    from hezar_data.helpers.batches import shift_tokens_right as shift_tokens_right
    from hezar_data.helpers.batches import torch2numpy as torch2numpy
    from hezar_data.helpers.boxes import crop_boxes as crop_boxes
    from hezar_data.helpers.boxes import draw_boxes as draw_boxes
    from hezar_data.helpers.boxes import pad_boxes as pad_boxes
    from hezar_data.helpers.images import convert_image_type as convert_image_type
    from hezar_data.helpers.images import find_channels_axis_side as find_channels_axis_side
    from hezar_data.helpers.images import gray_scale_image as gray_scale_image
    from hezar_data.helpers.images import load_image as load_image
    from hezar_data.helpers.images import mirror_image as mirror_image
    from hezar_data.helpers.images import normalize_image as normalize_image
    from hezar_data.helpers.images import rescale_image as rescale_image
    from hezar_data.helpers.images import resize_image as resize_image
    from hezar_data.helpers.images import save_image as save_image
    from hezar_data.helpers.images import show_image as show_image
    from hezar_data.helpers.images import transpose_channels_axis_side as transpose_channels_axis_side
    from hezar_data.helpers.samplers import RangedSampler as RangedSampler
    from hezar_data.helpers.seeding import dataloader_worker_init_fn as dataloader_worker_init_fn
    from hezar_data.helpers.text import colorize_text as colorize_text
    from hezar_data.helpers.text import is_text_valid as is_text_valid
    from hezar_data.helpers.text import is_url as is_url
    from hezar_data.helpers.text import reverse_string_digits as reverse_string_digits
    from hezar_data.images.craft_image_processor import CraftImageProcessor as CraftImageProcessor
    from hezar_data.images.image_processor import ImageProcessor as ImageProcessor
    from hezar_data.persian.alignment import Alignment as Alignment
    from hezar_data.persian.catalog import NORMALIZER_PRESETS as NORMALIZER_PRESETS
    from hezar_data.persian.catalog import NORMALIZER_RULES as NORMALIZER_RULES
    from hezar_data.persian.explain import Explanation as Explanation
    from hezar_data.preprocessors.base import Preprocessor as Preprocessor
    from hezar_data.preprocessors.container import PreprocessorsContainer as PreprocessorsContainer
    from hezar_data.preprocessors.files import PREPROCESSOR_FILES as PREPROCESSOR_FILES
    from hezar_data.preprocessors.text_normalizer import NormalizedText as NormalizedText
    from hezar_data.preprocessors.text_normalizer import TextNormalizer as TextNormalizer
    from hezar_data.seeding import set_seed as set_seed
    from hezar_data.tokenizers.base import Tokenizer as Tokenizer
    from hezar_data.tokenizers.bpe import BPETokenizer as BPETokenizer
    from hezar_data.tokenizers.sentencepiece import SentencePieceBPETokenizer as SentencePieceBPETokenizer
    from hezar_data.tokenizers.sentencepiece import SentencePieceUnigramTokenizer as SentencePieceUnigramTokenizer
    from hezar_data.tokenizers.whisper import WhisperBPETokenizer as WhisperBPETokenizer
    from hezar_data.tokenizers.wordpiece import WordPieceTokenizer as WordPieceTokenizer
    from hezar_data.tokenizers.zwnj import ZWNJReport as ZWNJReport
    from hezar_data.words.lemmatizer import Lemmatizer as Lemmatizer
    from hezar_data.words.sentence_splitter import SentenceSplitter as SentenceSplitter
    from hezar_data.words.stemmer import Stemmer as Stemmer
    from hezar_data.words.word_tokenizer import WordTokenizer as WordTokenizer
    from hezar_registry import build_dataset as build_dataset
    from hezar_registry import build_preprocessor as build_preprocessor
    from hezar_registry import register_dataset as register_dataset
    from hezar_registry import register_preprocessor as register_preprocessor

_EXPORTS = {
    "DatasetConfig": "hezar_config",
    "PreprocessorConfig": "hezar_config",
    "AudioFeatureExtractor": "hezar_data.audio.feature_extractor",
    "load_audio": "hezar_data.audio.reading",
    "resample_audio": "hezar_data.audio.reading",
    "hertz_to_mel": "hezar_data.audio.spectral",
    "mel_filter_bank": "hezar_data.audio.spectral",
    "mel_to_hertz": "hezar_data.audio.spectral",
    "window_function": "hezar_data.audio.spectral",
    "WhisperFeatureExtractor": "hezar_data.audio.whisper",
    "ImageCaptioningDataCollator": "hezar_data.collators.image_captioning",
    "MaskFillingDataCollator": "hezar_data.collators.mask_filling",
    "CharLevelOCRDataCollator": "hezar_data.collators.ocr",
    "SpeechRecognitionDataCollator": "hezar_data.collators.speech_recognition",
    "SequenceLabelingDataCollator": "hezar_data.collators.sequence_labeling",
    "TextGenerationDataCollator": "hezar_data.collators.text_generation",
    "TextPaddingDataCollator": "hezar_data.collators.text_padding",
    "AudioFeatureExtractorConfig": "hezar_data.configs.audio",
    "WhisperFeatureExtractorConfig": "hezar_data.configs.audio",
    "ImageCaptioningDatasetConfig": "hezar_data.configs.datasets",
    "MaskFillingDatasetConfig": "hezar_data.configs.datasets",
    "OCRDatasetConfig": "hezar_data.configs.datasets",
    "SequenceLabelingDatasetConfig": "hezar_data.configs.datasets",
    "SpeechRecognitionDatasetConfig": "hezar_data.configs.datasets",
    "TextClassificationDatasetConfig": "hezar_data.configs.datasets",
    "TextGenerationDatasetConfig": "hezar_data.configs.datasets",
    "TextSummarizationDatasetConfig": "hezar_data.configs.datasets",
    "CraftImageProcessorConfig": "hezar_data.configs.images",
    "ImageProcessorConfig": "hezar_data.configs.images",
    "TextNormalizerConfig": "hezar_data.configs.text_normalizer",
    "BPEConfig": "hezar_data.configs.tokenizers",
    "SentencePieceBPEConfig": "hezar_data.configs.tokenizers",
    "SentencePieceUnigramConfig": "hezar_data.configs.tokenizers",
    "TokenizerConfig": "hezar_data.configs.tokenizers",
    "WhisperBPEConfig": "hezar_data.configs.tokenizers",
    "WordPieceConfig": "hezar_data.configs.tokenizers",
    "LemmatizerConfig": "hezar_data.configs.words",
    "SentenceSplitterConfig": "hezar_data.configs.words",
    "StemmerConfig": "hezar_data.configs.words",
    "WordTokenizerConfig": "hezar_data.configs.words",
    "Dataset": "hezar_data.datasets.dataset",
    "ImageCaptioningDataset": "hezar_data.datasets.image_captioning",
    "MaskFillingDataset": "hezar_data.datasets.mask_filling",
    "OCRDataset": "hezar_data.datasets.ocr",
    "SpeechRecognitionDataset": "hezar_data.datasets.speech_recognition",
    "SequenceLabelingDataset": "hezar_data.datasets.sequence_labeling",
    "TextClassificationDataset": "hezar_data.datasets.text_classification",
    "TextGenerationDataset": "hezar_data.datasets.text_generation",
    "TextSummarizationDataset": "hezar_data.datasets.text_summarization",
    "AudioFileError": "hezar_data.errors",
    "DatasetError": "hezar_data.errors",
    "TokenizerFileError": "hezar_data.errors",
    "amplitude_to_db": "hezar_data.helpers.audio",
    "load_audio_files": "hezar_data.helpers.audio",
    "power_to_db": "hezar_data.helpers.audio",
    "spectrogram": "hezar_data.helpers.audio",
    "convert_batch_dict_dtype": "hezar_data.helpers.batches",
    "flatten_dict": "hezar_data.helpers.batches",
    "get_non_numeric_keys": "hezar_data.helpers.batches",
    "pad_batch_items": "hezar_data.helpers.batches",
    "permute_dict_list": "hezar_data.helpers.batches",
    "resolve_inputs_length_for_padding": "hezar_data.helpers.batches",
    "shift_tokens_right": "hezar_data.helpers.batches",
    "torch2numpy": "hezar_data.helpers.batches",
    "crop_boxes": "hezar_data.helpers.boxes",
    "draw_boxes": "hezar_data.helpers.boxes",
    "pad_boxes": "hezar_data.helpers.boxes",
    "convert_image_type": "hezar_data.helpers.images",
    "find_channels_axis_side": "hezar_data.helpers.images",
    "gray_scale_image": "hezar_data.helpers.images",
    "load_image": "hezar_data.helpers.images",
    "mirror_image": "hezar_data.helpers.images",
    "normalize_image": "hezar_data.helpers.images",
    "rescale_image": "hezar_data.helpers.images",
    "resize_image": "hezar_data.helpers.images",
    "save_image": "hezar_data.helpers.images",
    "show_image": "hezar_data.helpers.images",
    "transpose_channels_axis_side": "hezar_data.helpers.images",
    "RangedSampler": "hezar_data.helpers.samplers",
    "dataloader_worker_init_fn": "hezar_data.helpers.seeding",
    "colorize_text": "hezar_data.helpers.text",
    "is_text_valid": "hezar_data.helpers.text",
    "is_url": "hezar_data.helpers.text",
    "reverse_string_digits": "hezar_data.helpers.text",
    "CraftImageProcessor": "hezar_data.images.craft_image_processor",
    "ImageProcessor": "hezar_data.images.image_processor",
    "Alignment": "hezar_data.persian.alignment",
    "NORMALIZER_PRESETS": "hezar_data.persian.catalog",
    "NORMALIZER_RULES": "hezar_data.persian.catalog",
    "Explanation": "hezar_data.persian.explain",
    "Preprocessor": "hezar_data.preprocessors.base",
    "PreprocessorsContainer": "hezar_data.preprocessors.container",
    "PREPROCESSOR_FILES": "hezar_data.preprocessors.files",
    "NormalizedText": "hezar_data.preprocessors.text_normalizer",
    "TextNormalizer": "hezar_data.preprocessors.text_normalizer",
    "set_seed": "hezar_data.seeding",
    "Tokenizer": "hezar_data.tokenizers.base",
    "BPETokenizer": "hezar_data.tokenizers.bpe",
    "SentencePieceBPETokenizer": "hezar_data.tokenizers.sentencepiece",
    "SentencePieceUnigramTokenizer": "hezar_data.tokenizers.sentencepiece",
    "WhisperBPETokenizer": "hezar_data.tokenizers.whisper",
    "WordPieceTokenizer": "hezar_data.tokenizers.wordpiece",
    "ZWNJReport": "hezar_data.tokenizers.zwnj",
    "Lemmatizer": "hezar_data.words.lemmatizer",
    "SentenceSplitter": "hezar_data.words.sentence_splitter",
    "Stemmer": "hezar_data.words.stemmer",
    "WordTokenizer": "hezar_data.words.word_tokenizer",
    "build_dataset": "hezar_registry",
    "build_preprocessor": "hezar_registry",
    "register_dataset": "hezar_registry",
    "register_preprocessor": "hezar_registry",
}

if not TYPE_CHECKING:  # a checker that saw this would know none of the names
    __getattr__, __dir__, __all__ = attach(__name__, _EXPORTS)
