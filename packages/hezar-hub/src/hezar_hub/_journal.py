"""How many files change at once in a folder.

`atomic_save` writes new files into a hidden folder and renames it to ``.hezar-save``: that rename is the
commit. From then on the files in ``.hezar-save/files`` are the content of the folder, and the names that its record lists
as deleted are absent, whoever dies next. Rolling forward moves them into place; whoever comes
first does it: the saver itself or, after a crash, the next reader or saver.

A folder that came from elsewhere may hold a ``.hezar-save`` that no save made. Only what a save of ours can have left is
applied: real folders and files of the right owner, with the names and sizes that the record says, and no link anywhere.
"""

from __future__ import annotations

import json
import os
import stat
import sys
import time
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import cast

from hezar_hub.names import SAVE_PREFIX, is_name
from hezar_registry import get_logger

logger = get_logger(__name__)

JOURNAL = SAVE_PREFIX
FILES = "files"
RECORD = "record.json"
#: A record longer than this is none of ours.
MOST_RECORD_BYTES = 64 * 2**20
# A saver holds the lock only while it moves files; seconds mean a stopped process or a dead network disk.
LOCK_TIMEOUT_S = 30.0

# This process's saves under way, to tell them from leftovers of an older process with the same id.
_active: set[str] = set()


def journal_of(folder: Path) -> Path:
    """Return the place of the committed, not yet applied save of `folder`."""
    return folder / JOURNAL


@dataclass(frozen=True)
class Save:
    """A committed save that is not yet applied, or not wholly.

    Attributes:
        journal: Where it is.
        sizes: The files it writes, with their sizes; some may be in their place already.
        deleted: The files it removes.
    """

    journal: Path
    sizes: Mapping[str, int]
    deleted: Sequence[str]

    def staged(self, name: str) -> Path | None:
        """Return where the new file `name` waits, or ``None`` when it does not."""
        path = self.journal / FILES / name
        return path if name in self.sizes and _kind(path) == "file" else None


def write_record(journal: Path, deleted: Iterable[str]) -> None:
    """Note what a save writes and removes, before its commit."""
    root = journal / FILES
    sizes = {name: (root / name).stat().st_size for name in staged_names(journal)}
    (journal / RECORD).write_text(json.dumps({"files": sizes, "deleted": sorted(deleted)}), encoding="utf-8")


def pending(folder: Path, *, above: bool = False) -> Save | None:
    """Return the committed save of `folder` that is not applied, if it is one of ours.

    Args:
        folder: The folder.
        above: It is a folder above the one that is wanted, where anybody may write (as in /tmp): only what belongs to this
            user counts. In the folder itself, what belongs to the owner of the folder does too.
    """
    journal = journal_of(folder)
    if _kind(journal) is None:
        return None
    try:
        owners = _owners(folder, above)
        save = _read(journal, owners)
        _check_staged(save, owners)
    except FileNotFoundError:  # applied and removed by another process meanwhile, or never one
        return None
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        logger.warning("%s was not left by a save of Hezar and is ignored: %s. Remove it.", journal, error)
        return None
    return save


def _owners(folder: Path, above: bool) -> set[int] | None:
    if sys.platform == "win32":
        return None
    return {os.geteuid()} if above else {os.geteuid(), folder.stat().st_uid}


def _read(journal: Path, owners: set[int] | None) -> Save:
    _check_owned(journal, "folder", owners)
    _check_owned(journal / RECORD, "file", owners)
    if (journal / RECORD).lstat().st_size > MOST_RECORD_BYTES:
        raise ValueError("its record is too long")
    record = json.loads((journal / RECORD).read_text(encoding="utf-8"))
    if not (isinstance(record["files"], dict) and isinstance(record["deleted"], list)):
        raise ValueError("its record has another form")
    sizes, deleted = cast("dict[str, int]", record["files"]), cast("list[str]", record["deleted"])
    for name in (*sizes, *deleted):
        if not is_name(name) or is_hidden(name):
            raise ValueError(f"its record has the name {name!r:.100}")
    return Save(journal, sizes, deleted)


def _check_staged(save: Save, owners: set[int] | None) -> None:
    """Raise a `ValueError` unless everything that waits is in the record and no link."""
    root = save.journal / FILES
    places = [root] if _kind(root) is not None else []
    while places:
        place = places.pop()
        _check_owned(place, "folder", owners)
        with os.scandir(place) as entries:
            found = [(Path(entry.path), entry.is_dir(follow_symlinks=False)) for entry in entries]
        places += [path for path, is_folder in found if is_folder]
        for path in (path for path, is_folder in found if not is_folder):
            with suppress(FileNotFoundError):  # moved into place by another process since we looked
                waiting = _check_owned(path, "file", owners)
                name = path.relative_to(root).as_posix()
                if waiting.st_nlink > 1 or save.sizes.get(name) != waiting.st_size:
                    raise ValueError(f"{name!r} is not what its record says")


def _check_owned(path: Path, kind: str, owners: set[int] | None) -> os.stat_result:
    found = path.lstat()
    if _kind_of(found.st_mode) != kind:
        raise ValueError(f"{path.name!r} is no {kind}")
    if owners is not None and found.st_uid not in owners:
        raise ValueError(f"{path.name!r} belongs to another user")
    return found


