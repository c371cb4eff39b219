"""`WhisperFeatureExtractor`: the log-mel spectrogram that Whisper takes."""

from __future__ import annotations

from typing import Any

import numpy as np

from hezar_data.audio.feature_extractor import ATTENTION_MASK, AudioFeatureExtractor, as_batch, fit, resolve_lengths
from hezar_data.audio.inputs import as_waveforms
from hezar_data.audio.log_mel import log_mel, mel_filters
from hezar_data.configs.audio import WhisperFeatureExtractorConfig
from hezar_data.tensors import check_return_tensors
from hezar_registry import InputError

#: In the features of a window: a gigabyte, eleven hours of speech with the published sizes.
_MAX_VALUES = 2**28


class WhisperFeatureExtractor(AudioFeatureExtractor):
    """Turns audio into log-mel spectrograms, by default of 30 seconds each: longer audio is truncated, shorter padded.

    The numbers are those of the published preprocessor; see `hezar_data.audio.log_mel`.

    Args:
        config: The config.
        **kwargs: Config fields, which win over `config`.

    Attributes:
        n_samples: Samples of a whole window: ``chunk_length * sampling_rate``.
        nb_max_frames: Frames of a whole window.
        mel_filters: float64 of shape ``(n_fft // 2 + 1, feature_size)``, read-only.

    Example:
        >>> extractor = WhisperFeatureExtractor()
        >>> extractor(np.zeros(16000), return_tensors="numpy")["input_features"].shape
        (1, 80, 3000)
    """

    config_class = WhisperFeatureExtractorConfig

    def __init__(self, config: WhisperFeatureExtractorConfig | None = None, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        self.n_samples = self.config.chunk_length * self.config.sampling_rate
        self.nb_max_frames = self.n_samples // self.config.hop_length
        if self.nb_max_frames * self.config.feature_size > _MAX_VALUES:
            raise InputError(
                f"The features of one window are at most {_MAX_VALUES:,} numbers; chunk_length={self.config.chunk_length} "
                f"seconds asks for {self.nb_max_frames:,} frames of {self.config.feature_size}."
            )
        self.mel_filters = mel_filters(self.config.n_fft, self.config.feature_size, self.config.sampling_rate)

    def __call__(
        self,
        raw_speech: Any,
        device: Any = None,
        truncation: bool | None = True,
        pad_to_multiple_of: int | None = None,
        return_tensors: str | None = None,
        return_attention_mask: bool | None = None,
        padding: bool | str | None = "max_length",
        max_length: int | None = None,
        sampling_rate: int | None = None,
        do_normalize: bool | None = None,
    ) -> dict[str, Any]:
        """Return the features of one recording or of many.

        Args:
            raw_speech: A recording or a list of them: samples (array, tensor or list of numbers), or what to read them
                from (path, bytes, file); see `hezar_data.audio.inputs.as_waveforms`. Samples have the config's sampling
                rate; files of any rate are resampled, and no more is read than is used.
            device: Where tensors of torch are put.
            truncation: Truncate audio longer than `max_length`.
            pad_to_multiple_of: Round the number of samples up, `max_length` too.
            return_tensors: ``"numpy"``, ``"torch"`` or ``"list"``; ``None`` gives a list of arrays.
            return_attention_mask: Also return an ``attention_mask``; default is the config's.
            padding: ``"max_length"``; ``"longest"`` or ``True``; ``False`` for none.
            max_length: In samples; default is `n_samples`.
            sampling_rate: What the samples are said to have, in Hz; checked against the config.
            do_normalize: Scale each recording to mean 0 and variance 1 first.

        Returns:
            ``input_features``, float32 of shape ``(recordings, feature_size, samples // hop_length)``, and, if requested,
            ``attention_mask``, int32 of shape ``(recordings, frames)``: 1 for audio, 0 for padding. Silence is
            -1.5 everywhere.

        Raises:
            InputError: A recording is not finite or not mono, its rate is another one, or it is shorter than one frame
                and not padded; or the recordings differ in length and do not make a tensor.
            AudioFileError: A file cannot be read.
            MissingExtraError: An optional package is not installed: soundfile or soxr for files, torch for tensors.
        """
        kind = None if return_tensors is None else check_return_tensors(return_tensors)
        self.check_sampling_rate(sampling_rate)
        # Zero stands for the default too, as it did in Hezar 1.0.0.
        limit = max_length or self.n_samples
        cut, _ = resolve_lengths([], padding, limit, truncation, pad_to_multiple_of)
        duration = cut / self.config.sampling_rate if cut else None
        waveforms = [waveform[:cut] for waveform in as_waveforms(raw_speech, self.config.sampling_rate, duration)]
        lengths = [len(waveform) for waveform in waveforms]
        _, fill = resolve_lengths(lengths, padding, limit, truncation, pad_to_multiple_of)
        if do_normalize:
            waveforms = [_normalized(waveform) for waveform in waveforms]

        features = self._features_of(waveforms, fill)
        batch: dict[str, Any] = {
            self.model_input_name: list(features) if kind is None else as_batch(features, kind, device)
        }
        if self.wants_mask(return_attention_mask):
            masks = [self._mask(n, fill, item.shape[1]) for n, item in zip(lengths, features, strict=True)]
            ragged = kind is None and not isinstance(features, np.ndarray)
            batch[ATTENTION_MASK] = masks if ragged else as_batch(masks, kind or "numpy", device)
        return batch

    def log_mel(self, waveform: np.ndarray) -> np.ndarray:
        """Return the features of one recording as it is, neither truncated nor padded.

        Args:
            waveform: As for a call.

        Returns:
            float32 of shape ``(feature_size, samples // hop_length)``.
        """
        return self._features_of(as_waveforms([waveform], self.config.sampling_rate), None)[0]

    _np_extract_fbank_features = log_mel  # its name in Hezar 1.0.0

    def _features_of(self, waveforms: list[np.ndarray], fill: int | None) -> np.ndarray | list[np.ndarray]:
        """Return features of shape ``(recordings, feature_size, frames)``, or a list where the frames differ."""
        config = self.config
        samples = [max(len(waveform), fill or 0) for waveform in waveforms]
        frames = [length // config.hop_length for length in samples]
        if min(frames) < 1:
            index = frames.index(min(frames))
            raise InputError(
                f"Audio {index} is too short: {samples[index]} samples are less than one frame of {config.hop_length}. "
                "Pass padding='max_length', which pads it with silence."
            )
        if len(set(frames)) == 1:
            features: Any = np.empty((len(waveforms), config.feature_size, frames[0]), dtype=np.float32)
        else:
            features = [np.empty((config.feature_size, count), dtype=np.float32) for count in frames]
        # Silence at the end need neither be padded nor computed.
        is_silence = config.padding_value == 0.0 and config.padding_side == "right"
        for waveform, length, out in zip(waveforms, samples, features, strict=True):
            log_mel(
                waveform if is_silence else fit(waveform, None, fill, config.padding_value, config.padding_side),
                out,
                samples=length,
                n_fft=config.n_fft,
                hop_length=config.hop_length,
                sampling_rate=config.sampling_rate,
            )
        return features

    def _mask(self, length: int, fill: int | None, frames: int) -> np.ndarray:
        """Return the mask of the samples, taken at the beginning of each frame."""
        mask = fit(np.ones(length, dtype=np.int32), None, fill, 0, self.config.padding_side)
        return mask[:: self.config.hop_length][:frames]


def _normalized(waveform: np.ndarray) -> np.ndarray:
    if not len(waveform):
        return waveform
    mean, variance = waveform.mean(dtype=np.float64), waveform.var(dtype=np.float64)
    return ((waveform - mean) / np.sqrt(variance + 1e-7)).astype(np.float32)
