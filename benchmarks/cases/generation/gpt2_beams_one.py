"""One prompt through a GPT-2 small, with the beams that published configs ask for."""

from benchmarks.cases.generation._sides import benchmark
from benchmarks.cases.generation._work import Work

BENCHMARK = benchmark(Work("gpt2_small", beams=4), times=1.5, of_ctranslate2=0.8)