def _kind(path: Path) -> str | None:
    """Return what is at a path, without following a link: ``"file"``, ``"folder"``, ``"other"`` or ``None`` for nothing."""
    try:
        return _kind_of(path.lstat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return None


def _kind_of(mode: int) -> str:
    return "folder" if stat.S_ISDIR(mode) else "file" if stat.S_ISREG(mode) else "other"


def staged_names(journal: Path) -> list[str]:
    """Return the names of the files a save of this process writes, sorted."""
    root = journal / FILES
    found = (Path(at) / name for at, _, names in os.walk(root) for name in names)
    return sorted(path.relative_to(root).as_posix() for path in found)


@contextmanager
def locked(folder: Path) -> Generator[bool | None]:
    """Hold the lock of `folder`. A killed process gives its lock back by dying.

    Yields:
        True: it is held. False: another process kept it all the time. None: this system or disk has no locks.
    """
    if sys.platform == "win32":
        yield None
        return
    try:
        # The folder itself is locked, so no lock file is left behind and read-only folders can be locked too.
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        yield None
        return
    try:
        yield _wait_for_lock(handle)
    finally:
        os.close(handle)


def _wait_for_lock(handle: int) -> bool | None:
    import fcntl

    deadline = time.monotonic() + LOCK_TIMEOUT_S
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.005)
        except OSError:
            return None
        else:
            return True


def settle(folder: Path) -> bool:
    """Apply a committed save that its saver did not finish, in `folder` or a folder above it, if we may.

    Returns:
        Whether `folder` itself has no unapplied save left. It has on a read-only disk: there, readers look
        into the journal instead.
    """
    for place in (folder, *folder.absolute().parents):
        above = place is not folder
        if pending(place, above=above) is not None:
            # A saver in the middle of moving holds the lock: after it, its work is done and the journal gone.
            with locked(place) as held, suppress(OSError):
                if held:
                    roll_forward(place, above=above)
    return pending(folder) is None


def roll_forward(folder: Path, *, above: bool = False) -> None:
    """Move the files of a committed save into place, with the lock held. May be repeated after a crash."""
    save = pending(folder, above=above)
    if save is None:
        return
    for name in save.deleted:
        target = folder / name
        if is_inside(target, folder) and not target.is_dir():
            target.unlink(missing_ok=True)
            _prune(target.parent, folder)
    changed = {folder}
    for name in sorted(save.sizes):
        target, waiting = folder / name, save.staged(name)
        if waiting is None or not is_inside(target, folder):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):  # where there are no locks, another process may have moved it
            waiting.replace(target)
        changed.add(target.parent)
    for place in changed:
        sync(place)
    # Renamed before it is emptied: a half-emptied journal must never look like a committed one.
    retired = new_scratch(folder)
    save.journal.rename(retired)
    remove(retired)


def is_inside(target: Path, folder: Path) -> bool:
    """Whether the place of `target` is in `folder` when links are followed; a foreign folder may hold links."""
    return target.parent.resolve().is_relative_to(folder.resolve())


def _prune(folder: Path, root: Path) -> None:
    while folder != root:
        try:
            folder.rmdir()
        except OSError:  # not empty, or gone
            return
        folder = folder.parent


def new_scratch(folder: Path) -> Path:
    """Return a fresh hidden name in `folder`; it tells which process on which machine works there."""
    import socket

    host = "".join(char if char.isalnum() else "_" for char in socket.gethostname())
    return folder / f"{SAVE_PREFIX}.{host}-{os.getpid()}-{os.urandom(4).hex()}.tmp"


@contextmanager
def scratch(folder: Path) -> Generator[Path]:
    """Yield a fresh hidden name in `folder`; what is left there in the end, file or folder, is removed."""
    path = new_scratch(folder)
    _active.add(path.name)
    try:
        yield path
    finally:
        _active.discard(path.name)
        remove(path)


def remove(path: Path) -> None:
    """Remove a scratch file or folder, as far as possible."""
    if path.is_dir():
        import shutil

        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove what killed processes of this machine left in `folder`."""
    ours = new_scratch(folder).name.rsplit("-", 2)[0]
    for path in folder.glob(f"{ours}-*-*.tmp"):
        pid = path.name.rsplit("-", 2)[1]
        if pid.isdigit() and path.name not in _active and not _runs(int(pid)):
            remove(path)


def _runs(pid: int) -> bool:
    if pid == os.getpid():
        return False  # the name is not in _active, so an older process had our id
    if sys.platform == "win32":
        return True  # there, signal 0 would be Ctrl-C
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def sync(path: Path) -> None:
    """Force a file or folder to disk; folders only where the system can."""
    is_folder = path.is_dir()
    if is_folder and sys.platform == "win32":
        return
    handle = os.open(path, os.O_RDONLY if is_folder else os.O_RDWR)
    try:
        with suppress(OSError) if is_folder else nullcontext():
            os.fsync(handle)
    finally:
        os.close(handle)


def is_hidden(name: str) -> bool:
    """Whether `name` belongs to a save under way and is not part of the repo."""
    return PurePosixPath(name).parts[0].startswith(SAVE_PREFIX)
