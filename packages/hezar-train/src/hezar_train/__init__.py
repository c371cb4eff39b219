"""Trainer, callbacks and metrics for Hezar models."""
