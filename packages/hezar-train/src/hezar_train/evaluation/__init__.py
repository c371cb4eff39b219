"""Evaluation: the loop over a dataset, and what each task hands to its metrics."""
