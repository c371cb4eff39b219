"""A repo that is a folder."""

from __future__ import annotations

from pathlib import Path

from hezar_hub import _journal
from hezar_hub._layout import list_files


class LocalFiles:
    """The files of a folder, as the last completed `atomic_save` left them."""

    commit = None

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fetch(self, name: str) -> Path | None:
        """Return the path of `name`, or ``None`` when there is no such file."""
        if _journal.is_hidden(name):
            return None
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

    def has(self, name: str) -> bool:
        """Whether there is a file `name`."""
        return self.fetch(name) is not None

    def where(self) -> str:
        """Say where we looked, for messages."""
        return f"the local folder {str(self.folder)!r}"
