"""Ten minutes through a Whisper-small."""

from benchmarks.cases.speech._sides import Work, benchmark

BENCHMARK = benchmark(Work(600), times=1.5, of_transformers=4)
