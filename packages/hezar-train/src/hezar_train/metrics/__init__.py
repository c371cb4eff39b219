"""Metrics: counts that add up over batches and processes, and scores computed from them once."""
