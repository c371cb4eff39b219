"""Many prompts at once through a GPT-2 small, with the beams that published configs ask for."""

from benchmarks.cases.generation._sides import benchmark
from benchmarks.cases.generation._work import Work

BENCHMARK = benchmark(Work("gpt2_small", many=True, beams=4), times=4, of_ctranslate2=1)
