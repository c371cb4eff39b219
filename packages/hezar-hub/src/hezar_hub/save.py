"""Saving many files, or one, all or nothing."""

from __future__ import annotations

import os
from collections.abc import Generator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager, suppress
from pathlib import Path

from hezar_hub import _journal
from hezar_hub.errors import DISK_ERRORS, InvalidFileNameError, SaveError
from hezar_hub.names import join_name, problem_of_path
from hezar_registry import HezarError, get_logger

logger = get_logger(__name__)

# Only where there are no locks can another save slip in between applying the last one and our rename.
_MAX_RENAMES = 10
# More than a disk that is called full has left over here and there.
_PROBE_BYTES = 2**20


class Staging:
    """Where the files of one `atomic_save` are written before they take their place."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.deleted: set[str] = set()

    def path(self, name: str, subfolder: str | None = None) -> Path:
        """Return where to write the file that will be `name`; its parent folders exist.

        Raises:
            InvalidFileNameError: The name leads out of the folder.
        """
        name = self._check(name, subfolder)
        self.deleted.discard(name)
        path = self._root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def delete(self, name: str, subfolder: str | None = None) -> None:
        """Mark an old file for removal; it need not exist.

        Raises:
            InvalidFileNameError: The name leads out of the folder.
        """
        name = self._check(name, subfolder)
        (self._root / name).unlink(missing_ok=True)
        self.deleted.add(name)

    @staticmethod
    def _check(name: str, subfolder: str | None) -> str:
        name = join_name(subfolder, name)
        if _journal.is_hidden(name):
            raise InvalidFileNameError(f"{name!r} is a name Hezar keeps for saves under way; choose another.")
        return name


@contextmanager
def atomic_save(folder: str | os.PathLike[str]) -> Generator[Staging]:
    """Write a set of files into `folder` so that all of them change, or none.

    An exception in the block leaves the folder as it was; so does a crash, at any moment, or it leaves the
    complete new state, as `Repo` reads it. Files that are not mentioned stay. Missing folders are made.

    Raises:
        SaveError: `folder` is a file, cannot be written to, or the disk is full. The old state is whole.

    Example:
        >>> with atomic_save("my-model") as staging:
        ...     staging.path("model_config.yaml").write_text("name: bert")
        ...     staging.delete("model.pt")
    """
    target = target_path(folder)
    with _disk_errors(target):
        made = _make(target)
        done = False
        try:
            _journal.settle(target)
            _journal.sweep(target)
            with _journal.scratch(target) as scratch:
                (scratch / _journal.FILES).mkdir(parents=True)
                staging = Staging(scratch / _journal.FILES)
                try:
                    yield staging
                except Exception as error:
                    _ask_disk(scratch, error)
                    raise
                _finish(scratch, staging)
                _commit(scratch, target, staging.deleted)
            done = True
        finally:
            if not done:
                _unmake(made)


def target_path(path: str | os.PathLike[str]) -> Path:
    """Return where to save to.

    Raises:
        SaveError: It is not a path, or one that no file system takes.
    """
    if not isinstance(path, (str, os.PathLike)):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise SaveError(f"A path to save to is wanted; found {path!r:.100}.")
    if problem := problem_of_path(os.fsdecode(path)):
        raise SaveError(f"Cannot save to {os.fsdecode(path)!r:.300}: {problem}. Choose another name.")
    return Path(path).expanduser()


def atomic_write(path: str | os.PathLike[str], content: bytes | str) -> Path:
    """Write one file so that a reader sees the old or the new content, never a part.

    Raises:
        SaveError: The file cannot be written; an old one is whole.

    Example:
        >>> atomic_write("notes.txt", "سلام")
        PosixPath('notes.txt')
    """
    target = target_path(path)
    with _disk_errors(target):
        if target.is_dir():
            raise SaveError(f"Cannot write the file {str(target)!r}: a folder has that name.")
        made = _make(target.parent)
        done = False
        try:
            # An unapplied save that holds an older version of this file must not come after us.
            _journal.settle(target.parent)
            with _journal.scratch(target.parent) as scratch:
                scratch.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
                _journal.sync(scratch)
                scratch.replace(target)
            _journal.sync(target.parent)
            done = True
        finally:
            if not done:
                _unmake(made)
    return target


def _finish(scratch: Path, staging: Staging) -> None:
    """Complete a save before its commit: its record, and everything on disk."""
    _journal.write_record(scratch, staging.deleted)
    for at, _, names in os.walk(scratch):
        for name in names:
            _journal.sync(Path(at, name))
        _journal.sync(Path(at))


def _commit(scratch: Path, folder: Path, deleted: AbstractSet[str]) -> None:
    with _journal.locked(folder) as held:
        if held is False:
            raise SaveError(f"Cannot save to {str(folder)!r}: another process keeps it locked. Try again later.")
        _check_places(scratch, folder, deleted)
        _rename_to_journal(scratch, folder)
        try:
            _journal.sync(folder)
            _journal.roll_forward(folder)
        except OSError as error:
            # Committed already: readers see the new files, so this must not be reported as a failed save.
            logger.warning("Saved to %s, but not all files are in their place yet: %s", folder, error)


def _rename_to_journal(scratch: Path, folder: Path) -> None:
    """The commit: one rename. An older save that was killed after its own commit is applied first."""
    for _ in range(_MAX_RENAMES):
        _journal.roll_forward(folder)
        try:
            scratch.rename(_journal.journal_of(folder))
        except OSError:
            journal = _journal.journal_of(folder)
            if not os.path.lexists(journal):
                raise
            if _journal.pending(folder) is None:
                raise SaveError(
                    f"Cannot save to {str(folder)!r}: {journal.name!r} there was not left by a save of Hezar. Remove it."
                ) from None
        else:
            return
    raise SaveError(f"Cannot save to {str(folder)!r}: other processes save there all the time. Try again later.")


def _check_places(scratch: Path, folder: Path, deleted: AbstractSet[str]) -> None:
    """Refuse before the commit what could not be moved into place after it."""
    for name in _journal.staged_names(scratch):
        if not _journal.is_inside(folder / name, folder):
            raise SaveError(f"Cannot save {name!r} into {str(folder)!r}: a link leads out of that folder.")
        if (folder / name).is_dir():
            raise SaveError(f"Cannot save {name!r} into {str(folder)!r}: a folder has that name.")
        for parent in Path(name).parents[:-1]:
            if (folder / parent).is_file() and parent.as_posix() not in deleted:
                raise SaveError(f"Cannot save {name!r} into {str(folder)!r}: {str(parent)!r} is a file there.")
        if not os.access(_nearest(folder / name), os.W_OK):
            raise SaveError(f"Cannot save {name!r} into {str(folder)!r}: no permission to write there.")


def _nearest(path: Path) -> Path:
    """Return the closest existing folder above `path`."""
    return next(parent for parent in path.parents if parent.is_dir())


def _make(folder: Path) -> list[Path]:
    """Make `folder` and its parents; return the new ones, innermost first."""
    made: list[Path] = []
    for place in (folder, *folder.parents):
        if place.is_dir():
            break
        if place.exists():
            raise SaveError(
                f"Cannot save to {str(folder)!r}: {str(place)!r} is a file, not a folder. "
                "Choose another folder, or move that file away."
            )
        made.append(place)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        _unmake(made)
        raise
    return made


def _unmake(made: list[Path]) -> None:
    for place in made:
        with suppress(OSError):  # another process put something there
            place.rmdir()


def _ask_disk(scratch: Path, error: Exception) -> None:
    """Raise what the disk says, where it is what made a save fail.

    Libraries that write the files for us wrap a full disk in errors of their own, with texts of their own.
    """
    if isinstance(error, (OSError, HezarError)):
        return  # says itself what it is
    probe = scratch / "probe"
    try:
        probe.write_bytes(os.urandom(_PROBE_BYTES))
        _journal.sync(probe)
    except OSError as refusal:
        raise refusal from error
    finally:
        probe.unlink(missing_ok=True)


@contextmanager
def _disk_errors(target: Path) -> Generator[None]:
    """Raise what a disk answers as `SaveError`; errors of the caller's own block pass through."""
    try:
        yield
    except Exception as error:
        if isinstance(error, SaveError) or not (isinstance(error, OSError) and error.errno in DISK_ERRORS):
            raise
        raise SaveError(
            f"Cannot save to {str(target)!r}: {error}. What was there before is unchanged. "
            "Check free space and permissions, or choose another folder."
        ) from error
