"""Short-time spectra with numpy: windows, mel filters, spectrograms, decibels."""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from hezar_registry import InputError, get_logger, suggest

logger = get_logger(__name__)

MelScale = Literal["htk", "kaldi", "slaney"]

# HTK and Kaldi: mel = factor * log(1 + f / 700), the factor for log10 and for the natural logarithm.
_LOG_FACTORS = {"htk": 2595.0 / math.log(10.0), "kaldi": 1127.0}
# Slaney's Auditory Toolbox: linear up to 1 kHz (mel 15), above it 27 mels per factor of 6.4.
_SLANEY_HERTZ, _SLANEY_MEL = 1000.0, 15.0
_SLANEY_STEP = 27.0 / math.log(6.4)


def hertz_to_mel(freq: Any, mel_scale: str = "htk") -> Any:
    """Convert frequencies from hertz to mels.

    Args:
        freq: A number or an array, in Hz.
        mel_scale: ``"htk"`` (O'Shaughnessy 1987), ``"kaldi"`` (the same, another constant) or ``"slaney"`` (Auditory
            Toolbox, 1998: linear below 1 kHz).

    Returns:
        A float for a number, an array of float64 for an array.

    Raises:
        InputError: The scale is none of these.

    Example:
        >>> hertz_to_mel(1000.0, mel_scale="slaney")
        15.0
    """
    hertz = np.asarray(freq, dtype=np.float64)
    if _scale(mel_scale) == "slaney":
        above = _SLANEY_MEL + _SLANEY_STEP * np.log(np.maximum(hertz, _SLANEY_HERTZ) / _SLANEY_HERTZ)
        mels = np.where(hertz >= _SLANEY_HERTZ, above, hertz * (_SLANEY_MEL / _SLANEY_HERTZ))
    else:
        mels = _LOG_FACTORS[mel_scale] * np.log1p(hertz / 700.0)
    return mels if np.ndim(freq) else float(mels)


def mel_to_hertz(mels: Any, mel_scale: str = "htk") -> Any:
    """Convert frequencies from mels to hertz; the inverse of `hertz_to_mel`.

    Args:
        mels: A number or an array.
        mel_scale: ``"htk"``, ``"kaldi"`` or ``"slaney"``.

    Raises:
        InputError: The scale is none of these.
    """
    values = np.asarray(mels, dtype=np.float64)
    if _scale(mel_scale) == "slaney":
        above = _SLANEY_HERTZ * np.exp((np.maximum(values, _SLANEY_MEL) - _SLANEY_MEL) / _SLANEY_STEP)
        hertz = np.where(values >= _SLANEY_MEL, above, values * (_SLANEY_HERTZ / _SLANEY_MEL))
    else:
        hertz = 700.0 * np.expm1(values / _LOG_FACTORS[mel_scale])
    return hertz if np.ndim(mels) else float(hertz)


