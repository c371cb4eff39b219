"""The download cache on disk: huggingface_hub's documented layout, so that caches are shared with it.

``models--owner--name/refs/<revision>`` holds a commit hash, ``models--owner--name/snapshots/<hash>/`` the
files.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from hezar_hub.names import SAVE_PREFIX, is_commit_hash

DEFAULT_REVISION = "main"


def repo_folder(cache: Path, repo_id: str, repo_type: str) -> Path:
    """Return the folder of a repo in the cache, existing or not."""
    return cache / "--".join([f"{repo_type}s", *repo_id.split("/")])


def snapshot(repo: Path, commit: str) -> Path:
    """Return the folder of the files of one commit."""
    return repo / "snapshots" / commit


def cached_commit(repo: Path, revision: str | None) -> str | None:
    """Return the commit the cache knows for `revision`, if it holds files of it."""
    commit = revision if is_commit_hash(revision) else _read_ref(repo, revision)
    return commit if commit and snapshot(repo, commit).is_dir() else None


def _read_ref(repo: Path, revision: str | None) -> str | None:
    try:
        commit = (repo / "refs" / (revision or DEFAULT_REVISION)).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return commit if is_commit_hash(commit) else None


def forget(path: Path) -> None:
    """Remove a file of a snapshot and its content from the cache."""
    content = path.resolve()
    path.unlink(missing_ok=True)
    content.unlink(missing_ok=True)


def remember(repo: Path, revision: str | None, commit: str) -> None:
    """Note in the cache that `revision` is `commit`, for the next time without network; best effort."""
    if is_commit_hash(revision) or _read_ref(repo, revision) == commit:
        return
    ref = repo / "refs" / (revision or DEFAULT_REVISION)
    with suppress(OSError):  # a read-only cache still serves its files
        ref.parent.mkdir(parents=True, exist_ok=True)
        fresh = ref.with_name(f"{ref.name}.{os.getpid()}.tmp")
        fresh.write_text(commit, encoding="utf-8")
        fresh.replace(ref)


def list_files(root: Path) -> list[str]:
    """Return all files under `root`, relative with ``/``, sorted; without git's own and those of a save under way."""
    names: list[str] = []
    seen: set[str] = set()
    for at, folders, files in os.walk(root, followlinks=True):
        real = os.path.realpath(at)
        if real in seen:  # a link back to a folder above
            folders.clear()
            continue
        seen.add(real)
        folders[:] = [folder for folder in folders if folder != ".git" and not folder.startswith(SAVE_PREFIX)]
        place = Path(at).relative_to(root)
        names += [(place / name).as_posix() for name in files if not name.startswith(SAVE_PREFIX)]
    return sorted(names)
