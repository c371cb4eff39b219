"""From the score maps of the CRAFT text detector to boxes of words."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from hezar_registry import InputError, require

MIN_AREA = 10
"""Components of fewer pixels of the score map are noise."""

MAP_STRIDE = 2
"""The score maps have half the sides of the network's input."""


def find_text_boxes(
    text_scores: np.ndarray,
    link_scores: np.ndarray,
    text_threshold: float = 0.7,
    link_threshold: float = 0.4,
    low_text: float = 0.4,
    ratio: float = 1.0,
) -> list[tuple[int, int, int, int]]:
    """Find the boxes of words in the scores of one image.

    Args:
        text_scores: How likely each place is the middle of a character; ``(height / 2, width / 2)`` of the input.
        link_scores: How likely each place is between two characters of a word; of the same shape.
        text_threshold: A word has a character at least this likely.
        link_threshold: Places above it join characters.
        low_text: Places above it are part of a character.
        ratio: By how much the image was resized; ``ratio_values`` of `CraftImageProcessor`.

    Returns:
        ``(x, y, width, height)`` in pixels of the original image, from the top of the map to its bottom. They span
        the first and the third corner of a rectangle that may be rotated.

    Raises:
        InputError: The maps are not two-dimensional, or of different shapes.
        MissingExtraError: OpenCV is not installed.
    """
    corners = find_text_quadrilaterals(text_scores, link_scores, text_threshold, link_threshold, low_text)
    boxes: list[tuple[int, int, int, int]] = []
    for (left, top), _, (right, bottom), _ in (corners * MAP_STRIDE / ratio).astype(np.int64).tolist():
        boxes.append((left, top, right - left, bottom - top))
    return boxes


def find_text_quadrilaterals(
    text_scores: np.ndarray,
    link_scores: np.ndarray,
    text_threshold: float = 0.7,
    link_threshold: float = 0.4,
    low_text: float = 0.4,
) -> np.ndarray:
    """Find the rotated rectangles of words, as in Baek et al. 2019, "Character Region Awareness for Text Detection".

    Returns:
        float32 ``(words, 4, 2)``: the corners ``(x, y)`` in places of the map, clockwise from the one with the
        smallest ``x + y``. The arguments and errors are those of `find_text_boxes`.
    """
    if np.ndim(text_scores) != 2 or np.shape(text_scores) != np.shape(link_scores):
        raise InputError(
            "Text and link scores are maps of one shape (height, width); "
            f"found {np.shape(text_scores)} and {np.shape(link_scores)}."
        )
    cv2 = require("cv2", extra="hezar[vision]", purpose="Finding boxes of text")
    is_text = text_scores > low_text
    joined = (is_text | (link_scores > link_threshold)).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=4)
    words: list[np.ndarray] = []
    for label in range(1, count):
        x, y, width, height, area = stats[label].tolist()
        if area < MIN_AREA:
            continue
        # The scores fall off towards the borders of a word, so the component is smaller than it.
        margin = int(2 * math.sqrt(area * min(width, height) / (width * height)))
        left, top = max(0, x - margin), max(0, y - margin)
        window = np.s_[top : y + height + margin + 1, left : x + width + margin + 1]
        component = labels[window] == label
        if text_scores[window][component].max() < text_threshold:
            continue
        letters = (component & is_text[window]).astype(np.uint8)
        kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (1 + margin, 1 + margin))
        rows, columns = np.nonzero(cv2.dilate(letters, kernel))
        if len(rows):
            words.append(_rectangle(cv2, np.stack([columns + left, rows + top], axis=1).astype(np.float32)))
    return np.stack(words) if words else np.zeros((0, 4, 2), dtype=np.float32)


def _rectangle(cv2: Any, points: np.ndarray) -> np.ndarray:
    """Return the corners of the smallest rectangle around points; upright where it is nearly a square."""
    corners = cv2.boxPoints(cv2.minAreaRect(points))
    sides = np.linalg.norm(corners[:2] - corners[1:3], axis=1)
    if abs(1 - sides.max() / (sides.min() + 1e-5)) <= 0.1:
        (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
        corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], dtype=np.float32)
    return np.roll(corners, -int(corners.sum(axis=1).argmin()), axis=0)
