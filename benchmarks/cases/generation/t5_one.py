"""One prompt through a T5-base."""

from benchmarks.cases.generation._sides import benchmark
from benchmarks.cases.generation._work import Work

BENCHMARK = benchmark(Work("t5_base"), times=1.5, of_ctranslate2=0.8)
