"""Configs of audio feature extractors: ``preprocessor/feature_extractor_config.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from hezar_config import PreprocessorConfig
from hezar_config.ranges import Finite, Range, Size
from hezar_hub import FEATURE_EXTRACTOR_CONFIG_FILE


@dataclass
class AudioFeatureExtractorConfig(PreprocessorConfig):
    """What all audio feature extractors have in common.

    Attributes:
        feature_size: Values per frame.
        sampling_rate: Sampling rate of the audio, in Hz.
        padding: ``"longest"`` or ``"max_length"``.
        padding_value: What shorter audio is padded with.
        padding_side: ``"right"`` or ``"left"``.
    """

    filename: ClassVar[str] = FEATURE_EXTRACTOR_CONFIG_FILE

    feature_size: Annotated[int, Range(least=1, most=1024)] = 80
    sampling_rate: Annotated[int, Range(least=1, most=1_000_000)] = 16000
    padding: str = "longest"
    padding_value: Finite = 0.0
    padding_side: str = "right"


@dataclass
class WhisperFeatureExtractorConfig(AudioFeatureExtractorConfig):
    """Config of Whisper's log-mel spectrogram.

    Attributes:
        hop_length: Samples between two frames.
        chunk_length: Length that audio is padded or truncated to, in seconds.
        n_fft: Samples per Fourier transform.
        return_attention_mask: Whether to return which frames are audio and which are padding.
    """

    name = "whisper_feature_extractor"

    hop_length: Size = 160
    chunk_length: Annotated[int, Range(least=1, most=3600)] = 30
    n_fft: Annotated[int, Range(least=2, most=2**14)] = 400
    return_attention_mask: bool = False