def mel_filter_bank(
    num_frequency_bins: int,
    num_mel_filters: int,
    min_frequency: float,
    max_frequency: float,
    sampling_rate: int,
    norm: str | None = None,
    mel_scale: str = "htk",
) -> np.ndarray:
    """Return triangular filters whose centres are equally spaced in mels.

    Args:
        num_frequency_bins: Bins of the spectrum, from 0 Hz to half the sampling rate: ``n_fft // 2 + 1``.
        num_mel_filters: Number of filters.
        min_frequency: Where the first filter begins, in Hz.
        max_frequency: Where the last filter ends, in Hz.
        sampling_rate: Of the sound, in Hz.
        norm: ``"slaney"`` gives all filters the same area; ``None`` the same height, 1.
        mel_scale: See `hertz_to_mel`.

    Returns:
        The filters, float64 of shape ``(num_frequency_bins, num_mel_filters)``.

    Raises:
        InputError: A number is out of range, or `norm` or `mel_scale` is unknown.
    """
    if norm not in (None, "slaney"):
        raise InputError(f"Unknown norm {norm!r} of mel filters; it is None or 'slaney'.")
    if num_frequency_bins < 2 or num_mel_filters < 1 or not 0 <= min_frequency < max_frequency:
        raise InputError(
            "Mel filters need at least 2 frequency bins, 1 filter and 0 <= min_frequency < max_frequency; found "
            f"{num_frequency_bins} bins, {num_mel_filters} filters, {min_frequency} to {max_frequency} Hz."
        )
    ends = hertz_to_mel(np.array([min_frequency, max_frequency]), mel_scale)
    corners = mel_to_hertz(np.linspace(ends[0], ends[1], num_mel_filters + 2), mel_scale)
    bins = np.linspace(0.0, sampling_rate // 2, num_frequency_bins)
    left, centre, right = corners[:-2], corners[1:-1], corners[2:]
    rising = (bins[:, None] - left) / (centre - left)
    falling = (right - bins[:, None]) / (right - centre)
    filters = np.maximum(0.0, np.minimum(rising, falling))
    if norm == "slaney":
        filters *= 2.0 / (right - left)
    if not filters.any(axis=0).all():
        logger.warning(
            "%d of %d mel filters lie between two frequency bins and are always zero; ask for fewer filters or for "
            "more frequency bins (%d).",
            int((~filters.any(axis=0)).sum()),
            num_mel_filters,
            num_frequency_bins,
        )
    return filters


def window_function(
    window_length: int,
    name: str = "hann",
    periodic: bool = True,
    frame_length: int | None = None,
    center: bool = True,
) -> np.ndarray:
    """Return a window to multiply frames with.

    Args:
        window_length: Samples of the window.
        name: ``"boxcar"``, ``"hamming"``, ``"hann"`` (each also with ``_window`` behind it) or ``"povey"``.
        periodic: Periodic, for spectra, rather than symmetric, for filters.
        frame_length: Fill the window with zeros to this length.
        center: Put the window into the middle of the frame rather than at its beginning.

    Returns:
        The window, float64 of shape ``(frame_length or window_length,)``.

    Raises:
        InputError: The name is unknown, or a length is out of range.
    """
    shapes = {"boxcar": np.ones, "hamming": np.hamming, "hann": np.hanning, "povey": lambda n: np.hanning(n) ** 0.85}
    shape = shapes.get(name.removesuffix("_window"))
    if shape is None:
        raise InputError(f"Unknown window {name!r}.{suggest(name, shapes)} It is one of: {', '.join(sorted(shapes))}.")
    if window_length < 1 or (frame_length is not None and frame_length < window_length):
        raise InputError(
            f"A window has at least 1 sample and fits into its frame; found {window_length} samples for a frame of "
            f"{frame_length}."
        )
    window = shape(window_length + 1)[:-1] if periodic else shape(window_length)
    if frame_length is None:
        return window
    before = (frame_length - window_length) // 2 if center else 0
    return np.pad(window, (before, frame_length - window_length - before))


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
    """Return the short-time spectrum of a sound.

    Args:
        waveform: Samples, real, of shape ``(samples,)``.
        window: Of shape ``(frame_length,)``; see `window_function`.
        frame_length: Samples per frame.
        hop_length: Samples from one frame to the next.
        fft_length: Samples per Fourier transform; frames are filled with zeros. Default is `frame_length`.
        power: 1 for magnitudes, 2 for power, ``None`` for complex numbers.
        center: Pad the sound so that frame ``t`` is centred on sample ``t * hop_length``.
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
        InputError: The sound is not a real one-dimensional array, or the lengths do not fit.
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
        raise InputError(f"A sound of {len(samples)} samples is shorter than one frame of {frame_length}.")
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


def _scale(mel_scale: str) -> str:
    scales = (*_LOG_FACTORS, "slaney")
    if mel_scale not in scales:
        raise InputError(
            f"Unknown mel_scale {mel_scale!r}.{suggest(str(mel_scale), scales)} It is one of: {', '.join(scales)}."
        )
    return mel_scale
