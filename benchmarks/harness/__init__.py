"""The harness: what a benchmark is made of, and how it is run. Standard library only, because peers import it too."""

from benchmarks.harness.benchmark import Benchmark, Fresh, Inputs, Steady, Timed
from benchmarks.harness.compare import array_deviation, equal_share, score_deviation
from benchmarks.harness.errors import BenchmarkError
from benchmarks.harness.targets import Target, agrees, at_most, faster, over, within

__all__ = [
    "Benchmark",
    "BenchmarkError",
    "Fresh",
    "Inputs",
    "Steady",
    "Target",
    "Timed",
    "agrees",
    "array_deviation",
    "at_most",
    "equal_share",
    "faster",
    "over",
    "score_deviation",
    "within",
]
