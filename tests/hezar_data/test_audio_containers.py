"""Sound in containers: M4A, WebM, videos; read like any other sound, without what the encoder put before it."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hezar_data import AudioFileError, load_audio
from hezar_data.audio import containers
from hezar_data.audio.reading import audio_seconds, read_audio_blocks

av: Any = pytest.importorskip("av")

RATE = 44_100
SECONDS = 3.0


def tone(channels: int = 1) -> np.ndarray:
    """A tone with a gap, so that a shift shows: float32 (channels, samples)."""
    time = np.arange(int(RATE * SECONDS)) / RATE
    samples = 0.4 * np.sin(2 * np.pi * 440 * time)
    samples[int(RATE * 1.0) : int(RATE * 1.2)] = 0
    return np.tile(samples.astype(np.float32), (channels, 1))


class Pipe(io.BytesIO):
    """Where a program writes that cannot go back, so that the header says no length."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: Any) -> int:
        raise OSError("a pipe")


def encoded(
    container: str, codec: str, *, channels: int = 1, rate: int = RATE, video: bool = False, streamed: bool = False
) -> bytes:
    buffer = Pipe() if streamed else io.BytesIO()
    with av.open(buffer, "w", format=container) as output:
        picture = output.add_stream("mpeg4", rate=5) if video else None
        if picture is not None:
            picture.width, picture.height, picture.pix_fmt = 32, 32, "yuv420p"
        stream = output.add_stream(codec, rate=rate, layout="mono" if channels == 1 else "stereo")
        frame = av.AudioFrame.from_ndarray(tone(channels), format="fltp", layout="mono" if channels == 1 else "stereo")
        frame.sample_rate, frame.time_base, frame.pts = RATE, Fraction(1, RATE), 0
        resampler = av.AudioResampler(format=stream.format, layout=stream.layout, rate=rate)
        fifo = av.AudioFifo()
        for ready in [*resampler.resample(frame), *resampler.resample(None)]:
            fifo.write(ready)
        size = stream.codec_context.frame_size or 1024
        while (part := fifo.read(size)) is not None or (part := fifo.read(0, partial=True)) is not None:
            output.mux(stream.encode(part))
        if picture is not None:
            for number in range(int(5 * SECONDS)):
                image = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")
                image.pts = number
                output.mux(picture.encode(image))
            output.mux(picture.encode(None))
        output.mux(stream.encode(None))
    return buffer.getvalue()


FILES = {
    "a.m4a": ("mp4", "aac", {}),
    "stereo.m4a": ("mp4", "aac", {"channels": 2}),
    "video.mp4": ("mp4", "aac", {"video": True}),
    "a.webm": ("webm", "libopus", {"rate": 48_000}),
    "a.mkv": ("matroska", "flac", {}),
}


@pytest.mark.parametrize("name", FILES)
def test_sound_of_a_container_is_the_sound_that_went_in(name: str, tmp_path: Path) -> None:
    container, codec, options = FILES[name]
    content = encoded(container, codec, **options)
    path = tmp_path / name
    path.write_bytes(content)
    samples = load_audio(path, 16_000)
    assert samples.dtype == np.float32
    assert len(samples) / 16_000 == pytest.approx(SECONDS, abs=0.06)
    assert audio_seconds(path) == pytest.approx(SECONDS, abs=0.06)
    # The gap is where it was: the delay of the encoder was left out.
    loud = np.convolve(np.abs(samples), np.ones(80) / 80, mode="same") > 0.05
    gap = np.flatnonzero(~loud[8_000:24_000]) + 8_000
    assert gap[0] / 16_000 == pytest.approx(1.0, abs=0.02)
    assert gap[-1] / 16_000 == pytest.approx(1.2, abs=0.02)
    with path.open("rb") as opened:
        for source in (content, opened, io.BytesIO(content)):
            np.testing.assert_array_equal(load_audio(source, 16_000), samples)
    np.testing.assert_array_equal(np.concatenate(list(read_audio_blocks(path, 16_000))), samples)
    assert len(load_audio(path, 16_000, duration=0.5)) == 8_000


def test_a_video_without_sound_and_what_is_none(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as output:
        picture = output.add_stream("mpeg4", rate=5)
        picture.width, picture.height, picture.pix_fmt = 32, 32, "yuv420p"
        output.mux(picture.encode(av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")))
        output.mux(picture.encode(None))
    with pytest.raises(AudioFileError, match="holds no sound"):
        load_audio(buffer.getvalue())
    for content in (b"\0\0\0\x20ftypM4A nothing more", b"\x1aE\xdf\xa3" + bytes(100)):
        with pytest.raises(AudioFileError):
            load_audio(content)
    whole = encoded("mp4", "aac")
    for end in (len(whole) // 4, len(whole) // 2):
        with pytest.raises(AudioFileError):
            load_audio(whole[:end])


def test_without_pyav_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    content = encoded("mp4", "aac")
    monkeypatch.setattr(containers, "can_decode", lambda: False)
    with pytest.raises(AudioFileError, match=r"hezar\[media\]"):
        load_audio(content)


def test_a_recording_that_was_streamed_says_no_length_and_is_read_whole(tmp_path: Path) -> None:
    content = encoded("webm", "libopus", rate=48_000, streamed=True)
    with av.open(io.BytesIO(content)) as container:
        assert container.duration is None
    assert len(load_audio(content, 16_000)) / 16_000 == pytest.approx(SECONDS, abs=0.06)
    assert audio_seconds(content) == pytest.approx(SECONDS, abs=0.06)
    assert sum(map(len, read_audio_blocks(content, 16_000))) / 16_000 == pytest.approx(SECONDS, abs=0.06)
    assert len(load_audio(content, 16_000, duration=0.5)) == 8_000
