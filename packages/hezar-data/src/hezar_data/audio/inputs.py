"""What feature extractors take for a sound, and how it becomes float32 samples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from numbers import Real
from typing import Any

import numpy as np

from hezar_data.audio.reading import is_source, load_audio, resample_audio
from hezar_data.inputs import one_or_many
from hezar_data.tensors import to_numpy
from hezar_registry import InputError

#: Whole numbers of these types are sound as files hold it: what stands for 0, and how far 1 is from there.
_PCM = {"uint8": (2.0**7, 2.0**7), "int16": (0.0, 2.0**15), "int32": (0.0, 2.0**31)}
#: More rows than this are a batch of short sounds rather than channels in the wrong order.
_MOST_CHANNELS = 8


def as_waveforms(sounds: Any, sampling_rate: int, duration: float | None = None) -> list[np.ndarray]:
    """Return each of one or many sounds as float32 samples.

    A sound is an array or tensor of shape ``(samples,)``, a list of numbers, anything `load_audio` reads, or a mapping
    with ``array`` and ``sampling_rate``, ``bytes`` or ``path``, as a column of `datasets` gives it. Many sounds are
    an iterable of these, or an array of shape ``(sounds, samples)``. Arrays of uint8, int16 and int32 are scaled to
    -1 to 1; other numbers are taken as they are.

    Args:
        sounds: A sound or sounds.
        sampling_rate: What files are resampled to, in Hz; arrays must have it already.
        duration: How much is read of a file, in seconds.

    Raises:
        InputError: There is no sound, or one is no real, finite, one-dimensional array. Its index is named.
        AudioFileError: A file cannot be read.
    """
    if hasattr(sounds, "ndim") and not _is_one(sounds):
        sounds = _rows(sounds)
    else:
        sounds, _ = one_or_many(sounds, _is_one, "A sound is an array of samples, a list of numbers, a path or bytes")
    waveforms = [_as_waveform(sound, i, sampling_rate, duration) for i, sound in enumerate(sounds)]
    if not waveforms:
        raise InputError("There is no sound: the list is empty.")
    return waveforms


def _is_one(sounds: Any) -> bool:
    if is_source(sounds) or isinstance(sounds, Mapping):
        return True
    if hasattr(sounds, "ndim"):
        return sounds.ndim == 1 and getattr(sounds.dtype, "kind", "f") != "O"
    return isinstance(sounds, (list, tuple)) and len(sounds) > 0 and isinstance(sounds[0], Real)


def _rows(sounds: Any) -> Iterable[Any]:
    """Take an array of sounds apart."""
    if sounds.ndim == 1:  # of objects
        return list(sounds)
    if sounds.ndim != 2:
        raise InputError(
            "Only mono sound is supported: an array has the shape (samples,) or (sounds, samples); found "
            f"{tuple(sounds.shape)}. Average the channels first."
        )
    rows, columns = sounds.shape
    if 1 < columns <= _MOST_CHANNELS < rows:
        raise InputError(
            f"Only mono sound is supported; an array of shape ({rows}, {columns}) looks like {columns} channels. "
            "Average them first: sound.mean(axis=1)."
        )
    return list(sounds)


def _as_waveform(sound: Any, index: int, sampling_rate: int, duration: float | None) -> np.ndarray:
    if isinstance(sound, Mapping):
        if sound.get("array") is not None:
            waveform = _samples(sound["array"], index)
            return resample_audio(waveform, sound.get("sampling_rate") or sampling_rate, sampling_rate)
        source = sound.get("path") if sound.get("bytes") is None else sound["bytes"]
        if source is None:
            raise InputError(
                f"Sound {index} is a mapping without 'array', 'bytes' or 'path'; it has: {', '.join(map(str, sound))}."
            )
        return load_audio(source, sampling_rate, duration=duration)
    if is_source(sound):
        return load_audio(sound, sampling_rate, duration=duration)
    return _samples(sound, index)


def _samples(sound: Any, index: int) -> np.ndarray:
    try:
        array = to_numpy(sound)
        if not hasattr(sound, "dtype") and array.dtype.kind in "iu":
            array = array.astype(np.float64)  # numbers of Python; only arrays say that they are sound of 16 or 32 bits
        if array.dtype.kind not in "iuf":
            raise TypeError(f"its type is {array.dtype}")
        with np.errstate(over="ignore"):
            samples = array.astype(np.float32, copy=False)
    except (TypeError, ValueError, OverflowError, RuntimeError) as error:
        raise InputError(f"Sound {index} is no array of real numbers: {error}.") from error
    if samples.ndim != 1:
        raise InputError(
            f"Only mono sound is supported: sound {index} has shape {samples.shape}, not (samples,). Average the "
            "channels first, and remove axes of length 1."
        )
    if array.dtype.name in _PCM:
        zero, full_scale = _PCM[array.dtype.name]
        samples = (samples - zero) / full_scale
    # NaN and infinity are their own extremes, which are found without another array.
    if not (np.isfinite(samples.min(initial=0.0)) and np.isfinite(samples.max(initial=0.0))):
        raise InputError(
            f"Sound {index} holds {np.count_nonzero(~np.isfinite(samples))} values that are no finite numbers "
            "of float32 (NaN, infinity); replace them, for instance with numpy.nan_to_num."
        )
    return samples
