"""Checkpoints: their folder, their contents, and how a run resumes from one."""
