"""Whisper's log-mel spectrogram: float32, in blocks of frames that the cores share."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from hezar_data.audio.spectral import mel_filter_bank, window_function
from hezar_data.threads import in_threads

MAX_FREQUENCY = 8000.0
"""Where the last mel filter ends, in Hz, whatever the sampling rate."""

FLOOR = 1e-10
DYNAMIC_RANGE = 8.0
"""Decades below the loudest value that are kept."""

SILENCE = -1.5
"""What silence gives: FLOOR, after everything."""

# Samples in the frames of a block: much larger ones leave the cache, and with much smaller ones the threads that share
# the blocks spend their time on waiting for the GIL.
_BLOCK = 200_000
# Multiplications in one product of matrices. From here on OpenBLAS uses threads of its own, which wait for one another
# by keeping all cores busy.
_PRODUCT = 2**19
# Squares of spectra of louder audio do not fit into float32.
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
    """Neighbouring mel filters, without the bins that none of them has; weights of shape ``(bins, filters)``."""

    filters: slice
    bins: slice
    weights: np.ndarray


@lru_cache(maxsize=16)
def _tables(n_fft: int, feature_size: int, sampling_rate: int, dtype: str) -> tuple[np.ndarray, list[_Band]]:
    """Return window and filters, ready to multiply with.

    numpy runs float32 in double precision unless the transform has a factor of its own, as norm="ortho" has; the
    window takes that factor back. A filter has each weight twice, for the squares of real and imaginary part, and ten
    thousandfold: log10 of that is 4 more.
    """
    window = (window_function(n_fft) * np.sqrt(n_fft)).astype(dtype)
    weights = np.repeat(mel_filters(n_fft, feature_size, sampling_rate).T * 1e4, 2, axis=1)
    bands: list[_Band] = []
    for number, used in enumerate(map(np.flatnonzero, weights)):
        filters = slice(number, number + 1)
        bins = slice(int(used[0]), int(used[-1]) + 1) if len(used) else slice(0, 0)
        if bands:
            joined = slice(bands[-1].filters.start, filters.stop)
            spanned = slice(min(bands[-1].bins.start, bins.start), max(bands[-1].bins.stop, bins.stop))
            size = (joined.stop - joined.start) * (spanned.stop - spanned.start)
            if size * _frames_per_block(n_fft) < _PRODUCT:
                bands.pop()
                filters, bins = joined, spanned
        bands.append(_Band(filters, bins, np.ascontiguousarray(weights[filters, bins].T, dtype=dtype)))
    return window, bands


def _frames_per_block(n_fft: int) -> int:
    return max(1, _BLOCK // n_fft)


def log_mel(
    waveform: np.ndarray, out: np.ndarray, *, samples: int, n_fft: int, hop_length: int, sampling_rate: int
) -> None:
    """Write the log-mel spectrogram of audio, followed by silence, into `out`.

    Frames of a periodic Hann window, centred, the ends reflected, without the last frame; power; mel filters;
    ``log10`` of at least 1e-10, at least the loudest value minus 8; then ``(x + 4) / 4`` (Radford et al. 2022, "Robust
    Speech Recognition via Large-Scale Weak Supervision", and the published preprocessor). What lies in the silence
    is not computed. The frames of long audio are shared among the cores, and the result does not depend on how.

    Args:
        waveform: float32 of shape ``(length,)``, finite.
        out: float32 of shape ``(feature_size, frames)`` with ``frames = samples // hop_length >= 1``.
        samples: Length of the audio with the silence after it.
        n_fft: Samples per frame.
        hop_length: Samples from one frame to the next.
        sampling_rate: In Hz.
    """
    feature_size, frames = out.shape
    peak = max(float(waveform.max(initial=0.0)), -float(waveform.min(initial=0.0)))
    dtype = "float32" if peak < _LOUDEST_FLOAT32 else "float64"
    window, bands = _tables(n_fft, feature_size, sampling_rate, dtype)
    audible = min(frames, -(-(len(waveform) + n_fft // 2) // hop_length)) if peak else 0

    def write(block: _Block) -> float:
        """Write the features of a block, and return the largest one."""
        spectrum = np.fft.rfft(block.windows * window, norm="ortho").view(dtype)
        np.square(spectrum, out=spectrum)
        mel = np.empty((len(spectrum), feature_size), dtype=dtype)  # the other way round takes twice as long
        for band in bands:
            np.matmul(spectrum[:, band.bins], band.weights, out=mel[:, band.filters])
        np.maximum(mel, FLOOR * 1e4, out=mel)
        np.log(mel, out=mel)  # numpy's log10 is ten times slower
        features = out[:, block.start : block.start + len(spectrum)]
        np.multiply(mel.T, 0.25 / np.log(10.0), out=features, casting="same_kind")
        return float(mel.max()) * 0.25 / np.log(10.0)

    loudest = max(in_threads(write, _blocks(waveform, samples, n_fft, hop_length, audible)), default=SILENCE)
    out[:, audible:] = SILENCE
    np.maximum(out, np.float32(loudest - DYNAMIC_RANGE / 4), out=out)


class _Block(NamedTuple):
    """Frames that stand side by side: the number of the first, and the samples, of shape ``(frames, n_fft)``."""

    start: int
    windows: np.ndarray


def _blocks(waveform: np.ndarray, samples: int, n_fft: int, hop_length: int, count: int) -> list[_Block]:
    """Return the first `count` frames in blocks. They are views of the audio, but for the few that reach beyond it."""
    before = n_fft // 2
    inside = min(count, -(-before // hop_length))
    after = max(inside, min(count, (len(waveform) - n_fft + before) // hop_length + 1))
    blocks: list[_Block] = []
    for start, stop in ((0, inside), (inside, after), (after, count)):
        if start == stop:
            continue
        first, last = start * hop_length - before, (stop - 1) * hop_length - before + n_fft
        whole = first >= 0 and last <= len(waveform)
        part = waveform[first:last] if whole else _reflected(waveform, samples, first, last)
        windows = sliding_window_view(part, n_fft)[::hop_length]
        for place in range(0, len(windows), step := _frames_per_block(n_fft)):
            blocks.append(_Block(start + place, windows[place : place + step]))
    return blocks


def _reflected(waveform: np.ndarray, samples: int, first: int, last: int) -> np.ndarray:
    """Return samples `first` to `last` of audio with silence after it, which is reflected at both ends."""
    end = samples - 1
    places = np.abs((np.arange(first, last) + end) % max(2 * end, 1) - end)
    return np.where(places < len(waveform), waveform.take(places, mode="clip"), np.float32(0.0))
