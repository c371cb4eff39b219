"""Parity of feature extractors and audio helpers with Hezar 1.0.0."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hezar_data
from golden_replay import GOLDEN, assert_matches, case_id, cases, decode, load_tensors, replay, tolerance
from hezar_data import Preprocessor, window_function

HELPERS = ("mel_filter_bank", "hertz_to_mel", "mel_to_hertz", "window_function", "spectrogram", "power_to_db")


def make_extractor(folder: Path, init: dict[str, Any]) -> Any:
    # Calls that do not depend on the config name no folder of the case.
    return Preprocessor.load(folder if folder.is_dir() else folder.with_name("small"), **init)


@pytest.mark.parametrize("case", cases("feature_extractor"), ids=case_id)
def test_feature_extractors(case: Path):
    assert replay(case, make_extractor) >= 12


def test_a_whole_window():
    """The features of 30 seconds, of which a summary is recorded."""
    case = GOLDEN / "whisper_feature_extractor"
    expected = json.loads((case / "default_summary.json").read_text(encoding="utf-8"))
    extractor = Preprocessor.load(case / "default")
    audio = decode({"$audio": expected["input"], "as": "numpy_float32"}, case, {})
    result = extractor(audio, return_tensors="numpy", return_attention_mask=True)
    features, mask = result["input_features"], result["attention_mask"]
    assert list(features.shape) == expected["shape"]
    for name in ("mean", "min", "max"):
        assert getattr(features, name)() == pytest.approx(expected[name], abs=1e-4)
    assert (list(mask.shape), int(mask.sum())) == (expected["attention_mask_shape"], expected["attention_mask_sum"])
    assert np.array_equal(extractor(case / expected["input"], return_tensors="numpy")["input_features"], features)


@pytest.mark.parametrize("helper", HELPERS)
def test_helpers(helper: str):
    case = GOLDEN / "utils"
    tensors = load_tensors(case)
    calls = json.loads((case / "expected.json").read_text(encoding="utf-8"))["calls"]
    recorded = [call for call in calls if call["method"] == helper]
    assert recorded
    for call in recorded:
        args, kwargs = decode(call["args"], case, tensors), decode(call["kwargs"], case, tensors)
        if helper == "spectrogram":  # the case leaves these out
            kwargs = {"window": window_function(64), "frame_length": 64, "hop_length": 32} | kwargs
        got = getattr(hezar_data, helper)(*args, **kwargs)
        assert_matches(got, call["output"], tensors, **tolerance(case), where=f"call {call['id']}")
