"""Padding rows to one length, as lists or as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np

from hezar_data.tensors import as_tensors
from hezar_registry import InputError, get_logger, suggest

logger = get_logger(__name__)

PADDINGS = ("longest", "max_length", "no_padding")

# Files of tokenizers write 10**30 for a length without limit; nobody reads rows of 16 million tokens either.
_MAX_WIDTH = 2**24


def resolve(padding: bool | str | None, default: str = "no_padding") -> str:
    """Return the name of a padding: one of `PADDINGS`.

    Raises:
        InputError: It is not one of `PADDINGS`.
    """
    named = {None: default, True: "longest", False: "no_padding", "do_not_pad": "no_padding"}
    name = padding if padding in PADDINGS else named.get(padding)
    if name is None:
        raise InputError(
            f"Unknown padding {padding!r}.{suggest(str(padding), PADDINGS)} "
            f"It is True, False or one of: {', '.join(PADDINGS)}."
        )
    return str(name)


def target_length(
    lengths: Sequence[int], padding: str, max_length: int | None, pad_to_multiple_of: int = 0
) -> int | None:
    """Return the length to pad rows of `lengths` to, or ``None`` for no padding. Longer rows are not truncated.

    Raises:
        InputError: No memory holds rows of that length.
    """
    if padding == "no_padding":
        return None
    if padding == "max_length" and max_length is None:
        logger.warning("padding='max_length' without max_length pads to the longest.")
    target = max(lengths) if padding == "longest" or max_length is None else max_length
    return checked_width(round_up(target, pad_to_multiple_of))


def round_up(length: int, multiple: int | None) -> int:
    """Return the least multiple of `multiple` from `length` on; of 0 and ``None``, `length` itself."""
    return -(-length // multiple) * multiple if multiple else length


def padded_width(longest: int, padding: bool | str | None, max_length: int | None, truncation: bool) -> int:
    """Return the length that rows of up to `longest` tokens are truncated and padded to.

    Without `padding`, that is `max_length` when there is one. ``"longest"`` never exceeds `max_length`; rows that are
    longer than ``"max_length"`` decide when `truncation` is off.

    Raises:
        InputError: No memory holds rows of that length.
    """
    mode = resolve(padding, "longest" if max_length is None else "max_length")
    if max_length is None:
        if mode == "max_length":
            logger.warning("padding='max_length' without max_length pads to the longest.")
        return longest
    if mode == "longest":
        return min(longest, max_length)
    if longest > max_length and not truncation:
        logger.warning("Rows of up to %d tokens are kept whole, for truncation is off.", longest)
        return longest
    return checked_width(max_length)


def checked_width(width: int) -> int:
    """Return a width that rows may be padded to.

    Raises:
        InputError: No memory holds rows of that length.
    """
    if width > _MAX_WIDTH:
        raise InputError(
            f"Rows are to be padded to {width:,} tokens; the most is {_MAX_WIDTH:,}. Pad to the longest row "
            "(padding='longest'), or pass the max_length that the model reads."
        )
    return width


def pad_rows(rows: list[list[Any]], length: int, fill: Any, side: str | None) -> list[list[Any]]:
    """Return the rows padded to `length` on `side`; longer ones stay as they are."""
    if side == "left":
        return [[fill] * (length - len(row)) + row for row in rows]
    return [row + [fill] * (length - len(row)) for row in rows]


def to_array(rows: list[list[int]], length: int | None, fill: int, side: str | None) -> np.ndarray:
    """Return the rows as an int64 array of shape ``(rows, length)``, short ones padded on `side`.

    Args:
        rows: Token ids, or anything else that comes one per token.
        length: The width; ``None`` wants rows of equal length.
        fill: What short rows are padded with.
        side: ``"right"`` or ``"left"``.

    Raises:
        InputError: A row is longer than `length`, the rows differ without one, or they hold other things than ids.
    """
    lengths = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
    longest = int(lengths.max(initial=0))
    width = longest if length is None else length
    if longest > width or (length is None and (lengths != longest).any()):
        raise InputError(
            f"Rows of {int(lengths.min())} to {longest} tokens do not make a tensor"
            + ("; pass padding=True." if length is None else f" of width {width}; pass truncation=True.")
        )
    try:
        flat = np.fromiter(chain.from_iterable(rows), dtype=np.int64, count=int(lengths.sum()))
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(f"A tensor of token rows holds whole numbers: {error}.") from error
    if len(flat) == len(rows) * width:
        return flat.reshape(len(rows), width)
    array = np.full((len(rows), width), fill, dtype=np.int64)
    array[_is_content(lengths, width, side)] = flat
    return array


def mask_array(rows: list[list[Any]], length: int, side: str | None) -> np.ndarray:
    """Return the int64 attention mask ``(rows, length)`` of rows that are padded to `length`."""
    lengths = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
    return _is_content(lengths, length, side).astype(np.int64)


def _is_content(lengths: np.ndarray, width: int, side: str | None) -> np.ndarray:
    columns = np.arange(width)
    return columns >= (width - lengths)[:, None] if side == "left" else columns < lengths[:, None]


def stacked(values: Sequence[Any], key: str, return_tensors: str, device: Any = None) -> Any:
    """Return one number, or a row of numbers, per input as a tensor of the kind; anything but numbers stays as it is.

    Args:
        values: Numbers or rows of equal length.
        key: What they are called, for the message.
        return_tensors: ``"list"`` returns `values`.
        device: Where torch tensors go.

    Raises:
        InputError: The rows differ in length.
    """
    if return_tensors == "list":
        return values
    try:
        array = np.asarray([value.tolist() if hasattr(value, "tolist") else value for value in values])
    except ValueError as error:
        raise InputError(
            f"The rows of {key!r} differ in length, so they do not make a tensor: pad them, or leave them as they are "
            f"with exclude_keys=[{key!r}]."
        ) from error
    return as_tensors(array, return_tensors, device) if array.dtype.kind in "biuf" else values
