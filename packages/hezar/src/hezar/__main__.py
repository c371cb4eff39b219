"""``python -m hezar`` is ``hezar``."""

from hezar.cli import main

main()
