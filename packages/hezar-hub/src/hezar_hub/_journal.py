"""How many files change at once in a folder.

`atomic_save` writes new files into a hidden folder and renames it to ``.hezar-save``: that rename is the
commit. From then on the files in ``.hezar-save/files`` are the content of the folder, and the names listed in
``.hezar-save/deleted`` are absent, whoever dies next. Rolling forward moves them into place; whoever comes
first does it: the saver itself or, after a crash, the next reader or saver.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Generator, Iterable
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path, PurePosixPath

from hezar_hub.names import SAVE_PREFIX, is_name

JOURNAL = SAVE_PREFIX
FILES = "files"
DELETED = "deleted"
# A saver holds the lock only while it moves files; seconds mean a stopped process or a dead network disk.
LOCK_TIMEOUT_S = 30.0

# This process's saves under way, to tell them from leftovers of an older process with the same id.
_active: set[str] = set()


def journal_of(folder: Path) -> Path:
    """Return the place of the committed, not yet applied save of `folder`."""
    return folder / JOURNAL


def read_deleted(journal: Path) -> list[str]:
    """Return the names a committed save removes; of a journal that is not ours, those that are names in the folder."""
    try:
        text = (journal / DELETED).read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    return [name for name in text.split("\0") if is_name(name)]


def write_deleted(journal: Path, names: Iterable[str]) -> None:
    """Note the names a save removes; a null byte is the one character no file name has."""
    (journal / DELETED).write_text("\0".join(sorted(names)), encoding="utf-8")


def staged_names(journal: Path) -> list[str]:
    """Return the names of the files a save writes, sorted."""
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
        # Above the folder, where anybody may write (as in /tmp), only our own saves are trusted.
        if journal_of(place).is_dir() and (place is folder or _is_ours(journal_of(place))):
            # A saver in the middle of moving holds the lock: after it, its work is done and the journal gone.
            with locked(place) as held, suppress(OSError):
                if held:
                    roll_forward(place)
    return not journal_of(folder).is_dir()


def _is_ours(path: Path) -> bool:
    return sys.platform == "win32" or path.stat().st_uid == os.geteuid()


def roll_forward(folder: Path) -> None:
    """Move the files of a committed save into place, with the lock held. May be repeated after a crash."""
    journal = journal_of(folder)
    if not journal.is_dir():
        return
    for name in read_deleted(journal):
        target = folder / name
        if is_inside(target, folder) and not target.is_dir():
            target.unlink(missing_ok=True)
            _prune(target.parent, folder)
    changed = {folder}
    for name in staged_names(journal):
        target = folder / name
        if not is_inside(target, folder):
            continue  # no save of ours: `atomic_save` refuses such names before its commit
        target.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):  # where there are no locks, another process may have moved it
            (journal / FILES / name).replace(target)
        changed.add(target.parent)
    for place in changed:
        sync(place)
    # Renamed before it is emptied: a half-emptied journal must never look like a committed one.
    retired = new_scratch(folder)
    journal.rename(retired)
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
