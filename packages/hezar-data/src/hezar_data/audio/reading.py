"""Audio files to arrays: decoded, mixed down to one channel, resampled, block by block."""

from __future__ import annotations

import io
import math
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import IO, Any, TypeAlias

import numpy as np

from hezar_data.audio import containers
from hezar_data.audio.streamed_wav import SIZE_UNKNOWN, with_sizes
from hezar_data.errors import AudioFileError
from hezar_hub import stand_in
from hezar_registry import InputError, require

AudioSource: TypeAlias = str | os.PathLike[str] | bytes | bytearray | memoryview | IO[bytes]
"""What audio is read from: a path, the contents of a file, or a file opened in binary mode."""

EXTRA = "hezar[audio]"
_QUALITY = "HQ"
_BLOCK = 1 << 18
"""Samples per channel that are decoded at a time."""

#: Sampling rates in Hz that audio may have; what lies outside is a broken header.
_RATES = (1_000, 768_000)
#: Samples that a whole MP3 file may be short of its header, which need not know about the encoder's delay.
_MP3_SLACK = 2 * 1152
#: What libsndfile notes about a file whose header announces more than there is: "data : 64000 (should be 31978)".
_CUT_OFF = re.compile(r"^\s*(?:data|SSND|Data Size)\s*: (\d+) \(should be (\d+)\)", re.MULTILINE)


def load_audio(source: AudioSource, sampling_rate: int = 16000, *, duration: float | None = None) -> np.ndarray:
    """Read audio: one channel, at the given sampling rate.

    WAV, FLAC, OGG (Vorbis, Opus), MP3, AIFF, AU and whatever else libsndfile reads, of any width; with the extra ``media``
    also M4A, WebM and the sound of videos. Whole numbers are
    scaled to -1 to 1. Channels are averaged. Resampling is soxr's ``HQ`` (20 bits), as librosa's default is. The file
    is read in blocks, so that memory holds the result and little more.

    Args:
        source: A path, the bytes of a file, or a file opened in binary mode (its position is put back).
        sampling_rate: Of the result, in Hz.
        duration: Read no more than this from the beginning, in seconds.

    Returns:
        float32 of shape ``(samples,)``, with ``samples = ceil(frames * sampling_rate / rate_of_the_file)``.

    Raises:
        AudioFileError: The file is missing, empty, cut off, broken, or not audio.
        InputError: `sampling_rate` or `duration` is out of range.
        MissingExtraError: soundfile is not installed; or soxr is not, and the rate differs.

    Example:
        >>> load_audio("speech.mp3").shape  # doctest: +SKIP
        (81600,)
    """
    check_rate(sampling_rate)
    if duration is not None and not duration > 0:
        raise InputError(f"duration is a number of seconds above zero; found {duration!r}.")
    with _audio_file(source) as file:
        samples = _most_samples(file, sampling_rate)
        if duration is not None:
            samples = min(samples, math.ceil(duration * sampling_rate))
        if _is_container(file):  # its length is known when it was decoded
            return np.concatenate([*_checked_blocks(file, describe(source), sampling_rate, samples)])
        waveform = np.zeros(samples, dtype=np.float32)
        filled = 0
        for block in _checked_blocks(file, describe(source), sampling_rate, samples):
            waveform[filled : filled + len(block)] = block
            filled += len(block)
        return waveform


def read_audio_blocks(source: AudioSource, sampling_rate: int = 16000) -> Iterator[np.ndarray]:
    """Read audio as `load_audio` does, block by block, so that memory does not grow with its length.

    Args:
        source: A path, the bytes of a file, or a file opened in binary mode.
        sampling_rate: Of the blocks, in Hz.

    Yields:
        float32 of shape ``(samples,)``, of different lengths; put together, what `load_audio` gives, without the silence at
        the end of an MP3 file that is shorter than it says.

    Raises:
        AudioFileError: The file is missing, empty, cut off, broken, or not audio; where it is cut off or not finite, after the
            blocks before.
        InputError: `sampling_rate` is out of range.
        MissingExtraError: soundfile is not installed; or soxr is not, and the rate differs.
    """
    check_rate(sampling_rate)
    with _audio_file(source) as file:
        yield from _checked_blocks(file, describe(source), sampling_rate, _most_samples(file, sampling_rate))


def audio_seconds(source: AudioSource) -> float:
    """Return how long audio is, in seconds, as its header says; a container that does not say it is decoded.

    Raises:
        AudioFileError: The file is missing, empty, cut off, broken, or not audio.
        MissingExtraError: soundfile is not installed.
    """
    with _audio_file(source) as file:
        return (file.frames or sum(map(len, _blocks(file)))) / file.samplerate


