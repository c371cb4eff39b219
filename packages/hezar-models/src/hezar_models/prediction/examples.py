"""Encoded inputs: what a task makes of an input before batches are made."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: The outputs of one input: a mapping of tensors, tuples of tensors, lists and other values.
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Example:
    """One encoded input.

    Attributes:
        inputs: What the network gets, such as ``{"token_ids": [2, 45, 3]}``.
        info: What goes round the network, straight to `Model.decode`: the text, its tokens, their offsets.
        cost: What the example costs to compute, in what batches are measured in, such as tokens.
        shape_key: Examples with different keys never share a batch, such as images of different sizes.
    """

    inputs: Mapping[str, Any]
    info: Any = None
    cost: int = 1
    shape_key: Hashable = None


@dataclass(frozen=True)
class Parts:
    """An encoded input that is longer than what the model reads at once.

    Attributes:
        parts: Its parts, each an example of its own, batched like any other.
        join: From the outputs of all parts, in order, to those of the whole input.
        info: What goes to `Model.decode` for the whole input.
    """

    parts: Sequence[Example]
    join: Callable[[Sequence[Row]], Row]
    info: Any = None


Encoded = Example | Parts
