"""Recordings of any length, cut at pauses into windows that a model hears at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

#: Seconds of a frame, whose loudness is looked at.
_FRAME = 0.02
#: Frames that are quieter than this, in decibels below full scale, are silent,
_QUIET = -55.0
#: and so are those that are so much quieter than the loudest of what is looked at.
_RANGE = 40.0
#: Seconds of silence at which a recording is cut wherever it is, and what is left of it on both sides.
_LONG_SILENCE = 2.0
_MARGIN = 0.2
#: Seconds over which loudness is averaged when the best pause is looked for.
_PAUSE = 0.3
#: Decibels that a pause has to be quieter for each second of the window that cutting there leaves unused.
_PER_SECOND = 1.0


@dataclass(frozen=True, eq=False)
class Window:
    """A stretch of a recording that a model hears at once.

    Attributes:
        samples: float32 (samples,).
        start: Seconds from the beginning of the recording.
        whole: It is the whole recording.
    """

    samples: np.ndarray
    start: float = 0.0
    whole: bool = False


def cut_windows(blocks: Iterable[np.ndarray], rate: int, longest: float, room: int) -> Iterator[Window]:
    """Cut a recording into windows, while it is read.

    No sound is in two windows, and none that is not silent in no window.

    Args:
        blocks: The samples, float32, in blocks of any lengths.
        rate: Sampling rate in Hz.
        longest: Seconds of the longest window.
        room: A recording of so many samples at most is one window, without being cut.
    """
    held = _Held(blocks)
    held.fill(room + 1)
    if held.ended and len(held) <= room:
        if is_heard(held.samples, rate):
            yield Window(held.samples, whole=True)
        return
    most = int(longest * rate)
    # Enough to see whether a silence is a long one.
    ahead = most + int((_LONG_SILENCE + 2 * _FRAME) * rate)
    while True:
        held.fill(ahead)
        if not len(held):
            return
        begin, end = _next_window(held.samples, rate, most, held.ended)
        if end > begin:
            yield Window(held.samples[begin:end].copy(), start=(held.start + begin) / rate)
        held.drop(end)


def is_heard(samples: np.ndarray, rate: int) -> bool:
    """Whether anything in a recording is not silent."""
    return bool((loudness(samples, rate) > _QUIET).any())


def loudness(samples: np.ndarray, rate: int) -> np.ndarray:
    """Return the loudness of each frame in decibels below full scale; what is left at the end is a frame too."""
    size = max(int(_FRAME * rate), 1)
    frames = -(-len(samples) // size)
    padded = np.zeros(frames * size, dtype=np.float32)
    padded[: len(samples)] = samples
    power = np.square(padded.reshape(frames, size)).mean(axis=1)
    return 10 * np.log10(np.maximum(power, 1e-12))


def best_pause(samples: np.ndarray, rate: int, first: int, last: int) -> int:
    """Return the sample between two at which cutting harms least: where it is quiet, and rather late.

    Args:
        samples: The samples.
        rate: Sampling rate in Hz.
        first: The first sample that may begin the next window.
        last: The last one.
    """
    size = max(int(_FRAME * rate), 1)
    first_frame, last_frame = -(-first // size), last // size
    if last_frame <= first_frame:
        return last
    width = max(round(_PAUSE / _FRAME), 1)
    levels = loudness(samples[: (last_frame + width) * size], rate)
    beside = np.pad(levels, (width // 2, width - 1 - width // 2), mode="edge")
    around = np.convolve(beside, np.full(width, 1 / width), mode="valid")
    frames = np.arange(first_frame, min(last_frame + 1, len(around)))
    cost = around[frames] + (last_frame - frames) * _FRAME * _PER_SECOND
    return int(frames[cost.argmin()]) * size


class _Held:
    """The samples of a recording that were read and not used yet.

    Attributes:
        samples: The samples.
        start: Number of the first of them in the recording.
        ended: Whether there are no more to be read.
    """

    def __init__(self, blocks: Iterable[np.ndarray]) -> None:
        self._blocks = iter(blocks)
        self.samples = np.zeros(0, dtype=np.float32)
        self.start = 0
        self.ended = False

    def __len__(self) -> int:
        return len(self.samples)

    def fill(self, wanted: int) -> None:
        """Read until there are so many samples, or no more."""
        parts, count = [self.samples], len(self.samples)
        while count < wanted and not self.ended:
            block = next(self._blocks, None)
            if block is None:
                self.ended = True
            else:
                parts.append(block)
                count += len(block)
        if len(parts) > 1:
            self.samples = np.concatenate(parts)

    def drop(self, count: int) -> None:
        """Forget the first samples."""
        count = min(count, len(self.samples))
        self.samples = self.samples[count:]
        self.start += count


def _next_window(samples: np.ndarray, rate: int, most: int, ended: bool) -> tuple[int, int]:
    """Return where the next window begins and ends; what is before it, and behind it up to what follows, is silent."""
    size = max(int(_FRAME * rate), 1)
    levels = loudness(samples, rate)
    sounds = (levels > max(_QUIET, levels.max() - _RANGE)).nonzero()[0]
    margin = int(_MARGIN * rate)
    if not len(sounds):
        # All of it is silent, but what comes may begin before its frame.
        silent = len(samples) if ended else max(len(samples) - margin, 1)
        return silent, silent
    begin = max(int(sounds[0]) * size - margin, 0)
    silences = (np.diff(sounds) > _LONG_SILENCE / _FRAME).nonzero()[0]
    last_sound = int(sounds[silences[0]] if len(silences) else sounds[-1])
    end = min((last_sound + 1) * size + margin, len(samples))
    is_over = len(silences) > 0 or ended or len(samples) - (last_sound + 1) * size > _LONG_SILENCE * rate
    if end - begin <= most and is_over:
        return begin, end
    if begin and not ended and len(samples) - begin <= most:
        return begin, begin  # the silence before it is in the way
    limit = min(begin + most, len(samples))
    return begin, best_pause(samples, rate, begin + most // 2, limit)
