"""Prediction: many inputs in, results in order out.

A task is three pure functions: `encode` makes examples of inputs, `compute` outputs of a batch, `decode` results of
outputs. This room owns the way between them.
"""
