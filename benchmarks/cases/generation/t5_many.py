"""Many prompts at once through a T5-base."""

from benchmarks.cases.generation._sides import benchmark
from benchmarks.cases.generation._work import Work

BENCHMARK = benchmark(Work("t5_base", many=True), times=4, of_ctranslate2=1)
