"""How long something takes."""

from __future__ import annotations

from time import perf_counter


class exec_timer:  # noqa: N801 - the published name
    """Measure the time of a ``with`` block.

    Attributes:
        time: Seconds from the beginning of the block to its end, however it ended; 0 before.

    Example:
        >>> with exec_timer() as timer:
        ...     total = sum(range(1000))
        >>> timer.time > 0
        True
    """

    time: float = 0.0

    def __enter__(self) -> exec_timer:
        self._start = perf_counter()
        return self

    def __exit__(self, *error: object) -> None:
        self.time = perf_counter() - self._start
