"""Reading and resampling audio: kinds of files, rates, channels, and everything that is no audio."""

from __future__ import annotations

import io
import math
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hezar_data import AudioFileError, load_audio, load_audio_files, resample_audio
from hezar_data.audio import reading
from hezar_registry import InputError, MissingExtraError

soundfile = pytest.importorskip("soundfile")
pytest.importorskip("soxr")

RATES = [8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000]
#: Extension, width, and how exactly a sine comes back.
KINDS = [
    ("wav", "PCM_U8", 1e-2),
    ("wav", "PCM_16", 1e-4),
    ("wav", "PCM_24", 1e-6),
    ("wav", "PCM_32", 1e-6),
    ("wav", "FLOAT", 1e-7),
    ("wav", "DOUBLE", 1e-7),
    ("flac", "PCM_16", 1e-4),
    ("flac", "PCM_24", 1e-6),
    ("aiff", "PCM_16", 1e-4),
    ("ogg", "VORBIS", 5e-2),
    ("ogg", "OPUS", 5e-2),
    ("mp3", "MPEG_LAYER_III", 5e-2),
]


def sine(rate: int, frequency: float = 440.0, seconds: float = 1.0, amplitude: float = 0.5) -> np.ndarray:
    return (amplitude * np.sin(2 * np.pi * frequency * np.arange(round(rate * seconds)) / rate)).astype(np.float32)


def encoded(samples: np.ndarray, rate: int = 16_000, extension: str = "wav", subtype: str = "PCM_16") -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate, format=extension.upper(), subtype=subtype)
    return buffer.getvalue()


@pytest.fixture
def wav(tmp_path: Path) -> Path:
    path = tmp_path / "گفتار.wav"
    path.write_bytes(encoded(sine(16_000)))
    return path


# What is read --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("extension", "subtype", "error"), KINDS, ids=str)
def test_kinds_of_files(tmp_path: Path, extension: str, subtype: str, error: float):
    rate = 48_000 if subtype == "OPUS" else 16_000
    path = tmp_path / f"a.{extension}"
    path.write_bytes(encoded(sine(rate), rate, extension, subtype))
    audio = load_audio(path)
    assert (audio.dtype, audio.shape) == (np.float32, (16_000,))
    middle = slice(2_000, 14_000)  # codecs need a moment to start and end
    assert np.abs(audio[middle] - sine(16_000)[middle]).max() < error


def test_paths_bytes_and_files_give_the_same(wav: Path):
    expected = load_audio(wav)
    content = wav.read_bytes()
    for source in (str(wav), content, bytearray(content), memoryview(content)):
        assert np.array_equal(load_audio(source), expected)
    with wav.open("rb") as file:
        assert np.array_equal(load_audio(file), expected)
        assert np.array_equal(load_audio(file), expected), "the position is put back"

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    assert np.array_equal(load_audio(Pipe(content)), expected)


def test_several_files(wav: Path):
    one = load_audio(wav)
    for paths in (wav, str(wav), wav.read_bytes()):
        (audio,) = load_audio_files(paths)
        assert np.array_equal(audio, one)
    recordings = load_audio_files([wav, str(wav)], sampling_rate=8_000)
    assert [len(audio) for audio in recordings] == [8_000, 8_000]
    assert load_audio_files([]) == []
    with pytest.raises(InputError, match="found int"):
        load_audio_files(7)  # pyright: ignore[reportArgumentType]


def test_channels_are_averaged():
    left = sine(16_000)
    assert not load_audio(encoded(np.stack([left, -left], axis=1), subtype="FLOAT")).any()
    assert np.allclose(load_audio(encoded(np.stack([left, 0 * left], axis=1), subtype="FLOAT")), left / 2)
    five = np.stack([left * (i == 3) for i in range(5)], axis=1)
    assert np.allclose(load_audio(encoded(five, subtype="FLOAT")), left / 5, atol=1e-7)


@pytest.mark.parametrize("rate", RATES)
def test_a_sine_keeps_frequency_and_amplitude(rate: int):
    seconds, frequency = 2.0, 1_000.0
    audio = load_audio(encoded(sine(rate, frequency, seconds), rate, subtype="FLOAT"))
    assert len(audio) == 32_000
    middle = slice(1_000, 31_000)
    assert np.abs(audio[middle] - sine(16_000, frequency, seconds)[middle]).max() < 1e-4


def test_what_16_khz_cannot_hold_is_filtered_out():
    assert np.abs(load_audio(encoded(sine(48_000, 12_000.0), 48_000))[500:-500]).max() < 1e-3


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 3_000), st.integers(1_000, 96_000), st.integers(1_000, 96_000))
def test_length_of_resampled_audio(samples: int, rate: int, target: int):
    audio = resample_audio(np.ones(samples), rate, target)
    assert (audio.dtype, len(audio)) == (np.float32, math.ceil(samples * target / rate))
    assert np.isfinite(audio).all()


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 5_000), st.sampled_from(RATES), st.integers(1, 3))
def test_blocks_are_read_as_one_recording(samples: int, rate: int, channels: int):
    audio = np.random.default_rng(samples).uniform(-1, 1, (samples, channels)).astype(np.float32)
    content = encoded(audio, rate, subtype="FLOAT")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "_BLOCK", 700)
        in_blocks = load_audio(content)
    assert np.allclose(in_blocks, resample_audio(audio.mean(axis=1), rate, 16_000), atol=1e-6)


