"""Run a benchmark: every round takes one sample of each side, so that what else the machine does hits all alike."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from benchmarks.harness.benchmark import Benchmark, Fresh, Inputs, Side, find
from benchmarks.harness.errors import BenchmarkError
from benchmarks.harness.peers import python_of
from benchmarks.harness.processes import Worker, run_fresh

Sample = dict[str, float]


@dataclass
class Results:
    """What was measured.

    Attributes:
        samples: Side → its samples, metric → value, in the order they were taken.
        figures: Side → facts found during its set-up.
        agreement: Side → how far its answers are from those of the reference side.
    """

    samples: dict[str, list[Sample]] = field(default_factory=dict)
    figures: dict[str, dict[str, float]] = field(default_factory=dict)
    agreement: dict[str, dict[str, float]] = field(default_factory=dict)

    @property
    def medians(self) -> dict[str, dict[str, float]]:
        """Side → metric → median."""
        return {
            side: {m: statistics.median(self.series(side, m)) for m in self.samples[side][0]} for side in self.samples
        }

    def series(self, side: str, metric: str) -> list[float]:
        """Return a metric of all samples of a side."""
        return [sample[metric] for sample in self.samples[side]]


def measure(reference: str, inputs: Inputs, rounds: int | None = None, threads: int | None = None) -> Results:
    """Run a benchmark.

    Args:
        reference: Where it is; see `find`.
        inputs: What the sides work on.
        rounds: Samples per side; default is what the benchmark says.
        threads: Threads of every side; default is one per core.

    Raises:
        BenchmarkError: A side failed; nothing of the run is kept.
    """
    benchmark = find(reference)
    rounds = rounds or benchmark.rounds
    results = Results(samples={side.name: [] for side in benchmark.sides})
    with ExitStack() as stack:
        workers: dict[str, Worker] = {}
        take: dict[str, Callable[[], Sample]] = {}
        for side in benchmark.sides:
            _say(f"  {side.name}: set up")
            if isinstance(side, Fresh):
                take[side.name] = _fresh(side, inputs, threads)
                take[side.name]()  # compiles bytecode, fills the page cache
                continue
            arguments = [reference, side.name, str(inputs.folder), inputs.mode]
            worker = stack.enter_context(Worker(side.name, python_of(side.peer), arguments, threads))
            workers[side.name], take[side.name] = worker, worker.sample
            results.figures[side.name] = worker.figures
        for number in range(rounds):
            _say(f"  round {number + 1} of {rounds}")
            # Back and forth, so that no side always runs behind the same other one.
            for name in list(take) if number % 2 == 0 else reversed(take):
                results.samples[name].append(take[name]())
        results.agreement = _agreement(benchmark, workers)
    return results


def _fresh(side: Fresh, inputs: Inputs, threads: int | None) -> Callable[[], Sample]:
    python = python_of(side.peer)
    arguments = side.arguments(inputs) if side.arguments else ()
    return lambda: run_fresh(side.name, python, side.code, arguments, threads)


def _agreement(benchmark: Benchmark, workers: dict[str, Worker]) -> dict[str, dict[str, float]]:
    if benchmark.compare is None:
        return {}
    answers: dict[str, Any] = {name: worker.answers() for name, worker in workers.items()}
    reference = benchmark.reference or benchmark.sides[0].name
    if answers.get(reference) is None:
        raise BenchmarkError(f"{benchmark.title}: {reference} gives no answers to compare with.")
    return {
        name: benchmark.compare(answer, answers[reference])
        for name, answer in answers.items()
        if answer is not None and name != reference
    }


def peers_of(benchmark: Benchmark) -> set[str]:
    """Return the peers whose environments a benchmark needs."""

    def peer(side: Side) -> str | None:
        return side.peer

    return {name for name in map(peer, benchmark.sides) if name}


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
