"""CRAFT's image processor, besides the golden case."""

from __future__ import annotations

import numpy as np
import pytest

from hezar_data import CraftImageProcessor, Preprocessor
from hezar_registry import InputError

MEAN, STD = np.array([123.675, 116.28, 103.53]), np.array([58.395, 57.12, 57.375])


def page(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(height * width).integers(0, 256, (height, width, 3), dtype=np.uint8)


def test_ratios_follow_the_options_of_the_call():
    """1.0.0 resized by the options of the call and returned the ratio of the config."""
    processor = CraftImageProcessor()
    inputs = processor(page(20, 50), mag_ratio=1.5, return_tensors="numpy")
    assert inputs["ratio_values"] == [1.5]
    assert inputs["pixel_values"].shape == (1, 3, 32, 96)
    for size in (25, (25, 25)):
        inputs = processor(page(20, 50), size=size, return_tensors="numpy")
        assert inputs["ratio_values"] == [0.5]
        assert inputs["pixel_values"].shape == (1, 3, 32, 32)


def test_the_canvas_is_black_before_it_is_normalised():
    image = page(20, 50)
    (pixels,) = CraftImageProcessor()(image, return_tensors="numpy")["pixel_values"]
    np.testing.assert_allclose(pixels[:, :20, :50], ((image - MEAN) / STD).transpose(2, 0, 1), atol=1e-5)
    np.testing.assert_allclose(
        pixels[:, 20:, 50:], np.broadcast_to((-MEAN / STD)[:, None, None], (3, 12, 14)), atol=1e-5
    )


def test_smaller_canvases_of_a_batch_are_filled_up():
    wide, tall = page(20, 90), page(70, 30)
    processor = CraftImageProcessor()
    both = processor([wide, tall], return_tensors="numpy")
    assert both["pixel_values"].shape == (2, 3, 96, 96)
    assert both["ratio_values"] == [1.0, 1.0]
    alone = processor(tall, return_tensors="numpy")["pixel_values"]
    assert np.array_equal(both["pixel_values"][1, :, :96, :32], alone[0])


def test_extreme_shapes_keep_a_pixel():
    inputs = CraftImageProcessor(square_size=64)(page(1, 1000), return_tensors="numpy")
    assert inputs["pixel_values"].shape == (1, 3, 32, 64)


def test_gray_images_and_lists():
    inputs = CraftImageProcessor()(page(20, 50)[..., 0], return_tensors="list")
    assert np.shape(inputs["pixel_values"]) == (1, 3, 32, 64)  # as in 1.0.0
    assert inputs["ratio_values"] == [1.0]
    empty = CraftImageProcessor()([], return_tensors="numpy")
    assert (empty["pixel_values"].shape, empty["ratio_values"]) == ((0, 3, 0, 0), [])


@pytest.mark.parametrize("options", [{"size": 0}, {"mag_ratio": -1}, {"size": "large"}, {"gray_scale": True}])
def test_wrong_options(options: dict):
    with pytest.raises(InputError):
        CraftImageProcessor()(page(20, 50), return_tensors="numpy", **options)


def test_save_and_load(tmp_path):
    CraftImageProcessor(square_size=640, mag_ratio=1.5).save(tmp_path)
    loaded = Preprocessor.load(tmp_path)
    assert type(loaded) is CraftImageProcessor
    assert (loaded.config.square_size, loaded.config.mag_ratio) == (640, 1.5)
    assert loaded(page(20, 50), return_tensors="numpy")["ratio_values"] == [1.5]
