"""What image processors take: every kind of image, and what happens with broken ones."""

from __future__ import annotations

import io
import struct
import threading
import zlib
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from PIL import Image

from hezar_data import ImageProcessor
from hezar_data.images import sources
from hezar_registry import InputError

RGB = np.random.default_rng(1).integers(0, 256, (12, 9, 3), dtype=np.uint8)
GRAY = RGB[..., 0]
PLAIN = ImageProcessor()
VIT = ImageProcessor(size=[8, 6], rescale=1 / 255, mean=[0.5] * 3, std=[0.5] * 3)


def encode(image: Image.Image, file_format: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def pixels(image: Any, processor: ImageProcessor = PLAIN, **options: Any) -> np.ndarray:
    return processor(image, return_tensors="numpy", **options)["pixel_values"]


# Kinds of input -------------------------------------------------------------------------------------------------


def test_every_kind_of_input_gives_the_same(tmp_path: Path):
    data = encode(Image.fromarray(RGB))
    path = tmp_path / "\u062a\u0635\u0648\u06cc\u0631.png"
    path.write_bytes(data)
    with path.open("rb") as file:
        kinds = [
            str(path), path, data, bytearray(data), memoryview(data), io.BytesIO(data), file,
            Image.fromarray(RGB), RGB, RGB.transpose(2, 0, 1), RGB.astype(np.float64), RGB.astype(np.int64),
        ]  # fmt: skip
        batch = pixels(kinds, VIT)
        assert np.array_equal(batch, np.repeat(pixels(RGB, VIT), len(kinds), axis=0))
        assert np.array_equal(pixels(iter(kinds), VIT), batch), "a second call gives the same"
        assert not file.closed


def test_tensors():
    torch = pytest.importorskip("torch")
    tensor = torch.from_numpy(RGB)
    floats = tensor.float().requires_grad_()
    for image in (tensor, tensor.permute(2, 0, 1), floats, tensor.bfloat16()):
        assert np.array_equal(pixels(image, VIT), pixels(RGB, VIT))
    assert pixels(torch.stack([tensor, tensor]), VIT).shape == (2, 3, 6, 8)


def test_batches_in_one_array():
    for batch in (np.stack([RGB, 255 - RGB]), np.stack([RGB, 255 - RGB]).transpose(0, 3, 1, 2)):
        assert np.array_equal(pixels(batch), pixels([RGB, 255 - RGB]))


def test_an_image_that_occurs_often_is_read_once(tmp_path: Path):
    path = tmp_path / "a.png"
    path.write_bytes(encode(Image.fromarray(RGB)))
    with Image.open(path) as image:  # not loaded yet, and not safe to be by two threads
        assert np.array_equal(pixels([image] * 50), np.repeat(pixels(RGB), 50, axis=0))


def test_addresses(monkeypatch: pytest.MonkeyPatch):
    data = encode(Image.fromarray(RGB))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/moved.png":
                self.send_response(302)
                self.send_header("Location", "/a.png")
            elif self.path == "/to-a-file":
                self.send_response(302)
                self.send_header("Location", "file:///etc/hostname")
            else:
                self.send_response(200 if self.path == "/a.png" else 404)
            self.end_headers()
            if self.path == "/a.png":
                self.wfile.write(data)

        def log_message(self, *args: object) -> None: ...

    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setattr(sources, "offline", lambda: False)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=partial(server.serve_forever, poll_interval=0.01))
        thread.start()
        try:
            root = f"http://127.0.0.1:{server.server_port}"
            assert np.array_equal(pixels([f"{root}/a.png", f"{root}/moved.png"]), pixels([RGB, RGB]))
            for path in ("/absent.png", "/to-a-file"):
                with pytest.raises(InputError, match=f"{path}.*the download failed"):
                    pixels(root + path)
            monkeypatch.setattr(sources, "MAX_DOWNLOAD_BYTES", 100)
            with pytest.raises(InputError, match="more than 100 bytes"):
                pixels(f"{root}/a.png")
            monkeypatch.setattr(sources, "offline", lambda: True)
            with pytest.raises(InputError, match="HF_HUB_OFFLINE"):
                pixels(f"{root}/a.png")
        finally:
            server.shutdown()
            thread.join()


