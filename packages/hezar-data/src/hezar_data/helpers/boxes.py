"""Boxes on images, as text detectors return them: ``(x, y, width, height)`` in pixels from the upper left corner."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from hezar_data.helpers.images import convert_image_type
from hezar_registry import InputError, require

Box = Sequence[int]
Padding = int | Sequence[int]


def draw_boxes(image: Any, bboxes: Iterable[Box], bbox_color: tuple[int, int, int] = (0, 255, 0)) -> Any:
    """Draw the outlines of boxes.

    Args:
        image: An image. A Pillow image is drawn on, anything else is copied.
        bboxes: The boxes.
        bbox_color: Red, green and blue.

    Returns:
        The Pillow image.
    """
    image = convert_image_type(image, "pillow")
    draw = require("PIL.ImageDraw", extra="hezar[vision]", purpose="Drawing boxes").Draw(image)
    for x, y, width, height in _checked(bboxes):
        draw.rectangle((x, y, x + width, y + height), outline=bbox_color)
    return image


def pad_boxes(bboxes: Iterable[Box], padding: Padding) -> list[tuple[int, ...]]:
    """Enlarge boxes; they may reach beyond the image then.

    Args:
        bboxes: The boxes.
        padding: Pixels on each side: one number, or ``(left, up, right, down)``.
    """
    left, up, right, down = (padding,) * 4 if isinstance(padding, int) else padding
    return [(x - left, y - up, w + left + right, h + up + down) for x, y, w, h in _checked(bboxes)]


def crop_boxes(image: Any, bboxes: Iterable[Box], padding: Padding | None) -> list[Any]:
    """Cut boxes out of an image; what lies beyond its border is black.

    Args:
        image: An image.
        bboxes: The boxes.
        padding: Enlarges the boxes first; see `pad_boxes`.

    Returns:
        One Pillow image per box.
    """
    image = convert_image_type(image, "pillow")
    boxes = _checked(bboxes) if padding is None else pad_boxes(bboxes, padding)
    return [image.crop((x, y, x + w, y + h)) for x, y, w, h in boxes]


def _checked(bboxes: Iterable[Box]) -> list[Box]:
    boxes = list(bboxes)
    for box in boxes:
        if len(box) != 4:
            raise InputError(f"A box is (x, y, width, height); found {box!r:.100}.")
    return boxes
