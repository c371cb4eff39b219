"""Work on several cores, for functions that release the GIL."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def _helpers() -> ThreadPoolExecutor:
    # Starting a thread takes as long as the features of a second of audio, so they are kept; idle ones wait and take no time.
    return ThreadPoolExecutor(cores(), thread_name_prefix="hezar-data")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_helpers.cache_clear)  # threads stay behind in the parent


def in_threads(function: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """Apply a function to each item, in the calling thread and in helpers that take whatever item is next.

    A helper that is held up, or busy with the items of another caller, does less; the rest is done without it, so
    nothing waits for a helper that has not begun. Any number of threads may call this at once, and again from within.

    Args:
        function: Its heavy part releases the GIL, and its result does not depend on the thread.
        items: What it is applied to; its errors come through.

    Returns:
        The results in the order of the items.

    Example:
        >>> in_threads(abs, [-1, 2, -3])
        [1, 2, 3]
    """
    todo = deque(enumerate(items))
    results: list[Any] = [None] * len(todo)

    def work() -> None:
        while True:
            try:
                number, item = todo.popleft()
            except IndexError:
                return
            results[number] = function(item)

    begun: list[Future[None]] = []
    with suppress(RuntimeError):  # no thread can be started, or the interpreter shuts down
        for _ in range(min(cores(), len(todo)) - 1):
            begun.append(_helpers().submit(work))  # noqa: PERF401 (those that have begun are kept)
    try:
        work()
    finally:
        todo.clear()
        for helper in begun:
            if not helper.cancel():
                helper.result()
    return results
