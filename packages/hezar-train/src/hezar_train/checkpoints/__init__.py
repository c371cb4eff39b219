"""Checkpoints: their folder, what they hold, and how a run goes on from one."""