# Colours and orientation ------------------------------------------------------------------------------------------


def test_a_transparent_image_lies_on_white():
    """Black writing on nothing, as a page of a PDF may be, is not a black image."""
    writing = np.zeros((12, 9), np.uint8)
    ink = np.zeros((12, 9), np.uint8)
    ink[3:5, 2:7] = 255
    seen = np.where(ink > 0, 0, 255).astype(np.uint8)
    rgba, la = np.dstack([writing] * 3 + [ink]), np.dstack([writing, ink])
    for image in (rgba, rgba.transpose(2, 0, 1), Image.fromarray(rgba), encode(Image.fromarray(rgba))):
        assert np.array_equal(pixels(image), pixels(np.dstack([seen] * 3)))
    for image in (la, Image.fromarray(la)):
        assert np.array_equal(pixels(image), pixels(seen))
    palette = Image.fromarray(np.dstack([seen] * 3)).quantize(2)
    palette.info["transparency"] = palette.getpixel((0, 0))
    assert np.array_equal(pixels(encode(palette)), pixels(np.dstack([seen] * 3)))


def test_what_is_half_transparent_is_half_white():
    half = np.dstack([np.zeros((12, 9, 3), np.uint8), np.full((12, 9), 128, np.uint8)])
    assert set(np.unique(pixels(half, ImageProcessor(rescale=None)))) == {127}


def test_an_opaque_image_keeps_its_colours():
    opaque = np.dstack([RGB, np.full_like(GRAY, 255)])
    for image in (opaque, Image.fromarray(opaque), opaque.astype(np.float32)):
        assert np.array_equal(pixels(image), pixels(RGB))


def test_gray_stays_gray_unless_colour_is_needed():
    for image in (GRAY, GRAY[..., None], GRAY[None], Image.fromarray(GRAY)):
        assert pixels(image).shape == (1, 1, 12, 9)
        assert np.array_equal(pixels(image, VIT), pixels(np.dstack([GRAY] * 3), VIT))
    assert pixels([GRAY, RGB]).shape == (2, 3, 12, 9)
    assert pixels(encode(Image.fromarray(GRAY))).shape == (1, 3, 12, 9), "a file is RGB"


def test_sixteen_bits_keep_their_upper_byte():
    wide = GRAY.astype(np.uint16) * 256 + 17
    for image in (wide, Image.fromarray(wide), wide.astype(">u2")):
        assert np.array_equal(pixels(image), pixels(GRAY))
    for file_format in ("PNG", "TIFF"):
        assert np.array_equal(pixels(encode(Image.fromarray(wide), file_format)), pixels(np.dstack([GRAY] * 3)))
    assert np.array_equal(pixels(RGB.astype(np.uint16) * 256), pixels(RGB))


def test_black_and_white():
    expected = pixels(np.where(GRAY > 100, np.uint8(255), np.uint8(0)))
    for image in (GRAY > 100, Image.fromarray(GRAY > 100)):
        assert np.array_equal(pixels(image), expected)
    assert np.array_equal(pixels(encode(Image.fromarray(GRAY > 100)))[:, :1], expected)


