"""Callbacks of the training loop: progress, logs, plots, and those of users."""
