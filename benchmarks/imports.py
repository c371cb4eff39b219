"""How long imports take and how much memory, each in fresh processes, both sides of a comparison in turn.

    python benchmarks/imports.py            a Markdown table
    python benchmarks/imports.py --json     the same as JSON, with every single measurement
    python benchmarks/imports.py --runs 15  more processes (an odd number; default 9)

What is measured is the whole process, from its start to its end; so a line "over bare Python" is the difference of two
medians. Run it twice: the first time may compile .pyc files and read the disk.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Comparison:
    """A piece of code against a reference, with the target that design asks for."""

    title: str
    code: str
    reference: str
    target: str
    kind: str  # "over": difference of times in ms; "ratio": of times and of memory; "alone": time in ms
    limit: float


COMPARISONS = (
    Comparison("import hezar", "import hezar", "pass", "≤ 15 ms over bare Python", "over", 15),
    Comparison("import hezar_config, hezar_hub", "import hezar_config, hezar_hub", "pass", "≤ 80 ms over bare Python",
               "over", 80),
    Comparison("from hezar.models import Model", "from hezar.models import Model", "import torch",
               "≤ 1.15 × import torch", "ratio", 1.15),
    Comparison("hezar --help", "import sys; sys.argv = ['hezar', '--help']; from hezar.cli import main; main()", "pass",
               "≤ 200 ms, whole process", "alone", 200),
)  # fmt: skip


def measure(code: str) -> tuple[float, float]:
    """Run code in a fresh interpreter; return its wall time in ms and its peak memory in MiB."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    elapsed = 1000 * (time.perf_counter() - started)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"This failed: {code}")
    return elapsed, _mebibytes(usage)


def _mebibytes(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)


def compare(comparison: Comparison, runs: int) -> dict[str, object]:
    """Measure both sides in turn, after one unmeasured run of each."""
    sides = {"ours": comparison.code, "reference": comparison.reference}
    samples: dict[str, list[tuple[float, float]]] = {side: [] for side in sides}
    for number in range(runs + 1):
        for side, code in sides.items():
            sample = measure(code)
            if number:
                samples[side].append(sample)
    time_of = {side: statistics.median(t for t, _ in pairs) for side, pairs in samples.items()}
    memory_of = {side: statistics.median(m for _, m in pairs) for side, pairs in samples.items()}
    if comparison.kind == "ratio":
        by_time = time_of["ours"] / time_of["reference"]
        by_memory = memory_of["ours"] / memory_of["reference"]
        value, shown = max(by_time, by_memory), f"{by_time:.2f} × time, {by_memory:.2f} × memory"
    elif comparison.kind == "over":
        value = time_of["ours"] - time_of["reference"]
        shown = f"{value:.1f} ms"
    else:
        value = time_of["ours"]
        shown = f"{value:.0f} ms"
    return {
        "title": comparison.title,
        "target": comparison.target,
        "shown": shown,
        "value": value,
        "reached": value <= comparison.limit,
        "milliseconds": time_of,
        "mebibytes": memory_of,
        "samples": samples,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--runs", type=int, default=9)
    options = parser.parse_args()
    results = [compare(comparison, options.runs) for comparison in COMPARISONS]
    if options.json:
        print(json.dumps({"python": platform.python_version(), "runs": options.runs, "results": results}, indent=1))
        return
    print("| what | measured | target | reached | ours | reference |")
    print("|---|---|---|---|---|---|")
    for result in results:
        ours, reference = (
            f"{result['milliseconds'][side]:.0f} ms, {result['mebibytes'][side]:.0f} MiB"
            for side in ("ours", "reference")
        )
        reached = "yes" if result["reached"] else "no"
        print(f"| `{result['title']}` | {result['shown']} | {result['target']} | {reached} | {ours} | {reference} |")


if __name__ == "__main__":
    main()
