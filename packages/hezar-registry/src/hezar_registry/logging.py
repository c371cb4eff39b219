"""Logging for all Hezar packages: ordinary standard-library loggers, silent until someone listens.

Warnings reach stderr through Python's own last-resort handler; `set_verbosity` adds a handler with Hezar's format.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

# The standard library's logging comes with the first logger: it would take a tenth of the time to import configs.
if TYPE_CHECKING:
    import logging

FORMAT = "Hezar (%(levelname)s): %(message)s"
ROOT_LOGGER = "hezar"


def get_logger(name: str) -> logging.Logger:
    """Return the logger of module `name`, placed under the common parent ``hezar``.

    Example:
        >>> get_logger("hezar_data.datasets").name
        'hezar.data.datasets'
    """
    import logging

    package, _, rest = name.partition(".")
    suffix = package.removeprefix("hezar").lstrip("_")
    return logging.getLogger(".".join(part for part in (ROOT_LOGGER, suffix, rest) if part))


def set_verbosity(level: int | str) -> None:
    """Send Hezar's log records of `level` and above to stderr, as ``Hezar (LEVEL): message``.

    Args:
        level: A `logging` level or its name, such as ``"info"``.

    Raises:
        ValueError: The name is not a logging level.
    """
    import logging

    logger = logging.getLogger(ROOT_LOGGER)
    logger.setLevel(level.upper() if isinstance(level, str) else level)
    if not logger.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter(FORMAT))
        logger.addHandler(handler)
        logger.propagate = False


def progress_enabled(stream_is_terminal: bool) -> bool:
    """Whether progress bars are to be shown: on a terminal, unless ``HEZAR_DISABLE_PROGRESS_BARS`` is set."""
    return stream_is_terminal and os.environ.get("HEZAR_DISABLE_PROGRESS_BARS", "").lower() in ("", "0", "false")
