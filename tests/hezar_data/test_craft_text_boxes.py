"""Boxes from the score maps of CRAFT."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from golden_replay import GOLDEN, replay
from hezar_data.images.text_boxes import find_text_boxes, find_text_quadrilaterals
from hezar_registry import InputError

CASE = GOLDEN / "craft_post_process"


class TextDetectionOutput(SimpleNamespace):
    """Stands for the output class, which belongs to the model."""


def test_golden():
    def call(_: Any, method: str, args: list[Any], kwargs: dict[str, Any]) -> list[Any]:
        maps, ratios = args[0]["logits"], args[0]["ratio_values"]
        return [
            TextDetectionOutput(boxes=find_text_boxes(scores[..., 0], scores[..., 1], ratio=ratio, **kwargs))
            for scores, ratio in zip(maps, ratios, strict=True)
        ]

    polygons = {("craft_post_process", call_id): "polygons belong to the model" for call_id in (2, 5, 8)}
    assert replay(CASE, lambda folder, init: None, call, polygons) == 6


def test_two_letters_are_one_word_if_linked():
    text, link = np.zeros((40, 60), np.float32), np.zeros((40, 60), np.float32)
    text[10:20, 5:15] = text[10:20, 25:35] = 0.9
    assert len(find_text_boxes(text, link)) == 2
    link[12:18, 14:26] = 0.9
    ((x, y, width, height),) = find_text_boxes(text, link)
    assert x <= 10 < 70 <= x + width
    assert y <= 20 < 40 <= y + height
    assert find_text_boxes(text, link, ratio=0.5) == [(2 * x, 2 * y, 2 * width, 2 * height)]
    assert find_text_boxes(text, link, text_threshold=0.95) == []


def test_squares_are_upright():
    text = np.zeros((30, 30), np.float32)
    text[10:20, 10:20] = 0.9
    (corners,) = find_text_quadrilaterals(text, np.zeros_like(text))
    assert corners[0].tolist() == corners.min(axis=0).tolist()
    assert corners[2].tolist() == corners.max(axis=0).tolist()


@settings(max_examples=60, deadline=None)
@given(
    npst.arrays(
        np.float32, st.tuples(st.integers(1, 12), st.integers(1, 12), st.just(2)), elements=st.floats(0, 1, width=32)
    )
)
def test_any_map_gives_boxes(scores: np.ndarray):
    for box in find_text_boxes(scores[..., 0], scores[..., 1], text_threshold=0.2, low_text=0.1):
        assert all(isinstance(number, int) for number in box)
    assert find_text_quadrilaterals(scores[..., 0], scores[..., 1]).shape[1:] == (4, 2)


def test_wrong_maps():
    with pytest.raises(InputError, match="one shape"):
        find_text_boxes(np.zeros((3, 4)), np.zeros((4, 3)))
