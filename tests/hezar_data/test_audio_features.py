"""Feature extractors: what they take, what they give, and what they refuse."""

from __future__ import annotations

import io
import sys
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from hezar_config import ConfigError, UnknownFieldError
from hezar_data import (
    AudioFeatureExtractor,
    AudioFeatureExtractorConfig,
    AudioFileError,
    Preprocessor,
    WhisperFeatureExtractor,
    WhisperFeatureExtractorConfig,
    mel_filter_bank,
    spectrogram,
    window_function,
)
from hezar_registry import InputError, MissingExtraError, build_preprocessor

SILENCE = -1.5


@pytest.fixture(scope="module")
def extractor() -> WhisperFeatureExtractor:
    return WhisperFeatureExtractor(feature_size=16, chunk_length=2)


@pytest.fixture(scope="module")
def audio() -> np.ndarray:
    noise = np.random.default_rng(1).standard_normal(20_000) * 0.05
    return (np.sin(np.arange(20_000) * 0.07) * 0.4 + noise).astype(np.float32)


def features(extractor: WhisperFeatureExtractor, recordings: Any, **options: Any) -> np.ndarray:
    return extractor(recordings, return_tensors="numpy", **options)["input_features"]


def reference(audio: np.ndarray, samples: int, mels: int = 16) -> np.ndarray:
    """The definition, in double precision, without any short cut."""
    filled = np.pad(audio.astype(np.float64), (0, samples - len(audio)))
    filters = mel_filter_bank(201, mels, 0, 8000, 16_000, norm="slaney", mel_scale="slaney")
    power = spectrogram(filled, window_function(400), 400, 160, power=2.0, mel_filters=filters)[:, :-1]
    decades = np.log10(power)
    return (np.maximum(decades, decades.max() - 8) + 4) / 4


# Numbers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [1, 160, 201, 1_000, 20_000, 31_600, 31_799, 31_900, 31_999, 32_000])
def test_the_silence_after_audio_is_as_if_it_were_computed(extractor, audio, length):
    audio = np.resize(audio, length)
    assert np.abs(features(extractor, audio)[0] - reference(audio, 32_000)).max() < 1e-5


