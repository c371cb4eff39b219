"""Environments of peers: each is a list of pinned requirements in ``benchmarks/peers``, made with uv when first needed.

They live in ``benchmarks/.peers``, or where ``HEZAR_BENCH_PEERS`` says. A bare ``torch`` in a list stands for the
version we run ourselves, and the builds are compared, so that no side has another torch.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.harness.errors import BenchmarkError
from benchmarks.harness.processes import ROOT

LISTS = ROOT / "benchmarks" / "peers"


def python_of(peer: str | None) -> str:
    """Return the Python of a peer's environment, made first if it is not there or its list has changed."""
    if peer is None:
        return sys.executable
    requirements, python = read_list(peer)
    folder = Path(os.environ.get("HEZAR_BENCH_PEERS") or ROOT / "benchmarks" / ".peers") / peer
    executable = folder / "bin" / "python"
    stamp = folder / ".made-of"
    fingerprint = hashlib.sha256("\n".join([python, *requirements]).encode()).hexdigest()
    with _alone(folder):
        if not (stamp.is_file() and stamp.read_text() == fingerprint):
            print(f"Making the environment of {peer} ...", file=sys.stderr)
            shutil.rmtree(folder, ignore_errors=True)
            _uv("venv", "--quiet", "--python", python, str(folder))
            # Bytecode is compiled, as pip does, so that the first import does not pay for it.
            _uv("pip", "install", "--quiet", "--compile-bytecode", "--python", str(executable), *requirements)
            stamp.write_text(fingerprint)
    if any(line.startswith("torch==") for line in requirements):
        _same_torch(peer, folder)
    return str(executable)


def read_list(peer: str) -> tuple[list[str], str]:
    """Return the requirements of a peer and its Python version."""
    path = LISTS / f"{peer}.txt"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in LISTS.glob("*.txt")))
        raise BenchmarkError(f"There is no list of requirements {path.name!r}; there are {known}.")
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    python = next((line.partition(":")[2].strip() for line in lines if line.startswith("# python:")), "3.11")
    requirements = [line for line in lines if line and not line.startswith("#")]
    return [f"torch=={_public(torch_build())}" if line == "torch" else line for line in requirements], python


def torch_build() -> str:
    """Return our torch's version with its build, such as ``2.15.0+cpu``, without importing it."""
    spec = importlib.util.find_spec("torch")
    if spec is None or spec.origin is None:
        raise BenchmarkError("torch is not installed; run `make setup`.")
    return _build_in(Path(spec.origin).parent)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep a second run from making the same environment at the same time."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _same_torch(peer: str, folder: Path) -> None:
    ours = torch_build()
    theirs = _build_in(next(folder.glob("lib/python*/site-packages/torch"), folder))
    if ours != theirs:
        raise BenchmarkError(
            f"The torch of {peer} is {theirs}, ours is {ours}; a comparison would be unfair. Remove {folder} and "
            f"install both from one index (UV_TORCH_BACKEND or UV_INDEX)."
        )


def _build_in(package: Path) -> str:
    file = package / "version.py"
    found = re.search(r"__version__ = ['\"](.+?)['\"]", file.read_text(encoding="utf-8")) if file.exists() else None
    if not found:
        raise BenchmarkError(f"There is no whole torch in {package}; remove the environment, it will be made again.")
    return found[1]


def _public(version: str) -> str:
    return version.partition("+")[0]


def _uv(*arguments: str) -> None:
    if not shutil.which("uv"):
        raise BenchmarkError("Environments of peers are made with uv, which is not installed.")
    done = subprocess.run(["uv", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchmarkError(f"`uv {' '.join(arguments)}` failed:\n{done.stderr.strip()}")
