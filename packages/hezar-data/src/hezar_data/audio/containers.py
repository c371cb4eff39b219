"""Sound in files that libsndfile does not read: M4A, AAC, WebM, and the sound of videos; decoded by PyAV."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

import numpy as np

from hezar_data.errors import AudioFileError
from hezar_registry import require

EXTRA = "hezar[media]"


def can_decode() -> bool:
    """Whether PyAV is installed."""
    return find_spec("av") is not None


class ContainerFile:
    """The first audio stream of a file, read as `soundfile.SoundFile` is.

    Attributes:
        samplerate: Samples per second.
        frames: Samples per channel, as the file says; decoded are a few more or less. 0 where it does not say, as streams do.
        format: ``"container"``.
        extra_info: Nothing.
    """

    format = "container"
    extra_info = ""

    def __init__(self, container: Any, name: str) -> None:
        stream = next(iter(container.streams.audio), None)
        if stream is None:
            raise AudioFileError(f"{name} holds no sound: it has {len(container.streams)} other streams.")
        self._stream, self._container = stream, container
        self._errors = require("av.error", extra=EXTRA, purpose="Reading sound in containers").FFmpegError
        self._name = name
        self.samplerate = int(stream.codec_context.sample_rate or 0)
        if stream.duration is not None and stream.time_base is not None:
            seconds = float(stream.duration * stream.time_base)
        else:
            seconds = (container.duration or 0) / 1_000_000
        self.frames = round(seconds * self.samplerate)
        self._decoded = 0
        self._blocks = self._decode()
        self._waiting = np.empty((0, 1), np.float32)

    def tell(self) -> int:
        """Return how many samples per channel were read."""
        return self._decoded

    def read(self, frames: int, dtype: str = "float32", always_2d: bool = True) -> np.ndarray:
        """Return the next samples, (samples, channels); fewer than `frames` at the end, and none after it."""
        parts, count = [self._waiting] if len(self._waiting) else [], len(self._waiting)
        while count < frames and (block := next(self._blocks, None)) is not None:
            parts.append(block)
            count += len(block)
        if not parts:
            return np.empty((0, 1), np.float32)
        # A stream may change its channels; then all are averaged, as what reads this does anyway.
        if len({part.shape[1] for part in parts}) > 1:
            parts = [part.mean(axis=1, keepdims=True) for part in parts]
        samples = np.concatenate(parts)
        self._waiting = samples[frames:]
        self._decoded += min(len(samples), frames)
        return samples[:frames]

    def _decode(self) -> Iterator[np.ndarray]:
        av: Any = require("av", extra=EXTRA, purpose="Reading sound in containers")
        # Samples that an encoder put before and after the sound are left out by the decoder.
        resampler = av.AudioResampler(format="fltp", rate=self.samplerate)
        try:
            for frame in self._container.decode(self._stream):
                for ready in resampler.resample(frame):
                    yield ready.to_ndarray().T
            for ready in resampler.resample(None):
                yield ready.to_ndarray().T
        except self._errors as error:
            raise AudioFileError(f"{self._name} is broken or cut off ({error}). Copy or download it again.") from error


@contextmanager
def container_file(opened: Any, name: str) -> Iterator[ContainerFile]:
    """Open a file as a container.

    Args:
        opened: A path, or a binary file that can be sought in.
        name: What to call it.

    Raises:
        AudioFileError: It is none, or has no sound.
        MissingExtraError: PyAV is not installed.
    """
    av: Any = require("av", extra=EXTRA, purpose="Reading sound in containers")
    errors: Any = require("av.error", extra=EXTRA, purpose="Reading sound in containers")
    if not isinstance(opened, str):
        opened.seek(0)
    try:
        container = av.open(opened, mode="r")
    except (errors.FFmpegError, ValueError) as error:  # a ValueError where names in the file are no UTF-8
        raise AudioFileError(f"{name} is no container of sound that can be read ({error}).") from error
    with container:
        yield ContainerFile(container, name)