def test_other_colour_modes_become_rgb():
    image = Image.fromarray(RGB)
    palette = image.convert("P")
    for other in (palette, image.convert("CMYK"), image.convert("YCbCr"), image.convert("HSV"), image.convert("RGBX")):
        assert np.array_equal(pixels(other)[0], np.asarray(other.convert("RGB")).transpose(2, 0, 1))
    opaque = encode(palette, transparency=bytes([255] * 256))
    assert np.array_equal(pixels(opaque), pixels(palette))
    jpeg = encode(image.convert("CMYK"), "JPEG", quality=95)
    assert pixels(jpeg).shape == (1, 3, 12, 9)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation(orientation: int):
    turned = {1: RGB, 2: RGB[:, ::-1], 3: RGB[::-1, ::-1], 4: RGB[::-1], 5: RGB.transpose(1, 0, 2)}
    turned |= {6: np.rot90(RGB, -1), 7: np.rot90(RGB.transpose(1, 0, 2), 2), 8: np.rot90(RGB)}
    exif = Image.Exif()
    exif[0x0112] = orientation
    for file_format in ("PNG", "TIFF"):
        data = encode(Image.fromarray(RGB), file_format, exif=exif)
        assert np.array_equal(pixels(data), pixels(turned[orientation])), file_format
        with Image.open(io.BytesIO(data)) as image:
            assert np.array_equal(pixels(image), pixels(turned[orientation])), file_format


