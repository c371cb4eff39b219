"""Samplers: in which order a data loader reads the rows of a dataset."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sized

from hezar_data.seeding import checked_seed
from hezar_registry import InputError
from hezar_registry.checks import whole_number


class RangedSampler:
    """Gives a part of the rows, from one position of the order to another, so that a run can continue where it stopped.

    It fits ``DataLoader(..., sampler=...)``. The order is the same each time.

    Args:
        data: The dataset; only its length is used.
        batch_size: Rows per batch, for `drop_last`.
        start_index: Position of the first row; default is the beginning.
        end_index: Position after the last row; default is the end.
        drop_last: End at a multiple of `batch_size`, counted from the beginning.
        shuffle: Shuffle all rows before the part is taken.
        seed: Seed of the order, which is that of Hezar 1.0.0. Generators of others are left alone.

    Raises:
        InputError: `shuffle` without a `seed`, or a number that makes no sense.

    Example:
        >>> list(RangedSampler(range(10), batch_size=4, start_index=4, drop_last=True))
        [4, 5, 6, 7]
    """

    def __init__(
        self,
        data: Sized,
        batch_size: int,
        start_index: int | None = None,
        end_index: int | None = None,
        drop_last: bool = False,
        shuffle: bool = False,
        seed: int | None = None,
    ) -> None:
        if shuffle and seed is None:
            raise InputError("Shuffling needs a seed, so that the order can be made again: give seed=...")
        self.batch_size = whole_number("batch_size", batch_size)
        self.drop_last = drop_last
        self.shuffle = shuffle
        self.seed = None if seed is None else checked_seed(seed)
        self._rows = len(data)
        self.start_index = 0 if start_index is None else whole_number("start_index", start_index, at_least=0)
        end = self._rows if end_index is None else min(whole_number("end_index", end_index, at_least=0), self._rows)
        self.end_index = end - end % self.batch_size if drop_last else end

    def __iter__(self) -> Iterator[int]:
        order = list(range(self._rows))
        if self.shuffle:
            random.Random(self.seed).shuffle(order)  # noqa: S311 - the published order, and no secret
        return iter(order[self.start_index : self.end_index])

    def __len__(self) -> int:
        return max(0, self.end_index - self.start_index)
