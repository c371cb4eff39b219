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
        if not _journal.settle(self.folder):
            journal = _journal.journal_of(self.folder)
            staged = journal / _journal.FILES / name
            if staged.is_file():
                return staged
            # In this order: a file that was moved into place since the look above is found below.
            if name in _journal.read_deleted(journal):
                return None
        path = self.folder / name
        return path if path.is_file() else None

    def names(self) -> list[str]:
        """Return all file names, sorted."""
        settled = _journal.settle(self.folder)
        names = set(list_files(self.folder))
        if not settled:
            journal = _journal.journal_of(self.folder)
            names = names.difference(_journal.read_deleted(journal)).union(_journal.staged_names(journal))
        return sorted(names)

    def has(self, name: str) -> bool:
        """Whether there is a file `name`."""
        return self.fetch(name) is not None

    def where(self) -> str:
        """Say where we looked, for messages."""
        return f"the local folder {str(self.folder)!r}"
