"""What feature extractors take for audio, and how it becomes float32 samples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from numbers import Real
from typing import Any

import numpy as np

from hezar_data.audio.reading import is_source, load_audio, resample_audio
from hezar_data.inputs import one_or_many, refuse_table
from hezar_data.tensors import to_numpy
from hezar_registry import InputError

#: Whole numbers of these types are audio as files hold it: what stands for 0, and how far 1 is from there.
_PCM = {"uint8": (2.0**7, 2.0**7), "int16": (0.0, 2.0**15), "int32": (0.0, 2.0**31)}
#: More rows than this are a batch of short recordings rather than channels in the wrong order.
_MOST_CHANNELS = 8


def as_waveforms(audio: Any, sampling_rate: int, duration: float | None = None) -> list[np.ndarray]:
    """Return the float32 samples of one recording or of many.

    A recording is an array or tensor of shape ``(samples,)``, a list of numbers, anything `load_audio` reads, or a mapping
    with ``array`` and ``sampling_rate``, ``bytes`` or ``path``, as a column of `datasets` gives it. Many are
    an iterable of these, or an array of shape ``(recordings, samples)``. Arrays of uint8, int16 and int32 are scaled to
    -1 to 1; other numbers are taken as they are.

    Args:
        audio: A recording or recordings.
        sampling_rate: What files are resampled to, in Hz; arrays must have it already.
        duration: How much is read of a file, in seconds.

    Raises:
        InputError: There is no audio, or a recording is not a real, finite, one-dimensional array. Its index is named.
        AudioFileError: A file cannot be read.
    """
    expected = "Audio is an array of samples, a list of numbers, a path or bytes"
    refuse_table(audio, expected)
    if hasattr(audio, "ndim") and not _is_one(audio):
        recordings = _rows(audio)
    else:
        recordings, _ = one_or_many(audio, _is_one, expected)
    waveforms = [_as_waveform(recording, i, sampling_rate, duration) for i, recording in enumerate(recordings)]
    if not waveforms:
        raise InputError("There is no audio: the list is empty.")
    return waveforms


def _is_one(audio: Any) -> bool:
    if is_source(audio) or isinstance(audio, Mapping):
        return True
    if hasattr(audio, "ndim"):
        return audio.ndim == 1 and getattr(audio.dtype, "kind", "f") != "O"
    return isinstance(audio, (list, tuple)) and len(audio) > 0 and isinstance(audio[0], Real)


def _rows(audio: Any) -> Iterable[Any]:
    """Return the recordings of an array."""
    if audio.ndim == 1:  # of objects
        return list(audio)
    if audio.ndim != 2:
        raise InputError(
            "Only mono audio is supported: an array has the shape (samples,) or (recordings, samples); found "
            f"{tuple(audio.shape)}. Average the channels first."
        )
    rows, columns = audio.shape
    if 1 < columns <= _MOST_CHANNELS < rows:
        raise InputError(
            f"Only mono audio is supported; an array of shape ({rows}, {columns}) looks like {columns} channels. "
            "Average them first: audio.mean(axis=1)."
        )
    return list(audio)


def _as_waveform(recording: Any, index: int, sampling_rate: int, duration: float | None) -> np.ndarray:
    if isinstance(recording, Mapping):
        if recording.get("array") is not None:
            waveform = _samples(recording["array"], index)
            return resample_audio(waveform, recording.get("sampling_rate") or sampling_rate, sampling_rate)
        source = recording.get("path") if recording.get("bytes") is None else recording["bytes"]
        if source is None:
            raise InputError(
                f"Audio {index} is a mapping without 'array', 'bytes' or 'path'; it has: {', '.join(map(str, recording))}."
            )
        return load_audio(source, sampling_rate, duration=duration)
    if is_source(recording):
        return load_audio(recording, sampling_rate, duration=duration)
    return _samples(recording, index)


def _samples(values: Any, index: int) -> np.ndarray:
    try:
        array = to_numpy(values)
        if not hasattr(values, "dtype") and array.dtype.kind in "iu":
            array = array.astype(np.float64)  # numbers of Python; only arrays say that they are audio of 16 or 32 bits
        if array.dtype.kind not in "iuf":
            raise TypeError(f"its type is {array.dtype}")
        with np.errstate(over="ignore"):
            samples = array.astype(np.float32, copy=False)
    except (TypeError, ValueError, OverflowError, RuntimeError) as error:
        raise InputError(f"Audio {index} is not an array of real numbers: {error}.") from error
    if samples.ndim != 1:
        raise InputError(
            f"Only mono audio is supported: audio {index} has shape {samples.shape}, not (samples,). Average the "
            "channels first, and remove axes of length 1."
        )
    if array.dtype.name in _PCM:
        zero, full_scale = _PCM[array.dtype.name]
        samples = (samples - zero) / full_scale
    # NaN and infinity are their own extremes, which are found without another array.
    if not (np.isfinite(samples.min(initial=0.0)) and np.isfinite(samples.max(initial=0.0))):
        raise InputError(
            f"Audio {index} holds {np.count_nonzero(~np.isfinite(samples))} values that are not finite numbers "
            "of float32 (NaN, infinity); replace them, for instance with numpy.nan_to_num."
        )
    return samples
