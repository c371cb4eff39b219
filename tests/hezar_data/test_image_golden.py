"""Parity of the image processors with Hezar 1.0.0."""

from __future__ import annotations

from pathlib import Path

import pytest

from golden_replay import case_id, cases, replay
from hezar_data import Preprocessor

pytest.importorskip("torch", reason="the recorded tensors are torch's")


DEVIATIONS = {
    (
        "image_processor",
        32,
    ): "1.0.0 drops alpha, so that black writing on nothing becomes a black image; here it lies on white",
}


@pytest.mark.parametrize("case", cases("image_processor"), ids=case_id)
def test_image_processors(case: Path):
    assert replay(case, lambda folder, init: Preprocessor.load(folder, **init), deviations=DEVIATIONS)
