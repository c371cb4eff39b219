"""Inside a steady side: set up, then run and time the work each time the benchmark asks for it.

It talks to `benchmarks.harness.processes` in lines of JSON: requests on stdin, answers on what was stdout at the
start. Whatever the side prints goes to stderr and cannot disturb that.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

#: A sample repeats the work until it takes about this long (s), so that short work is not measured by one call.
SAMPLE = 0.2


def serve() -> None:
    """Set up the side named in ``sys.argv`` (benchmark, name, folder of inputs, mode), then answer."""
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def answer(**message: Any) -> None:
        channel.write(json.dumps(message) + "\n")
        channel.flush()

    try:
        _serve(answer)
    except BaseException:  # whatever it is: the benchmark has to hear of it
        answer(error=traceback.format_exc())
        raise SystemExit(1) from None


def _serve(answer: Callable[..., None]) -> None:
    from benchmarks.harness.benchmark import Inputs, Mode, Steady, find

    reference, name, folder, mode = sys.argv[-4:]
    side = find(reference).side(name)
    if not isinstance(side, Steady):
        raise TypeError(f"{name} is no steady side.")
    timed = side.setup(Inputs(Path(folder), cast("Mode", mode)))

    seconds, result = _time(timed.run, 1)  # the warm-up
    loops = max(1, min(1000, round(SAMPLE / max(seconds, 1e-6))))
    answer(ready=True, figures=timed.figures, loops=loops)
    for line in sys.stdin:
        request = line.strip()
        if request == "run":
            seconds, result = _time(timed.run, loops)
            answer(seconds=seconds, peak_mib=_peak_mib())
        elif request == "answers":
            answer(answers=timed.answers(result) if timed.answers else None)
        else:
            raise ValueError(f"Unknown request {request!r}.")


def _peak_mib() -> float:
    """Return the most memory that this process had at a time, so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)


def _time(run: Callable[[], Any], loops: int) -> tuple[float, Any]:
    """Return the seconds that one call takes, and what the last call returned."""
    gc.collect()
    result = None
    started = time.perf_counter()
    for _ in range(loops):
        result = run()
    return (time.perf_counter() - started) / loops, result
