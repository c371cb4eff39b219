"""What spectra are computed with: mel scales, mel filters, windows."""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np

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
        sampling_rate: Of the audio, in Hz.
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
        name: ``"boxcar"``, ``"hamming"``, ``"hann"`` (each also with ``_window`` at its end) or ``"povey"``.
        periodic: Periodic, for spectra, rather than symmetric, for filters.
        frame_length: Pad the window with zeros to this length.
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


def _scale(mel_scale: str) -> str:
    scales = (*_LOG_FACTORS, "slaney")
    if mel_scale not in scales:
        raise InputError(
            f"Unknown mel_scale {mel_scale!r}.{suggest(str(mel_scale), scales)} It is one of: {', '.join(scales)}."
        )
    return mel_scale
