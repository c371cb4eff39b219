"""``hezar caption``: names of images from the command line or line by line, texts out, and broken ones named."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from golden_replay import GOLDEN
from hezar.cli import hezar
from hezar.models import Model


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder with a tiny model, whose config has four beams."""
    folder = tmp_path_factory.mktemp("captioner")
    Model.load(GOLDEN / "model_vit_gpt2_image2text/model").save(folder)
    return str(folder)


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Names of three images, one of them Persian."""
    folder = tmp_path_factory.mktemp("images")
    names = ["a.png", "\u062a\u0635\u0648\u06cc\u0631 \u06f2.jpg", "c.webp"]
    for seed, name in enumerate(names):
        pixels = np.random.default_rng(seed).integers(0, 256, (40, 30 + 9 * seed, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / name)
    return [str(folder / name) for name in names]


@pytest.fixture
def broken(tmp_path: Path) -> str:
    """The name of a text file that says that it is an image."""
    path = tmp_path / "broken.png"
    path.write_text("این تصویر نیست", encoding="utf-8")
    return str(path)


def caption(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(hezar, ["caption", *arguments], input=stdin)


def texts(model: str, images: list[str], **options: int) -> list[str]:
    return [result.text for result in Model.load(model).predict(images, **options)]


def test_images_have_a_line_each(model: str, images: list[str]) -> None:
    result = caption("--model", model, *images)
    assert (result.exit_code, result.stderr) == (0, "")
    want = [f"{text}\t{image}" for text, image in zip(texts(model, images), images, strict=True)]
    assert result.stdout.splitlines() == want


@pytest.mark.parametrize("arguments", [(), ("-",)])
def test_names_come_from_standard_input_too(model: str, images: list[str], arguments: tuple[str, ...]) -> None:
    result = caption("--model", model, *arguments, stdin="\n".join(["", *images, " ", images[0], ""]))
    assert result.exit_code == 0
    assert [line.rpartition("\t")[2] for line in result.stdout.splitlines()] == [*images, images[0]]


def test_options_are_those_of_predict(model: str, images: list[str]) -> None:
    result = caption("--model", model, images[0], "--num-beams", "1", "--max-new-tokens", "3", "--batch-size", "2")
    assert result.stdout.splitlines() == [f"{texts(model, images[:1], num_beams=1, max_new_tokens=3)[0]}\t{images[0]}"]
    several = caption("--model", model, images[0], "-o", "num_return_sequences=3", "--json")
    rows = [json.loads(line) for line in several.stdout.splitlines()]
    assert [row["image"] for row in rows] == [images[0]] * 3
    assert len({row["text"] for row in rows}) > 1
    scored = caption("--model", model, images[0], "-o", "return_scores=true", "--json")
    assert json.loads(scored.stdout)["score"] < 0


def test_a_broken_image_is_named_and_does_not_end_the_rest(model: str, images: list[str], broken: str) -> None:
    given = [images[0], broken, images[1], "absent.png", images[2]]
    result = caption("--model", model, *given)
    assert result.exit_code == 1
    assert [line.rpartition("\t")[2] for line in result.stdout.splitlines()] == images
    first, second, last = result.stderr.splitlines()
    assert "broken.png" in first
    assert "cannot be read" in first
    assert "absent.png" in second
    assert last == "2 of 5 images could not be read."


def test_json_has_an_object_for_each_image_broken_or_not(model: str, images: list[str], broken: str) -> None:
    result = caption("--model", model, "--json", images[0], broken, images[1])
    assert result.exit_code == 1
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["image"] for row in rows] == [images[0], broken, images[1]]
    assert [set(row) for row in rows] == [{"image", "text"}, {"image", "error"}, {"image", "text"}]
    assert "\\u" not in result.stdout


def test_nothing_but_broken_images(model: str, broken: str) -> None:
    result = caption("--model", model, broken)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("The image ('")
    assert result.stderr.endswith("1 of 1 images could not be read.\n")


def test_more_images_than_are_held_at_once(model: str, images: list[str], broken: str) -> None:
    given = [*images * 25, broken, *images * 10]
    result = caption("--model", model, "--num-beams", "1", "--max-new-tokens", "2", stdin="\n".join(given))
    assert [line.rpartition("\t")[2] for line in result.stdout.splitlines()] == images * 35
    assert result.stderr.splitlines()[-1] == "1 of 106 images could not be read."


def test_a_model_that_reads_no_images_is_a_clear_error(tmp_path: Path, images: list[str]) -> None:
    Model.load(GOLDEN / "model_gpt2_text_generation/model").save(tmp_path)
    result = caption("--model", str(tmp_path), images[0])
    assert result.exit_code == 1
    assert "GPT2TextGeneration makes no text of images. Use: hezar predict" in result.stderr
    assert caption("--model", str(tmp_path / "nothing"), images[0]).exit_code == 1
    slip = caption("--model", str(tmp_path), images[0], "-o", "num_beams")
    assert slip.exit_code == 2


def test_a_slip_in_an_option_is_named(model: str, images: list[str]) -> None:
    result = caption("--model", model, images[0], "-o", "num_beam=3")
    assert result.exit_code == 1
    assert "Did you mean 'num_beams'" in result.stderr


@pytest.mark.skipif(os.name == "nt" or sys.platform == "darwin", reason="names of files are text there")
def test_names_that_are_no_text(model: str, images: list[str], tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/\xff\xfe.png"
    Path(os.fsdecode(name)).write_bytes(Path(images[0]).read_bytes())
    done = subprocess.run(
        [sys.executable, "-m", "hezar", "caption", "--model", model, name, b"\xff"], capture_output=True, check=False
    )
    [line] = done.stdout.decode().splitlines()
    assert line.startswith(texts(model, images[:1])[0])
    assert line.endswith("\ufffd\ufffd.png")
    assert done.returncode == 1
    assert b"1 of 2 images" in done.stderr
