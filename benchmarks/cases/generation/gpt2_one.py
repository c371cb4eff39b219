"""One prompt through a GPT-2 small."""

from benchmarks.cases.generation._sides import benchmark
from benchmarks.cases.generation._work import Work

BENCHMARK = benchmark(Work("gpt2_small"), times=1.5, of_ctranslate2=0.8)