def test_a_long_file_is_read_only_as_far_as_asked(monkeypatch: pytest.MonkeyPatch):
    content = encoded(np.tile(sine(44_100), 20), 44_100)
    whole = load_audio(content)
    monkeypatch.setattr(reading, "_BLOCK", 44_100)
    blocks = []
    decode = reading._blocks
    monkeypatch.setattr(reading, "_blocks", lambda file: (blocks.append(1) or block for block in decode(file)))
    assert np.array_equal(load_audio(content, duration=2.5), whole[:40_000])
    assert len(blocks) <= 4
    assert np.array_equal(load_audio(content, duration=60), whole)


def test_resampling_does_not_touch_its_input():
    audio = sine(8_000)
    before = audio.copy()
    same = resample_audio(audio, 8_000, 8_000)
    resample_audio(audio, 8_000, 16_000)
    same[:] = 0
    assert np.array_equal(audio, before)
    assert resample_audio(np.empty(0), 8_000, 16_000).shape == (0,)


# What is not read ----------------------------------------------------------------------------------------------


def test_what_is_no_audio_file(tmp_path: Path):
    empty, text = tmp_path / "empty.wav", tmp_path / "text.mp3"
    empty.touch()
    text.write_text("this is no audio " * 50)
    for path, problem in ((empty, "an empty file"), (text, "not an audio file that can be read")):
        with pytest.raises(AudioFileError, match=f"{path.name}'.* is {problem}"):
            load_audio(path)
    for path in (tmp_path, tmp_path / "none.wav", "x" * 5_000, "a\0b"):
        with pytest.raises(AudioFileError, match="There is no file"):
            load_audio(path)
    with pytest.raises(AudioFileError, match="Download it first"):
        load_audio("https://example.org/a.wav")
    with pytest.raises(AudioFileError, match=r"given as 3 bytes"):
        load_audio(b"abc")
    with pytest.raises(AudioFileError, match=r"none\.wav"):
        load_audio_files([tmp_path / "none.wav"])
    for source in (7, None, io.StringIO("text")):
        with pytest.raises(InputError, match="binary mode; found"):
            load_audio(source)  # pyright: ignore[reportArgumentType]


def test_a_file_without_samples():
    with pytest.raises(AudioFileError, match="holds no audio: 0 samples"):
        load_audio(encoded(np.empty(0)))


@pytest.mark.parametrize("extension", ["wav", "flac", "aiff", "au"])
@pytest.mark.parametrize("kept", [0.3, 0.9])
def test_a_file_that_is_cut_off(extension: str, kept: float):
    content = encoded(np.random.default_rng(0).uniform(-1, 1, 20_000), extension=extension)
    with pytest.raises(AudioFileError, match="is cut off: .* are there|or it is broken"):
        load_audio(content[: int(len(content) * kept)])


def test_a_wav_file_that_came_through_a_pipe(wav: Path):
    """What writes to a pipe cannot fill in the sizes."""
    content = bytearray(wav.read_bytes())
    at = content.index(b"data")
    content[4:8] = content[at + 4 : at + 8] = b"\xff\xff\xff\xff"
    assert np.array_equal(load_audio(content), load_audio(wav))


def test_values_that_are_no_numbers():
    audio = sine(16_000)
    audio[500] = np.nan
    with pytest.raises(AudioFileError, match="not finite numbers"):
        load_audio(encoded(audio, subtype="FLOAT"))


def test_rates_that_no_audio_has(wav: Path):
    for rate in (0, -1, 16_000.5, True, "16000", 10**9):
        with pytest.raises(InputError, match="A sampling rate is a whole number"):
            load_audio(wav, rate)  # pyright: ignore[reportArgumentType]
    content = bytearray(wav.read_bytes())
    content[24:28] = (3).to_bytes(4, "little")
    with pytest.raises(AudioFileError, match="3 samples per second"):
        load_audio(content)
    with pytest.raises(InputError, match="duration"):
        load_audio(wav, duration=0)
    with pytest.raises(InputError, match="one channel"):
        resample_audio(np.zeros((2, 5)), 8_000, 16_000)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 3_000))
def test_any_bytes_are_audio_or_a_clear_error(junk: bytes, position: int):
    content = encoded(sine(16_000, seconds=0.1))
    for source in (junk, content[:position] + junk + content[position + len(junk) :]):
        try:
            audio = load_audio(source)
        except AudioFileError:
            continue
        assert audio.dtype == np.float32
        assert audio.ndim == 1
        assert np.isfinite(audio).all()


def test_hints_for_what_is_not_installed(wav: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "soxr", None)
    assert len(load_audio(wav)) == 16_000, "the rate fits: nothing to resample"
    with pytest.raises(MissingExtraError, match=r'from 16000 to 8000 Hz needs `soxr`.*pip install "hezar\[audio\]"'):
        load_audio(wav, 8_000)
    with pytest.raises(MissingExtraError, match="soxr"):
        resample_audio(sine(8_000), 8_000, 16_000)
    monkeypatch.setitem(sys.modules, "soundfile", None)
    with pytest.raises(MissingExtraError, match=r'needs `soundfile`.*pip install "hezar\[audio\]"'):
        load_audio(wav)
