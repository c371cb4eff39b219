"""Short-time spectra and decibels of any kind, and many files at once."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from hezar_data.audio.reading import AudioSource, is_source, load_audio
from hezar_data.inputs import one_or_many
from hezar_registry import InputError


def load_audio_files(paths: AudioSource | Iterable[AudioSource], sampling_rate: int = 16000) -> list[np.ndarray]:
    """Read one audio file or many; see `load_audio`.

    Args:
        paths: A path or paths, or anything else `load_audio` takes.
        sampling_rate: Of the results, in Hz.

    Returns:
        Always a list, of float32 arrays of shape ``(samples,)``.

    Raises:
        AudioFileError: One of the files cannot be read; it is named.
    """
    sources, _ = one_or_many(paths, is_source, "load_audio_files takes a path or a list of paths")
    return [load_audio(source, sampling_rate) for source in sources]


def spectrogram(
    waveform: np.ndarray,
    window: np.ndarray,
    frame_length: int,
    hop_length: int,
    fft_length: int | None = None,
    power: float | None = 1.0,
    center: bool = True,
    pad_mode: str = "reflect",
    onesided: bool = True,
    preemphasis: float | None = None,
    mel_filters: np.ndarray | None = None,
    mel_floor: float = 1e-10,
    log_mel: str | None = None,
    reference: float = 1.0,
    min_value: float = 1e-10,
    db_range: float | None = None,
    dtype: Any = np.float32,
) -> np.ndarray:
    """Return the short-time spectrum of audio.

    Args:
        waveform: Samples, real, of shape ``(samples,)``.
        window: Of shape ``(frame_length,)``; see `window_function`.
        frame_length: Samples per frame.
        hop_length: Samples from one frame to the next.
        fft_length: Samples per Fourier transform; frames are padded with zeros. Default is `frame_length`.
        power: 1 for magnitudes, 2 for power, ``None`` for complex numbers.
        center: Pad the audio so that frame ``t`` is centred on sample ``t * hop_length``.
        pad_mode: How it is padded; a mode of `numpy.pad`.
        onesided: Leave the negative frequencies out.
        preemphasis: Coefficient of a filter that raises high frequencies, per frame.
        mel_filters: Filters of shape ``(bins, filters)``; see `mel_filter_bank`.
        mel_floor: Lower bound of what the filters give.
        log_mel: ``None``, ``"log"``, ``"log10"`` or ``"dB"``.
        reference: What 0 dB stands for.
        min_value: Lower bound before the conversion to decibels.
        db_range: Range below the loudest value, in dB.
        dtype: Type of the result when `log_mel` is given.

    Returns:
        Shape ``(bins or filters, frames)``; float64, complex64 without a `power`, or `dtype` with `log_mel`.

    Raises:
        InputError: The audio is not a real one-dimensional array, or the lengths do not fit.
    """
    samples = np.asarray(waveform)
    fft_length = frame_length if fft_length is None else fft_length
    if samples.ndim != 1 or samples.dtype.kind not in "iuf":
        raise InputError(
            f"spectrogram takes real samples of shape (samples,); found {samples.dtype} of shape {samples.shape}."
        )
    if len(window) != frame_length or frame_length > fft_length or hop_length < 1:
        raise InputError(
            "spectrogram needs a window of frame_length samples, frame_length <= fft_length and hop_length > 0; "
            f"found a window of {len(window)}, {frame_length=}, {fft_length=}, {hop_length=}."
        )
    if log_mel not in (None, "log", "log10", "dB"):
        raise InputError(f"Unknown log_mel {log_mel!r}; it is None, 'log', 'log10' or 'dB'.")
    if log_mel == "dB" and power not in (1.0, 2.0, None):
        raise InputError(f"Decibels are defined for power=1 and power=2; found {power=}.")
    samples = samples.astype(np.float64)
    if center and len(samples):
        samples = np.pad(samples, frame_length // 2, mode=pad_mode)  # pyright: ignore[reportArgumentType, reportCallIssue]
    if len(samples) < frame_length:
        raise InputError(f"Audio of {len(samples)} samples is shorter than one frame of {frame_length}.")
    frames = sliding_window_view(samples, frame_length)[::hop_length]
    if preemphasis is not None:
        # The first sample of a frame takes itself for its predecessor.
        previous = np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
        frames = frames - preemphasis * previous
    transform = np.fft.rfft if onesided else np.fft.fft
    spectrum = transform(frames * np.asarray(window, dtype=np.float64), n=fft_length).T
    if power is None:
        return spectrum.astype(np.complex64)
    values = np.abs(spectrum) ** power
    if mel_filters is not None:
        values = np.maximum(mel_floor, np.asarray(mel_filters).T @ values)
    if log_mel is None:
        return values
    if log_mel == "dB":
        convert = amplitude_to_db if power == 1.0 else power_to_db
        return convert(values, reference, min_value, db_range).astype(dtype)
    with np.errstate(divide="ignore"):  # without filters there is no floor: silence is minus infinity
        return (np.log(values) if log_mel == "log" else np.log10(values)).astype(dtype)


def power_to_db(
    spectrogram: Any, reference: float = 1.0, min_value: float = 1e-10, db_range: float | None = None
) -> np.ndarray:
    """Convert power to decibels: ``10 * log10(spectrogram / reference)``.

    Args:
        spectrogram: Power, of any shape.
        reference: What 0 dB stands for.
        min_value: Lower bound of power and reference; 1e-10 is -100 dB.
        db_range: Raise what lies further below the loudest value, in dB.

    Raises:
        InputError: `reference`, `min_value` or `db_range` is not above zero.
    """
    return _decibels(10.0, spectrogram, reference, min_value, db_range)


def amplitude_to_db(
    spectrogram: Any, reference: float = 1.0, min_value: float = 1e-5, db_range: float | None = None
) -> np.ndarray:
    """Convert amplitudes to decibels: ``20 * log10(spectrogram / reference)``; see `power_to_db`."""
    return _decibels(20.0, spectrogram, reference, min_value, db_range)


def _decibels(factor: float, values: Any, reference: float, min_value: float, db_range: float | None) -> np.ndarray:
    if reference <= 0 or min_value <= 0 or (db_range is not None and db_range <= 0):
        raise InputError(
            f"Decibels need reference, min_value and db_range above zero; found {reference=}, {min_value=}, {db_range=}."
        )
    reference = max(min_value, reference)
    decibels = factor * (np.log10(np.maximum(values, min_value)) - math.log10(reference))
    if db_range is not None and decibels.size:
        decibels = np.maximum(decibels, decibels.max() - db_range)
    return decibels
