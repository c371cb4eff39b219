#!/usr/bin/env python3
"""Draw the figures of the README: what `explain` shows, and the plot of a training.

Usage:
    uv run python scripts/draw_figures.py           both, into docs/figures/
    uv run python scripts/draw_figures.py explain   only this one

Look at each afterwards: Persian must run from right to left, with joined letters. Pillow does that with its library raqm,
which its wheels bring; the font comes with matplotlib.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from matplotlib import get_data_path
from PIL import Image, ImageDraw, ImageFont, features

from hezar_data import TextNormalizer

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "figures"
TEXT = "كتاب ها ي علي را نمي خوانم ،چون 20 صفحه است !"
WIDTH, MARGIN, SIZE, LINE = 1200, 36, 24, 40
PAPER, INK, RULE, FAINT = "#fbfaf7", "#22272e", "#0b6e4f", "#6b7280"


def draw_explanation(path: Path) -> None:
    """Draw a text, the rules that change it with their changes, and the result."""
    if not features.check("raqm"):
        raise SystemExit("This Pillow has no raqm, which joins Persian letters. Install Pillow from its wheel.")
    explanation = TextNormalizer(rules="persian").explain(TEXT)
    given, *steps, result = str(explanation).splitlines()
    image = Image.new("RGB", (WIDTH, 2 * MARGIN + LINE * (len(steps) + 3)), PAPER)
    draw = ImageDraw.Draw(image)
    fonts = Path(get_data_path()) / "fonts" / "ttf"
    plain, bold = (ImageFont.truetype(str(fonts / name), SIZE) for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"))

    y = MARGIN
    draw.text((WIDTH - MARGIN, y), given, INK, plain, anchor="ra", direction="rtl", language="fa")
    y += LINE * 3 // 2
    for line in steps:
        rule, colon, about = line.strip().partition(":")
        if line.startswith("    "):  # a change
            draw.text((MARGIN + 48, y), line.strip(), INK, plain, direction="ltr")
        else:
            draw.text((MARGIN, y), rule, RULE, bold, direction="ltr")
            x = MARGIN + draw.textlength(rule + colon, bold, direction="ltr")
            draw.text((x, y), shortened(about, WIDTH - MARGIN - x, draw, plain), FAINT, plain, direction="ltr")
        y += LINE
    y += LINE // 2
    draw.text((WIDTH - MARGIN, y), result, INK, plain, anchor="ra", direction="rtl", language="fa")
    image.quantize(64).save(path, optimize=True)


def shortened(text: str, room: float, draw: ImageDraw.ImageDraw, font: ImageFont.FreeTypeFont) -> str:
    """Return a text that fits into `room` pixels, its end left out."""
    words = text.split(" ")
    while draw.textlength(" ".join(words), font, direction="ltr") > room:
        words = [*words[:-2], "…"]
    return " ".join(words)


def draw_training(path: Path) -> None:
    """Run the example that trains on a CSV, and take the plot that the run draws."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, ROOT / "examples" / "train_own_csv.py"], cwd=folder, check=True)
        [plot] = Path(folder).rglob("training_plot.png")
        with Image.open(plot) as image:
            image.convert("RGB").quantize(64).save(path, optimize=True)


DRAWINGS = {"explain": draw_explanation, "training": draw_training}


def main() -> None:
    """Draw what the command line names, or all."""
    TARGET.mkdir(exist_ok=True)
    for name in sys.argv[1:] or DRAWINGS:
        DRAWINGS[name](TARGET / f"{name}.png")
        print(TARGET / f"{name}.png")


if __name__ == "__main__":
    main()