@settings(max_examples=60, deadline=None)
@given(
    arrays(
        np.float32,
        array_shapes(max_dims=1, max_side=2_000),
        elements=st.floats(width=32, allow_nan=False, allow_infinity=False),
    )
)
def test_any_finite_audio(audio):
    extractor = WhisperFeatureExtractor(feature_size=16, chunk_length=1)
    before = audio.copy()
    result = extractor(audio, return_tensors="numpy", return_attention_mask=True)
    assert (result["input_features"].dtype, result["input_features"].shape) == (np.float32, (1, 16, 100))
    assert (result["attention_mask"].dtype, result["attention_mask"].shape) == (np.int32, (1, 100))
    assert result["attention_mask"].sum() == -(-len(audio) // 160)
    assert np.isfinite(result["input_features"]).all()
    assert np.ptp(result["input_features"]) <= 2.0 + 1e-5
    again = extractor(audio, return_tensors="numpy", return_attention_mask=True)
    assert all(np.array_equal(result[key], again[key]) for key in result)
    assert np.array_equal(audio, before)
    assert np.abs(result["input_features"][0] - reference(audio, 16_000)).max() < 2e-4


@pytest.mark.parametrize("length", [0, 1, 160, 20_000, 50_000])
def test_silence(extractor, length):
    result = extractor(np.zeros(length), return_tensors="numpy", return_attention_mask=True)
    assert (result["input_features"] == SILENCE).all()
    assert result["attention_mask"].sum() == min(-(-length // 160), 200)


@pytest.mark.parametrize("gain", [1e-6, 0.1, 10.0, 1e20])
def test_louder_audio_is_moved_up(extractor, audio, gain):
    """By a quarter of a decade of power, as long as nothing reaches the floor."""
    loud = features(extractor, [audio[:16_000]], padding=False)
    scaled = features(extractor, [(audio[:16_000] * gain)], padding=False)
    if gain > 1e-3:
        assert np.abs(scaled - loud - np.log10(gain) / 2).max() < 1e-3
    else:
        assert (scaled >= SILENCE).all()


def test_a_tone_is_where_it_belongs():
    extractor = WhisperFeatureExtractor(chunk_length=1)
    centres = extractor.mel_filters.argmax(axis=0) * 40.0
    for hertz in (300.0, 1_000.0, 3_000.0):
        tone = np.sin(2 * np.pi * hertz * np.arange(16_000) / 16_000)
        loudest = features(extractor, tone)[0, :, 50].argmax()
        assert abs(centres[loudest] - hertz) <= max(40.0, 0.05 * hertz)


def test_batches_and_long_recordings_give_what_single_ones_give(extractor, audio):
    recordings = [audio, audio[:5_000], np.tile(audio, 4), audio[:0]]
    together = features(extractor, recordings)
    assert np.array_equal(together, np.concatenate([features(extractor, one) for one in recordings]))
    whole = features(extractor, np.tile(audio, 40), truncation=False)  # 50 seconds
    assert whole.shape == (1, 16, 5_000)
    assert np.abs(whole[0] - reference(np.tile(audio, 40), 800_000)).max() < 1e-5


def test_attributes_of_the_published_class():
    extractor = WhisperFeatureExtractor()
    assert (extractor.n_samples, extractor.nb_max_frames, extractor.mel_filters.shape) == (480_000, 3_000, (201, 80))
    with pytest.raises(ValueError, match="read-only"):
        extractor.mel_filters[0] = 1


# Options -------------------------------------------------------------------------------------------------------


def test_lengths(extractor, audio):
    two = [audio, audio[:9_000]]
    assert features(extractor, two).shape == (2, 16, 200)
    assert features(extractor, two, padding="longest").shape == (2, 16, 125)
    assert features(extractor, two, padding=True, max_length=8_000).shape == (2, 16, 50)
    assert features(extractor, two, padding=True, pad_to_multiple_of=8_000).shape == (2, 16, 150)
    assert features(extractor, audio, max_length=10_000, pad_to_multiple_of=7_000).shape == (1, 16, 87)
    assert features(extractor, np.tile(audio, 3), truncation=False).shape == (1, 16, 375)
    ragged = extractor(two, padding=False, return_attention_mask=True)
    assert [item.shape for item in ragged["input_features"]] == [(16, 125), (16, 56)]
    assert [len(mask) for mask in ragged["attention_mask"]] == [125, 56]
    with pytest.raises(InputError, match=r"\(16, 125\), \(16, 56\) do not make a tensor; pass padding=True"):
        features(extractor, two, padding=False)
    with pytest.raises(InputError, match="Unknown padding 'longst'. Did you mean 'longest'"):
        features(extractor, two, padding="longst")
    with pytest.raises(InputError, match="max_length is a whole number"):
        features(extractor, two, max_length=-1)


def test_kinds_of_results(extractor, audio):
    torch = pytest.importorskip("torch")
    as_arrays = extractor(audio, return_attention_mask=True)
    assert isinstance(as_arrays["input_features"], list)
    assert isinstance(as_arrays["attention_mask"], np.ndarray)
    as_numpy = extractor(audio, return_tensors="numpy")
    assert "attention_mask" not in as_numpy
    as_torch = extractor(audio, return_tensors="torch", return_attention_mask=True, device="cpu")
    assert as_torch["input_features"].dtype == torch.float32
    assert as_torch["attention_mask"].dtype == torch.int32
    as_lists = extractor(audio, return_tensors="list", return_attention_mask=True)
    assert type(as_lists["input_features"][0][0][0]) is float
    assert type(as_lists["attention_mask"][0][0]) is int
    for result in (as_arrays, as_torch, as_lists):
        assert np.array_equal(np.asarray(result["input_features"]), as_numpy["input_features"])
    with pytest.raises(InputError, match="return_tensors 'torhc'. Did you mean 'torch'"):
        extractor(audio, return_tensors="torhc")


def test_the_config_can_ask_for_the_mask_and_for_the_left_side(audio):
    extractor = WhisperFeatureExtractor(
        feature_size=16, chunk_length=2, return_attention_mask=True, padding_side="left"
    )
    result = extractor(audio[:16_000], return_tensors="numpy")
    assert result["attention_mask"].tolist() == [[0] * 100 + [1] * 100]
    assert np.abs(result["input_features"][0] - reference(np.pad(audio[:16_000], (16_000, 0)), 32_000)).max() < 1e-5
    assert "attention_mask" not in extractor(audio, return_attention_mask=False)
    with pytest.raises(InputError, match="padding_side is 'right' or 'left'"):
        WhisperFeatureExtractor(padding_side="up")


def test_normalization_takes_loudness_and_offset_away(extractor, audio):
    plain = features(extractor, audio, do_normalize=True)
    assert np.abs(features(extractor, audio * 0.1 + 0.2, do_normalize=True) - plain).max() < 1e-3
    assert np.isfinite(features(extractor, [np.ones(500), np.empty(0), audio * 1e30], do_normalize=True)).all()


def test_another_rate_is_an_error(extractor, audio):
    assert features(extractor, audio, sampling_rate=16_000).shape == (1, 16, 200)
    with pytest.raises(ValueError, match=r"takes audio of 16000 Hz; found sampling_rate=8000.*resample_audio"):
        extractor(audio, sampling_rate=8_000)
    with pytest.raises(TypeError, match="sampling_rte"):
        extractor(audio, sampling_rte=16_000)


# Inputs --------------------------------------------------------------------------------------------------------


def pcm(audio: np.ndarray, rate: int = 16_000) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(audio.astype("<i2").tobytes())
    return buffer.getvalue()


def test_every_way_to_give_audio(extractor, tmp_path: Path):
    torch = pytest.importorskip("torch")
    pytest.importorskip("soundfile")
    whole = np.random.default_rng(2).integers(-9_000, 9_000, 6_400).astype(np.int16)
    audio = (whole / 32_768).astype(np.float32)
    path = tmp_path / "a.wav"
    path.write_bytes(pcm(whole))
    expected = features(extractor, audio)
    ways = {
        "float64": audio.astype(np.float64),
        "list": audio.tolist(),
        "tuple": tuple(audio.tolist()),
        "torch": torch.from_numpy(audio).requires_grad_(),
        "int16": whole,
        "int32": whole.astype(np.int32) * 2**16,
        "strided": np.repeat(audio, 2)[::2],
        "path": path,
        "text path": str(path),
        "bytes": path.read_bytes(),
        "file": io.BytesIO(path.read_bytes()),
        "column": {"array": audio, "sampling_rate": 16_000, "path": None},
        "undecoded column": {"bytes": path.read_bytes(), "path": "a.wav"},
        "column of paths": {"bytes": None, "path": str(path)},
    }
    for name, way in ways.items():
        assert np.array_equal(features(extractor, way), expected), name
        assert np.array_equal(features(extractor, [way, way]), np.concatenate([expected] * 2)), name
    batches = {
        "array": np.stack([audio, audio]),
        "tensor": torch.from_numpy(np.stack([audio, audio])),
        "objects": np.array([audio, audio.tolist(), None], dtype=object)[:2],
        "generator": (audio for _ in range(2)),
        "mixed": (audio, path),
    }
    for name, batch in batches.items():
        assert np.array_equal(features(extractor, batch), np.concatenate([expected] * 2)), name


def test_eight_bits(extractor):
    levels = np.array([0, 128, 255] * 500, dtype=np.uint8)
    assert np.array_equal(features(extractor, levels), features(extractor, (levels / 128.0 - 1.0).astype(np.float32)))


def test_tensors_of_half_precision(extractor):
    torch = pytest.importorskip("torch")
    levels = torch.tensor([0.0, 0.5, -0.25, -1.0] * 500)
    expected = features(extractor, levels)
    for precision in (torch.float16, torch.bfloat16):
        assert np.array_equal(features(extractor, levels.to(precision)), expected)


def test_files_and_columns_are_resampled(extractor):
    pytest.importorskip("soundfile")
    pytest.importorskip("soxr")
    tone = np.sin(2 * np.pi * 500 * np.arange(44_100) / 44_100) * 0.5
    expected = features(extractor, np.sin(2 * np.pi * 500 * np.arange(16_000) / 16_000) * 0.5)[0, :, 5:95]
    for way in (pcm(tone * 32_767, 44_100), {"array": tone, "sampling_rate": 44_100}):
        got = features(extractor, way)[0, :, 5:95]
        loud = expected > expected.max() - 1.0
        assert np.abs(got - expected)[loud].max() < 0.01


@pytest.mark.parametrize(
    ("recordings", "message"),
    [
        ([], "There is no audio"),
        ([1.0, "a"], "Audio 0 is not an array of real numbers"),
        ([[0.0, 1.0], [None]], "Audio 1 is not an array of real numbers"),
        (None, "found None"),
        (7, "found int"),
        (np.float32(1), "Only mono audio is supported"),
        (np.zeros(10, dtype=complex), "its type is complex128"),
        (np.zeros(10, dtype=bool), "its type is bool"),
        (np.zeros((2, 2, 500)), "Only mono audio is supported"),
        (np.zeros((500, 2)), "looks like 2 channels"),
        ([np.zeros((2, 500))], r"audio 0 has shape \(2, 500\)"),
        ([[0.0], [0.0, np.nan, np.inf]], "Audio 1 holds 2 values that are not finite numbers"),
        (np.array([1e300]), "not finite numbers"),
        ([10**400], "not an array of real numbers|not finite numbers"),
        ([{"text": "a"}], "Audio 0 is a mapping without 'array', 'bytes' or 'path'; it has: text"),
        ({"array": [0.0], "sampling_rate": "fast"}, "A sampling rate is a whole number"),
    ],
    ids=str,
)
def test_what_is_no_audio(extractor, recordings, message):
    with pytest.raises(InputError, match=message):
        extractor(recordings)


def test_audio_shorter_than_a_frame(extractor, audio):
    assert features(extractor, audio[:159]).shape == (1, 16, 200)
    assert features(extractor, audio[:160], padding="longest").shape == (1, 16, 1)
    for short in (audio[:159], audio[:0]):
        with pytest.raises(InputError, match="Audio 1 is too short: .* padding='max_length'"):
            extractor([audio, short], padding=False)


def test_errors_of_files_come_through(extractor, tmp_path):
    pytest.importorskip("soundfile")
    with pytest.raises(AudioFileError, match=r"none\.wav"):
        extractor(tmp_path / "none.wav")


def test_arrays_need_no_extra(extractor, audio, monkeypatch):
    for module in ("soundfile", "soxr", "torch"):
        monkeypatch.setitem(sys.modules, module, None)
    assert features(extractor, [audio, {"array": audio, "sampling_rate": 16_000}]).shape == (2, 16, 200)
    with pytest.raises(MissingExtraError, match="torch"):
        extractor(audio, return_tensors="torch")
    with pytest.raises(MissingExtraError, match=r"hezar\[audio\]"):
        extractor(b"RIFF")


# pad -----------------------------------------------------------------------------------------------------------


def test_pad():
    extractor = AudioFeatureExtractor(AudioFeatureExtractorConfig(padding_value=-1.0))
    rows = [{"input_features": np.ones((3, 2)), "labels": [7]}, {"input_features": [[1, 1]], "labels": [8, 9]}]
    batch = extractor.pad(rows, return_attention_mask=True)
    assert batch["input_features"].tolist() == [[[1, 1]] * 3, [[1, 1], [-1, -1], [-1, -1]]]
    assert batch["attention_mask"].tolist() == [[1, 1, 1], [1, 0, 0]]
    assert batch["labels"] == [[7], [8, 9]]
    left = AudioFeatureExtractor(padding_side="left").pad({"input_features": [[1.0], [1.0, 2.0]]})
    assert left["input_features"].tolist() == [[0, 1], [1, 2]]
    given = extractor.pad(
        [{"input_features": [1.0], "attention_mask": [0]}, {"input_features": [1.0] * 2, "attention_mask": [1, 1]}]
    )
    assert given["attention_mask"].tolist() == [[0, 0], [1, 1]]
    ragged = extractor.pad(rows, padding=False, max_length=2, truncation=True)
    assert [len(item) for item in ragged["input_features"]] == [2, 1]
    assert extractor.pad(rows, max_length=2, truncation=True, pad_to_multiple_of=4)["input_features"].shape == (2, 4, 2)
    assert np.array_equal(rows[0]["input_features"], np.ones((3, 2)))


@pytest.mark.parametrize(
    ("items", "options", "message"),
    [
        ([{"features": [1]}], {}, "There are no 'input_features' to pad; found: features"),
        ([], {}, "mappings that all have the same keys"),
        ({"input_features": []}, {}, "There are no 'input_features'"),
        ([{"input_features": [1]}, {"a": [1]}], {}, "the same keys"),
        ([{"input_features": ["a"]}], {}, "Item 0 is not an array of numbers"),
        ([{"input_features": 1.0}], {}, "item 0 has"),
        ([{"input_features": [1.0]}], {"truncation": True}, "truncation=True needs max_length"),
        ([{"input_features": [1.0]}], {"padding": "max_length"}, "padding='max_length' needs max_length"),
        ([{"input_features": [1.0]}], {"padding": "x"}, "Unknown padding 'x'"),
        (
            [{"input_features": [1.0]}, {"input_features": [1.0] * 2}],
            {"padding": False, "return_tensors": "numpy"},
            "do not make a tensor",
        ),
    ],
    ids=str,
)
def test_what_cannot_be_padded(items, options, message):
    with pytest.raises(InputError, match=message):
        AudioFeatureExtractor().pad(items, **options)


# Saving --------------------------------------------------------------------------------------------------------


def test_save_load(tmp_path, audio):
    extractor = build_preprocessor("whisper_feature_extractor", feature_size=24, chunk_length=1)
    extractor.save(tmp_path)
    assert [path.name for path in (tmp_path / "preprocessor").iterdir()] == ["feature_extractor_config.yaml"]
    for base in (Preprocessor, AudioFeatureExtractor, WhisperFeatureExtractor):
        loaded = base.load(tmp_path)
        assert type(loaded) is WhisperFeatureExtractor
        assert np.array_equal(features(loaded, audio), features(extractor, audio))
    assert AudioFeatureExtractor.load(tmp_path, feature_size=8).mel_filters.shape == (201, 8)
    container = Preprocessor.load(tmp_path, force_return_dict=True)
    assert container.audio_feature_extractor is container["whisper_feature_extractor"]


def test_wrong_configs():
    with pytest.raises(UnknownFieldError, match="feature_siz"):
        WhisperFeatureExtractor(feature_siz=80)
    for sizes in ({"hop_length": 0}, {"n_fft": 1}, {"chunk_length": -1}):
        with pytest.raises(ConfigError, match="expected a number at least"):
            WhisperFeatureExtractor(WhisperFeatureExtractorConfig(**sizes))
    for sizes in ({"feature_size": 10**12}, {"n_fft": 10**9}, {"chunk_length": 10**9}, {"padding_value": float("nan")}):
        with pytest.raises(ConfigError, match="expected a"):
            WhisperFeatureExtractor(**sizes)
    with pytest.raises(InputError, match="at most"):
        WhisperFeatureExtractor(chunk_length=3600, sampling_rate=1_000_000, hop_length=1)


def test_push_to_hub(hub):
    extractor = WhisperFeatureExtractor(feature_size=24)
    extractor.push_to_hub("tester/ears")
    assert Preprocessor.load("tester/ears").config == extractor.config
