"""``python -m benchmarks``: run benchmarks one after the other and write their results."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from benchmarks.cases import CASES
from benchmarks.harness.benchmark import Inputs, find
from benchmarks.harness.errors import BenchmarkError
from benchmarks.harness.machine import describe
from benchmarks.harness.measure import measure, peers_of
from benchmarks.harness.peers import python_of
from benchmarks.harness.processes import ROOT
from benchmarks.harness.report import section, to_json, write
from benchmarks.inputs import build

FOLDER = ROOT / "benchmarks"


def main(argv: list[str] | None = None) -> None:
    options = _parser().parse_args(argv)
    cases = options.only or list(CASES)
    if options.list:
        for case in CASES:
            print(f"{case:<20} {find(_reference(case)).title}")
        return
    failures = []
    with ExitStack() as stack:
        folder = options.inputs or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hezar-bench-")))
        inputs = Inputs(folder, "quick" if options.quick else "full" if options.full else "normal")
        started = time.perf_counter()
        # Loads are noted before anything of ours runs.
        machine = describe(options.threads)
        for case in cases:
            print(f"{case} ({time.perf_counter() - started:.0f} s)", file=sys.stderr, flush=True)
            try:
                benchmark = find(_reference(case))
                for peer in peers_of(benchmark):
                    python_of(peer)
                for name in benchmark.inputs:
                    build(name, folder)
                results = measure(_reference(case), inputs, options.rounds, options.threads)
                text = section(benchmark, results, machine, inputs)
                data = to_json(benchmark, results, machine, inputs)
            except BenchmarkError as error:
                failures.append(case)
                print(f"{case} failed: {error}", file=sys.stderr)
                continue
            print(json.dumps(data, ensure_ascii=False) if options.json else text, flush=True)
            if not options.dry_run:
                write(FOLDER / "results", FOLDER / "RESULTS.md", case, text, data)
    if failures:
        raise SystemExit(f"Failed: {', '.join(failures)}.")


def _reference(case: str) -> str:
    return f"benchmarks.cases.{case}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Run benchmarks and write their results.")
    parser.add_argument("--only", nargs="+", choices=CASES, metavar="CASE", help="run these (see --list)")
    parser.add_argument("--list", action="store_true", help="list the benchmarks and stop")
    amount = parser.add_mutually_exclusive_group()
    amount.add_argument("--quick", action="store_true", help="less work per sample")
    amount.add_argument("--full", action="store_true", help="more work where that takes very long (classification)")
    parser.add_argument("--rounds", type=int, help="samples per side; default is what each benchmark says, at least 5")
    parser.add_argument("--threads", type=int, help="threads of every side; default is one per core")
    parser.add_argument("--inputs", type=Path, help="keep models and files here, for the next run")
    parser.add_argument("--json", action="store_true", help="print JSON rather than Markdown")
    parser.add_argument("--dry-run", action="store_true", help="print only; leave RESULTS.md and results/ as they are")
    return parser
