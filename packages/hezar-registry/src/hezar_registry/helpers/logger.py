"""A logger that writes to stderr by itself."""

from __future__ import annotations

import logging

from hezar_registry.errors import InputError
from hezar_registry.logging import FORMAT


class Logger(logging.Logger):
    """A logger with a handler of its own: its records go to stderr as ``Hezar (LEVEL): message``.

    It stands outside the tree of `logging.getLogger`. Hezar itself uses `get_logger`, which leaves it to the program
    what becomes of a record.

    Args:
        name: Name of the logger.
        level: Least level that is shown, as a number or a name; default is ``"INFO"``.
        fmt: Format of a record; default is ``"Hezar (%(levelname)s): %(message)s"``.

    Raises:
        InputError: There is no such level.

    Example:
        >>> Logger("my_program").warning("Short of space.")  # doctest: +SKIP
        Hezar (WARNING): Short of space.
    """

    def __init__(self, name: str, level: int | str | None = None, fmt: str | None = None) -> None:
        level = logging.INFO if level is None else level
        try:
            super().__init__(name, level.upper() if isinstance(level, str) else level)
        except (ValueError, TypeError) as error:
            known = ", ".join(logging.getLevelNamesMapping())
            raise InputError(f"Unknown logging level {level!r}; it is a number or one of: {known}.") from error
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter(fmt or FORMAT))
        self.addHandler(handler)

    def log_upload_success(self, name: str, target_path: str) -> None:
        """Log that `name` was uploaded to `target_path`."""
        self.info("Uploaded: `%s` --> `%s`", name, target_path)
