"""The image processor's options, results, and what it needs installed; its inputs are in `test_image_inputs`."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from PIL import Image

from hezar_data import ImageProcessor, ImageProcessorConfig, Preprocessor, build_preprocessor
from hezar_registry import HezarError, InputError

RGB = np.random.default_rng(2).integers(0, 256, (20, 30, 3), dtype=np.uint8)
FULL: dict[str, Any] = {
    "mean": [0.5, 0.4, 0.3],
    "std": [0.2, 0.3, 0.4],
    "rescale": 1 / 255,
    "size": [8, 6],
    "mirror": True,
}


def pixels(processor: ImageProcessor, image: Any = RGB, **options: Any) -> np.ndarray:
    return processor(image, return_tensors="numpy", **options)["pixel_values"]


def test_steps_in_the_published_order():
    """Against the steps written out with Pillow and float64."""
    for resample in (None, 0, 1, 2, 3, 4, 5):
        image = Image.fromarray(RGB).transpose(Image.Transpose.FLIP_LEFT_RIGHT).resize((8, 6), resample)
        expected = (np.asarray(image) / 255 - FULL["mean"]) / FULL["std"]
        np.testing.assert_allclose(
            pixels(ImageProcessor(**FULL, resample=resample)), expected.transpose(2, 0, 1)[None], atol=1e-6
        )
    gray = Image.fromarray(RGB).convert("L").resize((8, 6))
    result = pixels(ImageProcessor(gray_scale=True, size=[8, 6], mean=[100], std=[50]))
    np.testing.assert_allclose(result[0, 0], (np.asarray(gray) - 100.0) / 50, atol=1e-6)


def test_normalising_levels_is_exact():
    """1.0.0 cast mean and std to the type of the image: 0.5 became 0, and what was below the mean wrapped around."""
    result = pixels(ImageProcessor(mean=[127.5], std=[0.5]))
    np.testing.assert_allclose(result[0], (RGB.transpose(2, 0, 1) - 127.5) / 0.5)


@pytest.mark.parametrize(
    ("option", "value"),
    [("mean", [0.1, 0.2, 0.3]), ("std", 0.5), ("rescale", 0.5), ("size", (5, 9)), ("resample", 0), ("mirror", False)],
)
def test_options_of_a_call_win(option: str, value: Any):
    processor = ImageProcessor(**FULL)
    got = pixels(processor, **{option: value})
    stored = list(value) if isinstance(value, tuple) else [value] if option == "std" else value
    assert np.array_equal(got, pixels(ImageProcessor(**FULL | {option: stored})))
    assert not np.array_equal(got, pixels(processor))
    assert processor.config.to_dict() == ImageProcessor(**FULL).config.to_dict()


@pytest.mark.parametrize("option", ["mean", "std", "rescale", "size", "mirror"])
def test_false_leaves_a_step_out(option: str):
    without = {name: value for name, value in FULL.items() if name != option}
    assert np.array_equal(pixels(ImageProcessor(**FULL), **{option: False}), pixels(ImageProcessor(**without)))


def test_return_tensors():
    torch = pytest.importorskip("torch")
    processor = ImageProcessor(size=[8, 6])
    expected = pixels(processor)
    default = processor(RGB)["pixel_values"]
    assert (type(default), default.dtype) == (torch.Tensor, torch.float32)
    assert np.array_equal(default.numpy(), expected)
    assert processor(RGB, device="meta")["pixel_values"].device.type == "meta"
    assert np.array_equal(processor(RGB, return_tensors=None)["pixel_values"], expected)
    assert processor(RGB, return_tensors="list")["pixel_values"] == expected[0].tolist()
    assert processor([RGB], return_tensors="list")["pixel_values"] == expected.tolist()
    with pytest.raises(InputError, match="return_tensors"):
        processor(RGB, return_tensors="pil")


def test_an_empty_list_is_an_empty_batch():
    assert pixels(ImageProcessor(**FULL), []).shape == (0, 3, 6, 8)
    assert pixels(ImageProcessor(gray_scale=True), []).shape == (0, 1, 0, 0)


def test_batches_are_what_their_images_are_alone():
    images = [np.roll(RGB, i, axis=0)[: 20 - i] for i in range(12)]
    processor = ImageProcessor(**FULL)
    assert np.array_equal(pixels(processor, images), np.concatenate([pixels(processor, p) for p in images]))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"size": 224}, r"\(width, height\)"),
        ({"size": [1, 2, 3]}, r"\(width, height\)"),
        ({"size": [0, 5]}, "whole pixels"),
        ({"size": [5.5, 5]}, "whole pixels"),
        ({"size": "large"}, "takes numbers"),
        ({"resample": 9}, "2 bilinear"),
        ({"resample": "bilinear"}, "2 bilinear"),
        ({"mean": [1, 2], "std": [1, 2]}, "one for each channel"),
        ({"mean": [1, 2, 3], "std": [1, 2, 3], "gray_scale": True}, "1 with gray_scale"),
        ({"mean": [0], "std": [0]}, "cannot be 0"),
        ({"mean": ["x"], "std": [1]}, "takes numbers"),
        ({"rescale": float("inf")}, "finite"),
    ],
)
def test_wrong_options(options: dict[str, Any], message: str):
    with pytest.raises(InputError, match=message):
        pixels(ImageProcessor(), **options)


def test_wrong_fields():
    with pytest.raises(HezarError, match="rescale"):
        ImageProcessor(rescal=1 / 255)


def test_save_and_load(tmp_path):
    processor = ImageProcessor(ImageProcessorConfig(size=[8, 6]), rescale=1 / 255)
    processor.save(tmp_path)
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.yaml")] == [
        "preprocessor/image_processor_config.yaml"
    ]
    loaded = Preprocessor.load(tmp_path, mirror=True)
    assert type(loaded) is ImageProcessor
    assert np.array_equal(pixels(loaded), pixels(processor, mirror=True))
    container = Preprocessor.load(tmp_path, force_return_dict=True)
    assert container.image_processor is container["image_processor"]
    assert np.array_equal(
        pixels(build_preprocessor("image_processor", size=[8, 6], rescale=1 / 255)), pixels(processor)
    )


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout


def test_torch_and_opencv_are_not_needed():
    code = """
import sys
sys.modules["torch"] = sys.modules["cv2"] = None
import numpy as np
from hezar_data import ImageProcessor
from hezar_registry import MissingExtraError
image = np.zeros((5, 6, 3), dtype=np.uint8)
print(ImageProcessor()(image, return_tensors="numpy")["pixel_values"].shape)
try:
    ImageProcessor()(image)
except MissingExtraError as error:
    print(error)
"""
    shape, error = run(code).strip().splitlines()
    assert shape == "(1, 3, 5, 6)"
    assert "hezar-models" in error


def test_without_pillow_the_extra_is_named():
    code = """
import sys
sys.modules["PIL"] = None
import numpy as np
from hezar_data import CraftImageProcessor, ImageProcessor, convert_image_type
from hezar_registry import MissingExtraError
image = np.zeros((5, 6, 3), dtype=np.uint8)
for function in (
    lambda: ImageProcessor()(image, return_tensors="numpy"),
    lambda: CraftImageProcessor()(b"", return_tensors="numpy"),
    lambda: convert_image_type(image, "pillow"),
):
    try:
        function()
    except MissingExtraError as error:
        print(error)
"""
    lines = run(code).strip().splitlines()
    assert len(lines) == 3
    assert all('pip install "hezar[vision]"' in line for line in lines)