def resample_audio(waveform: np.ndarray, source_rate: int, target_rate: int) -> np.ndarray:
    """Resample audio with soxr's ``HQ``.

    Args:
        waveform: Samples, shape ``(samples,)``.
        source_rate: Its sampling rate in Hz.
        target_rate: The one wanted, in Hz.

    Returns:
        float32 of shape ``(ceil(samples * target_rate / source_rate),)``.

    Raises:
        InputError: A rate is out of range, or the audio is not one-dimensional.
        MissingExtraError: soxr is not installed, and the rates differ.
    """
    check_rate(source_rate)
    check_rate(target_rate)
    samples = np.asarray(waveform, dtype=np.float32)
    if samples.ndim != 1:
        raise InputError(f"resample_audio takes one channel, shape (samples,); found shape {samples.shape}.")
    if source_rate == target_rate or not len(samples):
        return samples.copy()
    soxr = require("soxr", extra=EXTRA, purpose=f"Resampling from {source_rate} to {target_rate} Hz")
    resampled = np.zeros(_resampled_length(len(samples), source_rate, target_rate), dtype=np.float32)
    new = soxr.resample(samples, source_rate, target_rate, quality=_QUALITY)[: len(resampled)]
    resampled[: len(new)] = new
    return resampled


def check_rate(rate: Any) -> None:
    """Check that `rate` is a sampling rate in Hz.

    Raises:
        InputError: It is not.
    """
    if isinstance(rate, bool) or not isinstance(rate, (int, np.integer)) or not _RATES[0] <= rate <= _RATES[1]:
        raise InputError(f"A sampling rate is a whole number of Hz from {_RATES[0]} to {_RATES[1]}; found {rate!r}.")


def is_source(value: Any) -> bool:
    """Say whether `value` is something to read audio from, rather than samples or several recordings."""
    return isinstance(value, (str, os.PathLike, bytes, bytearray, memoryview)) or hasattr(value, "read")


def describe(source: Any) -> str:
    """Return what to call a source in a message."""
    if isinstance(source, (str, os.PathLike)):
        return f"{os.fspath(source)!r}"
    if isinstance(source, (bytes, bytearray, memoryview)):
        return f"The audio given as {len(source)} bytes"
    name = getattr(source, "name", None)
    return f"{name!r}" if isinstance(name, str) else f"The audio given as {type(source).__name__}"


# Reading -------------------------------------------------------------------------------------------------------


@contextmanager
def _audio_file(source: AudioSource) -> Iterator[Any]:
    """Yield the opened file, whose header was looked at; what soundfile raises becomes an `AudioFileError`."""
    name = describe(source)
    soundfile = require("soundfile", extra=EXTRA, purpose="Reading audio files")
    with _opened(source) as opened:
        if containers.can_decode() and _is_foreign(soundfile, opened):
            with containers.container_file(opened, name) as file:
                _check_rate_of(file, name)
                yield file
            return
        try:
            with _sound_file(soundfile, opened, name) as file:
                _check_rate_of(file, name)
                _check_announced_size(file, name)
                yield file
        except (soundfile.SoundFileError, MemoryError, UnicodeError) as error:
            if instead := stand_in(_beginning(opened)):
                raise AudioFileError(f"{name} is {instead}.") from error
            reason = str(error).rpartition(": ")[2] or type(error).__name__
            raise AudioFileError(
                f"{name} is not an audio file that can be read, or it is broken ({reason}). "
                "Formats that are read: WAV, FLAC, OGG, MP3, AIFF, AU; M4A and the sound of videos with "
                f'`pip install "{containers.EXTRA}"`; convert others, for instance with ffmpeg.'
            ) from error


#: What files of containers begin with: MP4 and M4A (a box named ftyp), Matroska and WebM, AVI, raw AAC, FLV, MPEG.
_CONTAINERS = re.compile(rb"....ftyp|\x1aE\xdf\xa3|RIFF....AVI |\xff[\xf0\xf1\xf8\xf9]|FLV|\0\0\x01\xba", re.DOTALL)


def _is_foreign(soundfile: Any, opened: Any) -> bool:
    """Whether a file begins as a container does, and libsndfile does not read it; its position stays."""
    put_back: Callable[[], Any] = (lambda: None) if isinstance(opened, str) else partial(opened.seek, opened.tell())
    try:
        if _CONTAINERS.match(_beginning(opened)) is None:
            return False
        put_back()
        with soundfile.SoundFile(opened):
            return False
    except (soundfile.SoundFileError, MemoryError, UnicodeError):
        return True
    finally:
        put_back()


def _is_container(file: Any) -> bool:
    return file.format == containers.ContainerFile.format


def _most_samples(file: Any, sampling_rate: int) -> int:
    """Return how many samples a file has at a rate; no bound for a container, whose header need not say it."""
    return sys.maxsize if _is_container(file) else _resampled_length(file.frames, file.samplerate, sampling_rate)


