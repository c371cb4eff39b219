"""Half a minute through a Whisper-small."""

from benchmarks.cases.speech._sides import Work, benchmark

BENCHMARK = benchmark(Work(30), times=1.5, of_transformers=1.5)
