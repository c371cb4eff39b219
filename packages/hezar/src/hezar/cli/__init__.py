"""The command line: ``hezar --help``."""

from hezar.cli.app import hezar, main

__all__ = ["hezar", "main"]
