"""What holds while something is predicted: the mode of the model, and the CPU threads of torch.

Both belong to everybody: the mode to all who use the model, the threads to the process. So who is inside is counted. The
first to come changes the setting, the last to leave puts it back, and nobody in between sees it change.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

import torch
from torch import nn

from hezar_models.errors import ForkedProcessError

_LOCK = threading.Lock()
#: How many predict with a model that is to be in training mode again afterwards.
_IN_EVALUATION: WeakKeyDictionary[nn.Module, int] = WeakKeyDictionary()


@contextmanager
def evaluation_mode(model: nn.Module) -> Iterator[None]:
    """Have a model in evaluation mode, also while other threads come and go; then in the mode in which it was."""
    with _LOCK:
        counted = model in _IN_EVALUATION or model.training
        if counted:
            _IN_EVALUATION[model] = _IN_EVALUATION.get(model, 0) + 1
            if model.training:
                model.eval()
    try:
        yield
    finally:
        if counted:
            with _LOCK:
                _IN_EVALUATION[model] -= 1
                if not _IN_EVALUATION[model]:
                    del _IN_EVALUATION[model]
                    model.train()


class _Threads:
    """What is known of the CPU threads of torch in this process.

    Attributes:
        before: Their number before the first call that asked for another one.
        inside: Calls that asked for another one and have not ended.
        several: Whether something was predicted with more than one.
        lost: Whether this is a fork of a process where that was so: OpenMP waits for ever for threads that it had there.
    """

    before = 0
    inside = 0
    several = False
    lost = False


def _after_fork() -> None:
    global _LOCK  # noqa: PLW0603 - another thread of the parent may have held it, and is not here to release it
    _LOCK = threading.Lock()
    _Threads.lost = _Threads.lost or _Threads.several


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def check_threads(count: int | None) -> None:
    """Raise a `ForkedProcessError` where computing with this many CPU threads would never end; `None`: as many as torch has."""
    if (count or torch.get_num_threads()) > 1:
        if _Threads.lost:
            raise ForkedProcessError(
                "This process was forked after its parent predicted with several CPU threads, which do not survive a fork: "
                'prediction would wait for ever. Start processes with multiprocessing.get_context("spawn"), or call '
                "torch.set_num_threads(1) first."
            )
        _Threads.several = True


@contextmanager
def cpu_threads(count: int | None) -> Iterator[None]:
    """Compute with `count` CPU threads, and with as many as before afterwards.

    Calls that overlap may ask for different numbers: afterwards it is again what it was before the first of them.
    """
    check_threads(count)
    if count is None:
        yield
        return
    with _LOCK:
        if not _Threads.inside:
            _Threads.before = torch.get_num_threads()
        _Threads.inside += 1
        torch.set_num_threads(count)
    try:
        yield
    finally:
        with _LOCK:
            _Threads.inside -= 1
            # By every one that leaves: torch keeps the number per thread of the program, too.
            torch.set_num_threads(_Threads.before)
