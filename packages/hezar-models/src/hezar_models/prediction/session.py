"""What holds while something is predicted: the mode of the model, and the CPU threads of torch.

Both belong to everybody: the mode to all who use the model, the threads to the process. So who is inside is counted. The
first to come changes the setting, the last to leave puts it back, and nobody in between sees it change.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

import torch
from torch import nn

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
    """The threads that torch had before the first call that asked for another number."""

    before = 0
    inside = 0


@contextmanager
def cpu_threads(count: int | None) -> Iterator[None]:
    """Compute with `count` CPU threads, and with as many as before afterwards.

    Calls that overlap may ask for different numbers: afterwards it is again what it was before the first of them.
    """
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
