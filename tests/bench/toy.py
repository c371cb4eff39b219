"""Benchmarks to test the harness with. Workers import this module by name, so it is linked into a folder of theirs."""

import itertools
import json
import os
import sys
import time

from benchmarks.harness import Benchmark, Fresh, Inputs, Steady, Timed, agrees, at_most, equal_share, faster, over


def quick(inputs: Inputs) -> Timed:
    print("what a side prints does not disturb the harness")
    os.write(1, b"not even so\n")
    calls = itertools.count()
    return Timed(lambda: next(calls), lambda _: [1, 2, 3, 4], {"size": inputs.size(8, quick=2)})


def slow(inputs: Inputs) -> Timed:
    def run() -> None:
        end = time.perf_counter() + 0.05
        while time.perf_counter() < end:
            pass

    return Timed(run, lambda _: [1, 2, 3, 5])


def broken(inputs: Inputs) -> Timed:
    raise ValueError("this side is broken")


def crashing(inputs: Inputs) -> Timed:
    sys.stderr.write("about to crash")
    sys.stderr.flush()
    os._exit(3)


BENCHMARK = Benchmark(
    title="Toy",
    sides=(Steady("quick", quick), Steady("slow", slow)),
    targets=(
        faster("quick", "slow", 2),
        faster("slow", "quick", 2, needs=("no_such_unit",)),
        agrees("slow", "equal", 0.7),
    ),
    reference="quick",
    compare=equal_share,
    rounds=3,
    amount=("items", lambda inputs: inputs.size(8, quick=4)),
)
FRESH = Benchmark(
    title="Fresh toy",
    sides=(
        Fresh("nothing", "pass"),
        Fresh(
            "told",
            f"import json, sys; print('first', flush=True); print(json.dumps({json.dumps({'answer': 42})} | {{'n': len(sys.argv)}}))",
            arguments=lambda inputs: ["one", "two"],
        ),
    ),
    targets=(over("told", "nothing", 60_000), at_most("told", 41, metric="answer")),
    metrics=("ms", "answer"),
    rounds=2,
)
BROKEN = Benchmark(title="Broken toy", sides=(Steady("broken", broken),))
CRASHING = Benchmark(title="Crashing toy", sides=(Steady("crashing", crashing),))
FAILING = Benchmark(title="Failing toy", sides=(Fresh("failing", "raise SystemExit('went wrong')"),))
