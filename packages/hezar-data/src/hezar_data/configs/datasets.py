"""Configs of datasets: ``dataset_config.yaml`` in the root of a dataset repo."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any

from hezar_config import DatasetConfig
from hezar_config.ranges import Count, Range, Share

_SHADDA = "\u0651"
_OCR_CHARACTERS = f"آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی ۱۲۳۴۵۶۷۸۹۰ءؤئأ{_SHADDA}/()+-:،!.؛=%؟1234567890"


@dataclass
class TextClassificationDatasetConfig(DatasetConfig):
    """Config of texts with one label each.

    Attributes:
        label_field: Column of the labels.
        text_field: Column of the texts.
        max_length: The most tokens per text in a batch.
    """

    name = "text_classification"

    task: str | list[str] | None = "text_classification"
    label_field: str | None = None
    text_field: str | None = None
    max_length: Count | None = None


@dataclass
class SequenceLabelingDatasetConfig(DatasetConfig):
    """Config of lists of words with one tag per word.

    Attributes:
        tags_field: Column of the tags.
        tokens_field: Column of the words.
        max_length: The most tokens per text in a batch.
        ignore_index: Label of tokens that do not count, such as special tokens.
        label_all_tokens: Whether all tokens of a word get its tag, or the first only.
        is_iob_schema: Published files hold it; it has no effect.
    """

    name = "sequence_labeling"

    task: str | list[str] | None = "sequence_labeling"
    tags_field: str | None = None
    tokens_field: str | None = None
    max_length: Count | None = None
    ignore_index: int = -100
    label_all_tokens: bool = True
    is_iob_schema: bool = False


@dataclass
class TextSummarizationDatasetConfig(DatasetConfig):
    """Config of texts with their summaries.

    Attributes:
        prefix: Put before every text.
        text_field: Column of the texts.
        summary_field: Column of the summaries.
        title_field: Column of the titles.
        max_length: The most tokens per text.
        labels_max_length: The most tokens per summary.
    """

    name = "text_summarization"

    task: str | list[str] | None = "text_generation"
    prefix: str | None = None
    text_field: str | None = None
    summary_field: str | None = None
    title_field: str | None = None
    max_length: Count | None = None
    labels_max_length: Count | None = None


@dataclass
class OCRDatasetConfig(DatasetConfig):
    """Config of images with the text on them.

    Attributes:
        text_split_type: ``"char_split"`` for one label per character, or ``"tokenize"``.
        id2label: Character of each label id; id 0 is CTC's blank.
        text_column: Column of the texts.
        images_paths_column: Column of the images.
        max_length: The most characters of a text.
        invalid_characters: Characters that make a sample invalid.
        reverse_text: Whether texts are read from the end.
        reverse_digits: Whether runs of digits are reversed.
    """

    name = "ocr"

    task: str | list[str] | None = "image2text"
    text_split_type: str = "char_split"
    id2label: dict[int, str] = field(default_factory=lambda: dict(enumerate(["", *_OCR_CHARACTERS])))
    text_column: str = "label"
    images_paths_column: str = "image_path"
    max_length: Count | None = None
    invalid_characters: list[Any] | None = None
    reverse_text: bool | None = None
    reverse_digits: bool | None = None


@dataclass
class ImageCaptioningDatasetConfig(DatasetConfig):
    """Config of images with a caption each.

    Attributes:
        text_column: Column of the captions.
        images_paths_column: Column of the images.
        max_length: The most tokens per caption.
    """

    name = "image_captioning"

    task: str | list[str] | None = "image2text"
    text_column: str = "label"
    images_paths_column: str = "image_path"
    max_length: Count | None = None


@dataclass
class SpeechRecognitionDatasetConfig(DatasetConfig):
    """Config of audio with the words spoken in it.

    Attributes:
        sampling_rate: Sampling rate that the audio is resampled to, in Hz.
        audio_array_padding: Padding of the audio: ``True`` or ``"longest"``, ``"max_length"``, ``False``.
        max_audio_array_length: Length of the audio for ``"max_length"``, in samples.
        labels_padding: The same for the token ids of the words.
        labels_max_length: Their length for ``"max_length"``, in tokens.
        audio_file_path_column: Column of the file names.
        audio_column: Column of the audio.
        audio_array_column: Key of the samples in an item of it.
        transcript_column: Column of the words.
    """

    name = "speech_recognition"

    task: str | list[str] | None = "speech_recognition"
    sampling_rate: Annotated[int, Range(least=1, most=1_000_000)] = 16000
    audio_array_padding: bool | str = "longest"
    max_audio_array_length: Count | None = None
    labels_padding: bool | str = "longest"
    labels_max_length: Count | None = None
    audio_file_path_column: str = "path"
    audio_column: str = "audio"
    audio_array_column: str = "array"
    transcript_column: str = "sentence"


@dataclass
class MaskFillingDatasetConfig(DatasetConfig):
    """Config of texts of which a model learns to fill in what is masked.

    Attributes:
        text_field: Column of the texts.
        max_length: The most tokens per text.
        mask_probability: The share of words, or tokens, that are masked.
        whole_words: Whether all tokens of a word are masked together.
        seed: Mask the same words of a row every time.
    """

    name = "mask_filling"

    task: str | list[str] | None = "mask_filling"
    text_field: str = "text"
    max_length: Annotated[int, Range(least=1, most=2**24)] = 512
    mask_probability: Share = 0.15
    whole_words: bool = True
    seed: Count | None = None


@dataclass
class TextGenerationDatasetConfig(DatasetConfig):
    """Config of running text in blocks, from which a model learns to go on.

    Attributes:
        text_field: Column of the texts.
        block_length: Tokens per block.
    """

    name = "text_generation"

    task: str | list[str] | None = "text_generation"
    text_field: str = "text"
    block_length: Annotated[int, Range(least=2, most=2**24)] = 512
