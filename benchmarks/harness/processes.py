"""The processes of a benchmark, seen from outside."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from benchmarks.harness.errors import BenchmarkError

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT = 900.0  # seconds without an answer
# The root of the repository takes the place of the working directory in the module path.
_BOOT = "import sys; sys.path[0] = sys.argv[1]; from benchmarks.harness.{module} import {function}; {function}()"


def environment(threads: int | None = None) -> dict[str, str]:
    """Return the environment variables of every measured process: no PYTHON* ones, offline, the same threads."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    kept |= {"HF_HUB_OFFLINE": "1", "PYTHONUTF8": "1"}
    if threads:
        kept |= dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"), str(threads))
    return kept


def run_fresh(
    name: str, python: str, code: str, arguments: Sequence[str] = (), threads: int | None = None
) -> dict[str, float]:
    """Run a program in a new process and return its metrics; see `Fresh`."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        started = time.perf_counter()
        process = subprocess.Popen(
            [python, "-c", code, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=environment(threads),
            cwd=tempfile.gettempdir(),
        )
        if process.stdout is None:
            raise BenchmarkError(f"{name}: no pipe.")
        with process.stdout as stdout:
            lines = [stdout.readline()]
            first = time.perf_counter() - started
            lines += stdout.readlines()
        _, status, usage = os.wait4(process.pid, 0)
        elapsed = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise BenchmarkError(f"{name} ended with {process.returncode}:\n{_tail(errors)}")
    printed = next((line for line in reversed(lines) if line.strip().startswith(b"{")), b"{}")
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return {"ms": 1000 * elapsed, "first_ms": 1000 * first, "peak_mib": usage.ru_maxrss / unit, **json.loads(printed)}


class Worker:
    """The process of a steady side; a context manager.

    Attributes:
        figures: What the set-up found out.
        loops: How often a sample repeats the work.
    """

    def __init__(self, name: str, python: str, arguments: Sequence[str], threads: int | None = None) -> None:
        self.name = name
        self._errors = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 - see close
        self._buffer = b""
        self._process = subprocess.Popen(
            [python, "-c", _BOOT.format(module="worker", function="serve"), str(ROOT), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=environment(threads),
            cwd=tempfile.gettempdir(),
        )
        try:
            ready = self._receive()
        except BaseException:
            self.close()
            raise
        self.figures: dict[str, float] = ready["figures"]
        self.loops: int = ready["loops"]

    def sample(self) -> dict[str, float]:
        """Do the work and return its metrics."""
        self._send("run")
        done = self._receive()
        return {"ms": 1000 * done["seconds"], "peak_mib": done["peak_mib"]}

    def answers(self) -> Any:
        """Return what the last sample answered, or ``None`` if the side does not tell."""
        self._send("answers")
        return self._receive()["answers"]

    def close(self) -> None:
        """End the process."""
        if self._process.stdin and not self._process.stdin.closed:
            self._process.stdin.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        self._errors.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _send(self, request: str) -> None:
        if self._process.stdin is None:
            raise BenchmarkError(f"{self.name}: no pipe.")
        try:
            self._process.stdin.write(request.encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise BenchmarkError(f"{self.name} has ended:\n{_tail(self._errors)}") from None

    def _receive(self) -> dict[str, Any]:
        if self._process.stdout is None:
            raise BenchmarkError(f"{self.name}: no pipe.")
        pieces = [self._buffer]
        while b"\n" not in pieces[-1]:
            if not select.select([self._process.stdout], [], [], TIMEOUT)[0]:
                self._process.kill()
                raise BenchmarkError(f"{self.name} gave no answer for {TIMEOUT:.0f} s:\n{_tail(self._errors)}")
            piece = os.read(self._process.stdout.fileno(), 1 << 20)
            if not piece:
                raise BenchmarkError(
                    f"{self.name} ended with {self._process.wait()} before it answered:\n{_tail(self._errors)}"
                )
            pieces.append(piece)
        line, _, self._buffer = b"".join(pieces).partition(b"\n")
        message = json.loads(line)
        if "error" in message:
            raise BenchmarkError(f"{self.name} failed:\n{message['error']}")
        return message


def _tail(errors: Any) -> str:
    errors.seek(0)
    return "".join(errors.readlines()[-25:]).strip() or "It wrote nothing on stderr."
