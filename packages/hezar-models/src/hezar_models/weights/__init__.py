"""Weights: files, the names in them, and how they meet the names of a model."""
