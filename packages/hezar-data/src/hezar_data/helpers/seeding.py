"""Seeds for the workers of data loaders."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import SupportsIndex

from hezar_data.seeding import MAX_SEED, checked_seed, set_seed


def dataloader_worker_init_fn(seed: SupportsIndex) -> Callable[[int], None]:
    """Return a ``worker_init_fn`` for torch's ``DataLoader`` that seeds worker number `i` with ``seed + i``.

    It can be pickled, so workers may be spawned.

    Example:
        >>> seed_worker = dataloader_worker_init_fn(42)
        >>> seed_worker(0)
    """
    return partial(_seed_worker, seed=checked_seed(seed))


def _seed_worker(worker_id: int, seed: int) -> None:
    set_seed((seed + worker_id) % (MAX_SEED + 1))