def test_a_broken_exif_block_is_passed_over():
    data = encode(Image.fromarray(RGB), exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff")
    assert np.array_equal(pixels(data), pixels(RGB))


def test_an_animation_shows_its_first_frame():
    frames = [Image.fromarray(RGB), Image.fromarray(255 - RGB)]
    data = encode(frames[0], save_all=True, append_images=frames[1:])
    assert np.array_equal(pixels(data), pixels(RGB))


def test_floats_are_not_rounded():
    quarter = RGB / 255
    np.testing.assert_allclose(pixels(quarter), quarter.transpose(2, 0, 1)[None], rtol=1e-6)
    resized = pixels(quarter, size=[4, 5], resample=2) * 255
    assert np.abs(resized - pixels(RGB, size=[4, 5], resample=2)).max() <= 1
    gray = pixels(quarter, gray_scale=True) * 255
    assert np.abs(gray - pixels(RGB, gray_scale=True)).max() <= 1
    assert pixels(Image.fromarray(GRAY / np.float32(255)), VIT).shape == (1, 3, 6, 8)


def test_floats_that_are_rescaled_already_are_noticed(caplog: pytest.LogCaptureFixture):
    rescaled = ImageProcessor(rescale=1 / 255)
    pixels([RGB, RGB / 255, RGB / 256], rescaled)
    assert "Image 1 and 1 others" in caplog.text
    assert "pass rescale=False" in caplog.text
    caplog.clear()
    pixels([RGB / 255], rescaled, rescale=False)
    pixels([RGB, RGB * 0.5], rescaled)
    assert not caplog.text


# Broken and huge ones ---------------------------------------------------------------------------------------------


def bomb(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def test_too_many_pixels():
    for side in (10_000, 60_000):
        with pytest.raises(InputError, match="MAX_IMAGE_PIXELS"):
            pixels(bomb(side, side))
    with pytest.raises(InputError, match="MAX_IMAGE_PIXELS"):
        pixels(RGB, size=[100_000, 100_000])


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"])
def test_truncated_files(file_format: str):
    data = encode(Image.fromarray(np.kron(RGB, np.ones((8, 8, 1), np.uint8))), file_format)
    for end in (0, 1, 10, len(data) // 2):
        with pytest.raises(InputError, match=r"Image 1 \(\d+ bytes\) cannot be read"):
            pixels([RGB, data[:end], b""])


@pytest.mark.parametrize(
    ("image", "message"),
    [
        ("absent.png", "absent.png"),
        ("", "cannot be read"),
        ("a\0b", "cannot be read"),
        (Path("/"), "cannot be read"),
        (b"<svg></svg>", "not an image in a format"),
        (io.StringIO("text"), "'rb'"),
        (None, "Expected an image"),
        (3, "Expected an image"),
        ({"image": RGB}, "Expected an image"),
        ([None], "An image is"),
        ([[RGB]], "An image is"),
        (np.zeros((0, 5, 3)), "no pixels"),
        (np.zeros((5, 6, 7)), "neither the first nor the last axis"),
        (np.zeros((1, 1, 5, 6, 3)), r"shape is \(1, 1, 5, 6, 3\)"),
        (np.float32(3), "shape is"),
        (np.full((5, 6), np.nan), "NaN"),
        (np.full((5, 6), -np.inf), "infinite"),
        (np.full((5, 6), 1e300), "go from"),
        (np.full((5, 6), 300), "from 300 to 300"),
        (np.full((5, 6), -1, np.int8), "from -1 to -1"),
        (np.full((5, 6), 1j), "complex128"),
        (np.full((5, 6), None), "object"),
        (np.full((5, 6), "x"), "<U1"),
        ([RGB, RGB[:5]], "image 0 is 9x12, image 1 is 9x5"),
    ],
)
def test_wrong_inputs(image: Any, message: str):
    with pytest.raises(InputError, match=message):
        pixels(image)


def test_a_reason_without_words_is_named_by_its_type():
    class Broken(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise EOFError

    with pytest.raises(InputError, match="cannot be read: EOFError"):
        pixels(Broken())


def test_a_closed_image_is_named():
    image = Image.open(io.BytesIO(encode(Image.fromarray(RGB))))
    image.close()
    with pytest.raises(InputError, match="Image 1 .a Pillow image of mode RGB"):
        pixels([RGB, image])


# Anything -----------------------------------------------------------------------------------------------------------

DTYPES = st.sampled_from(["u1", "i1", "<u2", ">u2", "i4", "u8", "f2", "f4", "f8", "?"]).map(np.dtype)
SHAPES = npst.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=5)


@settings(max_examples=150, deadline=None)
@given(
    image=npst.arrays(DTYPES, SHAPES), gray_scale=st.booleans(), mirror=st.booleans(), stats=st.sampled_from([0, 1, 3])
)
def test_any_array_gives_a_batch_or_a_clear_error(image: np.ndarray, gray_scale: bool, mirror: bool, stats: int):
    before = image.copy()
    options = {"size": (4, 3), "gray_scale": gray_scale, "mirror": mirror, "mean": [0.5] * stats, "std": [2.0] * stats}
    try:
        first = pixels(image, **options)
    except InputError as error:
        assert len(str(error)) > 20
        with pytest.raises(InputError):
            pixels(image, **options)
    else:
        count = len(image) if image.ndim == 4 else 1
        assert first.shape[0] == count or (image.ndim == 1 and not image.size)
        assert first.shape[1] in ((1,) if gray_scale else (3,) if stats == 3 else (1, 3))
        assert first.shape[2:] == (3, 4)
        assert first.dtype == np.float32
        assert np.array_equal(first, pixels(image, **options))
    assert np.array_equal(before, image, equal_nan=image.dtype.kind == "f")


@settings(max_examples=60, deadline=None)
@given(
    mode=st.sampled_from(
        ["1", "L", "LA", "La", "P", "PA", "RGB", "RGBA", "RGBa", "RGBX", "CMYK", "YCbCr", "HSV", "I", "F", "I;16"]
    ),
    size=st.tuples(st.integers(1, 6), st.integers(1, 6)),
    file_format=st.sampled_from([None, "PNG", "TIFF", "GIF", "JPEG", "WEBP", "BMP"]),
)
def test_any_image_gives_a_batch(mode: str, size: tuple[int, int], file_format: str | None):
    image: Any = Image.new(mode, size)
    if file_format:
        try:
            image = encode(image, file_format)
            Image.open(io.BytesIO(image)).load()
        except (OSError, ValueError, KeyError):
            return  # this format cannot hold the mode, or this version of Pillow cannot read what it wrote
    first = pixels(image, VIT)
    assert first.shape == (1, 3, 6, 8)
    assert np.array_equal(first, pixels(image, VIT))


@settings(max_examples=100, deadline=None)
@given(start=st.sampled_from(["PNG", "JPEG", "GIF", "TIFF", "WEBP"]), data=st.data())
def test_damaged_files_give_a_batch_or_a_clear_error(start: str, data: st.DataObject):
    content = bytearray(encode(Image.fromarray(RGB), start))
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        result = pixels(bytes(content), VIT)
    except InputError as error:
        assert "The image" in str(error)
    else:
        assert result.shape == (1, 3, 6, 8)
