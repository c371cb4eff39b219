"""The single steps of `hezar.utils` on images."""

from __future__ import annotations

import inspect
import json
from typing import Any

import numpy as np
import pytest
from PIL import Image

from golden_replay import GOLDEN, replay
from hezar import utils
from hezar_registry import HezarError, InputError

UTILS = GOLDEN / "utils"
RGB = np.random.default_rng(0).integers(0, 256, (6, 9, 3), dtype=np.uint8)


def image_helpers() -> set[str]:
    names = [
        name
        for name in utils.__all__
        if inspect.getmodule(getattr(utils, name)).__name__ in ("hezar_data.helpers.images", "hezar_data.helpers.boxes")
    ]
    assert len(names) == 14
    return set(names)


def test_golden(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(UTILS)
    helpers = image_helpers()
    calls = json.loads((UTILS / "expected.json").read_text(encoding="utf-8"))["calls"]
    others = {("utils", call["id"]): "no image" for call in calls if call["method"] not in helpers}

    def call(_: Any, method: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if method in ("draw_boxes", "crop_boxes"):
            args = [utils.load_image("inputs/a.png"), *args]
        result = getattr(utils, method)(*args, **kwargs)
        if method == "crop_boxes":
            return [np.asarray(crop) for crop in result]
        return np.asarray(result) if isinstance(result, Image.Image) else result

    assert replay(UTILS, lambda folder, init: None, call, others) == 13


@pytest.mark.parametrize("layout", [(0, 1, 2), (2, 0, 1)], ids=["last", "first"])
def test_conversions_come_back(layout: tuple[int, ...]):
    torch = pytest.importorskip("torch")
    array = RGB.transpose(layout)
    image = utils.convert_image_type(array, "pillow")
    assert (image.mode, image.size) == ("RGB", (9, 6))
    assert np.array_equal(utils.convert_image_type(image), RGB)
    tensor = utils.convert_image_type(array, "torch")
    assert tensor.dtype == torch.uint8
    assert np.array_equal(utils.convert_image_type(tensor), array)
    tensor.zero_()
    assert RGB.any(), "the tensor is a copy"


def test_gray_images_have_their_one_channel_first():
    gray = Image.fromarray(RGB[..., 0])
    assert np.array_equal(utils.convert_image_type(gray), RGB[None, ..., 0])
    assert utils.convert_image_type(RGB[None, ..., 0], "pillow").mode == "L"
    assert utils.convert_image_type(RGB > 100, "pillow").getpixel((0, 0)) in (
        (0, 0, 0),
        *[tuple(255 * (RGB[0, 0] > 100))],
    )


def test_loading_turns_upright_and_drops_alpha(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(RGB).convert("RGBA").save(tmp_path / "a.png", exif=exif)
    assert np.array_equal(utils.load_image(tmp_path / "a.png", "numpy"), np.rot90(RGB, -1))


def test_normalizing_integers_is_exact():
    expected = (RGB - np.array([0.5, 1, 2])) / np.array([0.2, 3, 4])
    result = utils.normalize_image(RGB, [0.5, 1, 2], [0.2, 3, 4], channel_axis="last")
    assert result.dtype == np.float32
    np.testing.assert_allclose(result, expected, rtol=1e-6)
    assert utils.normalize_image(RGB.astype(float), 1, 2).dtype == np.float64


def test_drawing_is_on_the_image_that_is_given():
    image = Image.fromarray(RGB)
    assert utils.draw_boxes(image, [(1, 1, 3, 3)], (255, 0, 0)) is image
    assert image.getpixel((1, 1)) == image.getpixel((4, 4)) == (255, 0, 0)
    before = RGB.copy()
    assert utils.draw_boxes(RGB, [(1, 1, 3, 3)]).getpixel((1, 1)) == (0, 255, 0)
    assert np.array_equal(before, RGB)


def test_crops():
    (crop,) = utils.crop_boxes(RGB, [(2, 1, 4, 3)], None)
    assert np.array_equal(np.asarray(crop), RGB[1:4, 2:6])


def test_saving_makes_folders_and_replaces_at_once(tmp_path):
    path = tmp_path / "a" / "b.png"
    utils.save_image(RGB, path)
    assert np.array_equal(utils.load_image(path, "numpy"), RGB)
    with pytest.raises(InputError, match="not an image format"):
        utils.save_image(RGB, path.with_suffix(".xyz"))
    with pytest.raises(InputError, match="cannot be written"):
        utils.save_image(Image.fromarray(RGB).convert("CMYK"), path)
    assert np.array_equal(utils.load_image(path, "numpy"), RGB)
    assert [entry.name for entry in path.parent.iterdir()] == ["b.png"]


def test_showing_goes_to_the_viewer(monkeypatch: pytest.MonkeyPatch):
    shown = []
    monkeypatch.setattr(Image.Image, "show", lambda self, title=None: shown.append((self.size, title)))
    utils.show_image(RGB, "a title")
    assert shown == [((9, 6), "a title")]


@pytest.mark.parametrize(
    ("method", "args", "message"),
    [
        ("convert_image_type", (RGB[None],), "two or three dimensions"),
        ("convert_image_type", (RGB, "pilow"), "Did you mean 'pillow'"),
        ("convert_image_type", (RGB / 255, "pillow"), "not 8-bit levels"),
        ("convert_image_type", (np.zeros((5, 6, 7), np.uint8), "pillow"), "not an image"),
        ("resize_image", (RGB, (0, 4)), "size is"),
        ("resize_image", (RGB, (1, 2, 3)), "size is"),
        ("normalize_image", (RGB, [1, 2], 1), "2 values for 3 channels"),
        ("transpose_channels_axis_side", (RGB[..., 0], "first"), "no axis of channels"),
        ("transpose_channels_axis_side", (RGB, "middle"), "axis_side"),
        ("load_image", ("absent.png",), "absent.png"),
        ("load_image", (b"no image",), "not an image in a format"),
        ("pad_boxes", ([(1, 2, 3)], 1), "A box is"),
    ],
)
def test_errors(method: str, args: tuple[Any, ...], message: str):
    with pytest.raises(HezarError, match=message):
        getattr(utils, method)(*args)
