"""What benchmarks work on: made on the spot, from seeds, and by us. Nothing is downloaded.

`build` makes one input in our own environment, in a process of its own, so that the harness stays small.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.harness.errors import BenchmarkError
from benchmarks.harness.processes import ROOT, environment

_BUILD = "import sys; sys.path[0] = sys.argv[1]; from benchmarks.inputs.builders import main; main(*sys.argv[2:])"


def build(name: str, folder: Path) -> None:
    """Make an input, unless it is there; its builder is the function of this name in `benchmarks.inputs.builders`."""
    if (folder / name).exists():
        return
    print(f"  making {name}", file=sys.stderr, flush=True)
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f".{name}"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", _BUILD, str(ROOT), name, str(unfinished)],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    if done.returncode:
        raise BenchmarkError(f"The input {name!r} could not be made:\n{done.stderr.strip()}")
    unfinished.rename(folder / name)
