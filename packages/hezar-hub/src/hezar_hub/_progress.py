"""huggingface_hub's progress bars: only where a person waits."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager

from hezar_registry import progress_enabled


@contextmanager
def progress_bars() -> Generator[None]:
    """Keep huggingface_hub's progress bars off unless stderr is a terminal and nobody switched them off."""
    from huggingface_hub.utils import are_progress_bars_disabled, disable_progress_bars, enable_progress_bars

    # sys.stderr is None under pythonw.
    terminal = bool(sys.stderr) and sys.stderr.isatty()
    if progress_enabled(terminal) or are_progress_bars_disabled():
        yield
        return
    disable_progress_bars()
    try:
        yield
    finally:
        enable_progress_bars()
