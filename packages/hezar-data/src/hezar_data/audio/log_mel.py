"""Whisper's log-mel spectrogram: float32, in blocks of frames that fit into the cache."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from hezar_data.audio.spectral import mel_filter_bank, window_function

MAX_FREQUENCY = 8000.0
"""Where the last mel filter ends, in Hz, whatever the sampling rate."""

FLOOR = 1e-10
DYNAMIC_RANGE = 8.0
"""Decades below the loudest value that are kept."""

SILENCE = -1.5
"""What silence gives: FLOOR, after everything."""

# A block of frames and its spectrum stay in the cache: 0.2 MB each. A filter spans few bins, and so do some neighbours:
# their products skip most zeros, and are small enough for OpenBLAS to stay on one thread. On a busy machine, waiting
# for the second thread takes many times as long as all the rest.
_BLOCK = 128
_BAND = 16
# Squares of spectra of louder sounds do not fit into float32.
_LOUDEST_FLOAT32 = 1e12


@lru_cache(maxsize=16)
def mel_filters(n_fft: int, feature_size: int, sampling_rate: int) -> np.ndarray:
    """Return Whisper's mel filters, float64 of shape ``(n_fft // 2 + 1, feature_size)``, read-only.

    Slaney's scale and norm, 0 to 8,000 Hz.
    """
    filters = mel_filter_bank(
        n_fft // 2 + 1, feature_size, 0.0, MAX_FREQUENCY, sampling_rate, norm="slaney", mel_scale="slaney"
    )
    filters.flags.writeable = False
    return filters


class _Band(NamedTuple):
    """Neighbouring mel filters, without the bins that none of them has."""

    filters: slice
    bins: slice
    weights: np.ndarray


@lru_cache(maxsize=16)
def _tables(n_fft: int, feature_size: int, sampling_rate: int, dtype: str) -> tuple[np.ndarray, list[_Band]]:
    """Return window and filters, ready to multiply with.

    numpy runs float32 in double precision unless the transform has a factor of its own, as norm="ortho" has; the
    window takes that factor back.
    """
    window = (window_function(n_fft) * np.sqrt(n_fft)).astype(dtype)
    weights = mel_filters(n_fft, feature_size, sampling_rate).T
    bands = []
    for start in range(0, feature_size, _BAND):
        filters = slice(start, min(start + _BAND, feature_size))
        used = np.flatnonzero(weights[filters].any(axis=0))
        bins = slice(int(used[0]), int(used[-1]) + 1) if len(used) else slice(0, 0)
        bands.append(_Band(filters, bins, np.ascontiguousarray(weights[filters, bins], dtype=dtype)))
    return window, bands


def log_mel(
    waveform: np.ndarray, out: np.ndarray, *, samples: int, n_fft: int, hop_length: int, sampling_rate: int
) -> None:
    """Write the log-mel spectrogram of a sound, followed by silence, into `out`.

    Frames of a periodic Hann window, centred, the ends reflected, without the last frame; power; mel filters;
    ``log10`` of at least 1e-10, at least the loudest value minus 8; then ``(x + 4) / 4`` (Radford et al. 2022, "Robust
    Speech Recognition via Large-Scale Weak Supervision", and the published preprocessor). What lies in the silence
    is not computed, and memory besides `out` grows with the sound, not with its frames.

    Args:
        waveform: float32 of shape ``(length,)``, finite.
        out: float32 of shape ``(feature_size, frames)`` with ``frames = samples // hop_length >= 1``.
        samples: Length of the sound with the silence behind it.
        n_fft: Samples per frame.
        hop_length: Samples from one frame to the next.
        sampling_rate: In Hz.
    """
    feature_size, frames = out.shape
    half = n_fft // 2
    peak = max(float(waveform.max(initial=0.0)), -float(waveform.min(initial=0.0)))
    dtype = "float32" if peak < _LOUDEST_FLOAT32 else "float64"
    window, bands = _tables(n_fft, feature_size, sampling_rate, dtype)

    # One frame of silence is enough: the end that is reflected then holds nothing else.
    silence = np.zeros(min(samples - len(waveform), n_fft), dtype=np.float32)
    centred = np.pad(np.concatenate((waveform, silence)), half, mode="reflect")
    audible = min(frames, -(-(len(waveform) + half) // hop_length)) if peak else 0
    windows = sliding_window_view(centred, n_fft)[::hop_length][:audible]
    for start in range(0, audible, _BLOCK):
        block = slice(start, min(start + _BLOCK, audible))
        power = _power(windows[block] * window)
        mel = np.empty((feature_size, len(power)), dtype=dtype)
        for band in bands:
            np.matmul(band.weights, power[:, band.bins].T, out=mel[band.filters])
        np.maximum(mel, FLOOR, out=mel)
        np.log(mel, out=out[:, block], casting="same_kind")

    # (log10(x) + 4) / 4 from the natural logarithm: numpy's log10 is ten times slower.
    heard, silent = out[:, :audible], out[:, audible:]
    heard *= np.float32(0.25 / np.log(10.0))
    heard += np.float32(1.0)
    silent[...] = SILENCE
    loudest = float(heard.max(initial=SILENCE))
    np.maximum(out, np.float32(loudest - DYNAMIC_RANGE / 4), out=out)


def _power(frames: np.ndarray) -> np.ndarray:
    """Return the power spectra of frames, of shape ``(frames, n_fft // 2 + 1)`` and the same type."""
    spectrum = np.fft.rfft(frames, norm="ortho")
    parts = spectrum.view(spectrum.real.dtype)
    np.square(parts, out=parts)
    return np.add(parts[:, ::2], parts[:, 1::2], dtype=frames.dtype, casting="same_kind")
