"""Benchmarks: ``python -m benchmarks`` from the root of the repository. See README.md beside this file."""
