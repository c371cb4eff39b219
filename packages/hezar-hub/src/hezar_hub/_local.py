"""A repo that is a folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from hezar_hub import _journal
from hezar_hub._layout import list_files

T = TypeVar("T")
#: Reads that saves came into, before savers are made to wait.
MAX_READS = 4


class LocalFiles:
    """The files of a folder, as the last completed `atomic_save` left them."""

    commit = None

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # What each file asked for was when it was first looked at in a `read`.
        self._seen: dict[str, tuple[int, ...] | None] = {}
        self._reading = False

    def fetch(self, name: str) -> Path | None:
        """Return the path of `name`, or ``None`` when there is no such file."""
        if _journal.is_hidden(name):
            return None
        path = self._find(name)
        if self._reading:
            self._seen.setdefault(name, _stamp(path))
        return path

    def _find(self, name: str) -> Path | None:
        _journal.settle(self.folder)
        save = _journal.pending(self.folder)  # on a read-only disk it stays, and is read where it is
        if save is not None:
            staged = save.staged(name)
            if staged is not None:
                return staged
            # In this order: a file that was moved into place since the look above is found below.
            if name in save.deleted:
                return None
        path = self.folder / name
        return path if path.is_file() else None

    def names(self) -> list[str]:
        """Return all file names, sorted."""
        _journal.settle(self.folder)
        names, save = set(list_files(self.folder)), _journal.pending(self.folder)
        return sorted(names if save is None else names.difference(save.deleted).union(save.sizes))

    def read(self, call: Callable[[], T]) -> T:
        """Return the result of `call`, which reads files, all of one save; see `Repo.read`."""
        if self._reading:
            return call()
        self._reading = True
        try:
            for _ in range(MAX_READS):
                self._seen.clear()
                try:
                    result = call()
                except Exception:
                    if self._is_as_seen():
                        raise
                else:
                    if self._is_as_seen():
                        return result
            # Saved all the time: now savers wait for us.
            with _journal.locked(self.folder) as held:
                if held:
                    _journal.roll_forward(self.folder)
                return call()
        finally:
            self._reading = False

    def _is_as_seen(self) -> bool:
        # A save puts new files in place of old ones. `_find` applies one that is half-way, so two looks at the same files
        # with no change in between mean that all of them were there at one moment.
        return all(_stamp(self._find(name)) == stamp for name, stamp in self._seen.items())

    def has(self, name: str) -> bool:
        """Whether there is a file `name`."""
        return self.fetch(name) is not None

    def where(self) -> str:
        """Say where we looked, for messages."""
        return f"the local folder {str(self.folder)!r}"


def _stamp(path: Path | None) -> tuple[int, ...] | None:
    try:
        found = path.stat() if path is not None else None
    except FileNotFoundError:
        return None
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns) if found is not None else None