def _check_rate_of(file: Any, name: str) -> None:
    if not _RATES[0] <= file.samplerate <= _RATES[1]:
        raise AudioFileError(f"{name} is broken: its header says {file.samplerate} samples per second.")


@contextmanager
def _opened(source: AudioSource) -> Iterator[Any]:
    """Yield what `soundfile.SoundFile` takes; the position of a caller's file is restored."""
    if isinstance(source, (str, os.PathLike)):
        path = os.fspath(source)
        if not os.path.isfile(path):  # noqa: PTH113 - says False to whatever cannot be a path; pathlib raises
            hint = " Download it first." if "://" in path else ""
            raise AudioFileError(f"There is no file {path!r}; check the path.{hint}")
        yield path
    elif isinstance(source, (bytes, bytearray, memoryview)):
        yield io.BytesIO(source)
    elif not hasattr(source, "read") or isinstance(source, io.TextIOBase):
        raise InputError(
            f"Audio is read from a path, bytes or a file opened in binary mode; found {type(source).__name__}."
        )
    elif getattr(source, "seekable", bool)():
        position = source.tell()
        try:
            yield source
        finally:
            source.seek(position)
    else:
        yield io.BytesIO(source.read())


def _beginning(opened: Any) -> bytes:
    if isinstance(opened, str):
        with open(opened, "rb") as file:  # noqa: PTH123 - as soundfile does
            return file.read(512)
    opened.seek(0)
    return opened.read(512)


@contextmanager
def _sound_file(soundfile: Any, opened: Any, name: str) -> Iterator[Any]:
    """Yield the file as soundfile reads it, also one that announces no audio and holds some."""
    with soundfile.SoundFile(opened) as file:
        if file.frames > 0:
            yield file
            return
    with open(opened, "rb") if isinstance(opened, str) else nullcontext(opened) as binary:  # noqa: PTH123 - as above
        sized = with_sizes(binary)
        if sized is not None:
            with soundfile.SoundFile(sized) as file:
                if file.frames > 0:
                    yield file
                    return
    raise AudioFileError(f"{name} holds no audio: 0 samples. Record or download it again.")


def _checked_blocks(file: Any, name: str, sampling_rate: int, samples: int) -> Iterator[np.ndarray]:
    """Yield so many samples, or all that there are, block by block."""
    filled = 0
    for block in _resampled(_blocks(file), file.samplerate, sampling_rate):
        part = block[: samples - filled]
        if not np.isfinite(part).all():
            raise AudioFileError(f"{name} holds values that are not finite numbers. Record or convert it again.")
        yield part
        filled += len(part)
        if filled == samples:
            return
    decoded, rate = file.tell(), file.samplerate
    if _is_container(file):
        if not decoded:
            raise AudioFileError(f"{name} holds no audio: 0 samples. Record or download it again.")
        if decoded < file.frames - rate:
            raise _cut_off(name, f"{decoded / rate:.2f} of {file.frames / rate:.2f} seconds are there")
        return
    if decoded < file.frames - (_MP3_SLACK if file.format == "MP3" else 0):
        raise _cut_off(name, f"{decoded / rate:.2f} of {file.frames / rate:.2f} seconds are there")


def _blocks(file: Any) -> Iterator[np.ndarray]:
    """Decode one channel, block by block."""
    while len(block := file.read(_BLOCK, dtype="float32", always_2d=True)):
        yield block[:, 0] if block.shape[1] == 1 else block.mean(axis=1)


def _resampled(blocks: Iterator[np.ndarray], rate: int, target_rate: int) -> Iterator[np.ndarray]:
    """Resample blocks as the one recording they are."""
    if rate == target_rate:
        yield from blocks
        return
    soxr = require("soxr", extra=EXTRA, purpose=f"Resampling from {rate} to {target_rate} Hz")
    stream = soxr.ResampleStream(rate, target_rate, 1, dtype="float32", quality=_QUALITY)
    for block in blocks:
        yield stream.resample_chunk(block)
    yield stream.resample_chunk(np.zeros(0, dtype=np.float32), last=True)


def _resampled_length(samples: int, rate: int, target_rate: int) -> int:
    return -(-samples * int(target_rate) // int(rate))


def _check_announced_size(file: Any, name: str) -> None:
    for announced, found in _CUT_OFF.findall(file.extra_info):
        if int(found) < int(announced) < SIZE_UNKNOWN:
            raise _cut_off(name, f"{found} of {announced} bytes of audio are there")


def _cut_off(name: str, what: str) -> AudioFileError:
    return AudioFileError(
        f"{name} is cut off: {what}. Copy or download it again; to use what is there, convert it, for instance with "
        "ffmpeg, to a new file."
    )
