class BenchmarkError(Exception):
    """A benchmark cannot be run, or a side of it failed; the message says which and shows what it wrote."""
