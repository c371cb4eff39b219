"""Many prompts at once through a GPT-2 small."""

from benchmarks.cases.generation._sides import benchmark
from benchmarks.cases.generation._work import Work

BENCHMARK = benchmark(Work("gpt2_small", many=True), times=4, of_ctranslate2=1)
