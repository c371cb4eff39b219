"""Repo ids and file names as text: what is valid, and what merely looks like a path."""

from __future__ import annotations

import os
import re
from pathlib import Path

from hezar_hub.constants import HEZAR_HUB_ID, REPO_TYPES, RepoType
from hezar_hub.errors import InvalidFileNameError, InvalidRepoIdError, RepoNotFoundError

# The Hub's own rule: Latin letters, digits, `_`, `-` and `.`, no `--` or `..`, no `-` or `.` at the ends.
_PART = r"(?![-.])(?!.*(?:--|\.\.))[A-Za-z0-9._-]+(?<![-.])"
_REPO_ID = re.compile(rf"{_PART}/{_PART}")
_MAX_REPO_ID = 96
# Of one name, on all common file systems.
MOST_BYTES = 255
_COMMIT_HASH = re.compile(r"[0-9a-f]{40}")
# Hidden names of a save under way; they are never part of a repo.
SAVE_PREFIX = ".hezar-save"


def check_repo_id(repo_id: str) -> str:
    """Return `repo_id` when it is a valid `owner/name`.

    Raises:
        InvalidRepoIdError: It is not; the message says what one looks like.

    Example:
        >>> check_repo_id("hezarai/bert-base-fa")
        'hezarai/bert-base-fa'
    """
    repo_id = path_text(repo_id)
    if _REPO_ID.fullmatch(repo_id) and len(repo_id) <= _MAX_REPO_ID and not repo_id.endswith(".git"):
        return repo_id
    example = f"{HEZAR_HUB_ID}/{repo_id}" if _REPO_ID.fullmatch(f"{HEZAR_HUB_ID}/{repo_id}") else "hezarai/bert-base-fa"
    raise InvalidRepoIdError(
        f"{repo_id!r} is neither an existing local folder nor a repo id 'owner/name', such as {example!r}. "
        "A repo id has Latin letters, digits, '-', '_' and '.', and at most 96 characters."
    )


def check_repo_type(repo_type: str) -> RepoType:
    """Return `repo_type` when the Hub has that type.

    Raises:
        InvalidRepoIdError: It has not.
    """
    for known in REPO_TYPES:
        if known == repo_type:
            return known
    raise InvalidRepoIdError(f"Unknown repo type {repo_type!r}; there are: {', '.join(REPO_TYPES)}.")


def path_text(path_or_id: str | os.PathLike[str]) -> str:
    """Return a path or repo id as text.

    Raises:
        InvalidRepoIdError: It is something else.
    """
    if isinstance(path_or_id, (str, os.PathLike)):  # pyright: ignore[reportUnnecessaryIsInstance]
        text = os.fspath(path_or_id)
        if isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance] - paths may be bytes
            return text
    raise InvalidRepoIdError(f"A local folder or a repo id 'owner/name' is wanted; found {path_or_id!r:.100}.")


def looks_like_path(text: str) -> bool:
    """Whether `text` can only be meant as a local path, never as `owner/name`."""
    return (
        text in {"", ".", ".."}
        or text.startswith(("./", "../", "/", "~"))
        or "\\" in text
        or text.rstrip("/").count("/") > 1
        or re.match(r"[A-Za-z]:", text) is not None
    )


def local_folder(path_or_id: str | os.PathLike[str]) -> Path | None:
    """Return the local folder meant by `path_or_id`, or ``None`` when a Hub repo is meant.

    Raises:
        RepoNotFoundError: A path is meant, but no such folder exists.
        InvalidRepoIdError: Neither a folder nor a valid repo id.
    """
    text = path_text(path_or_id)
    # os.path answers no where pathlib raises: names that are too long, an unknown user behind "~".
    path = os.path.expanduser(text)  # noqa: PTH111
    if os.path.isdir(path):  # noqa: PTH112
        return Path(path)
    if os.path.isfile(path):  # noqa: PTH113
        raise InvalidRepoIdError(f"{text!r} is a file; give the folder that holds it, {str(Path(path).parent)!r}.")
    if not isinstance(path_or_id, str) or looks_like_path(text):
        raise RepoNotFoundError(
            f"There is no local folder {text!r}. Check the path (the working folder is {str(Path.cwd())!r}); "
            "a repo on the Hub is given as 'owner/name'."
        )
    check_repo_id(text)
    return None


def is_name(name: str) -> bool:
    """Whether `name` is relative, with ``/``, has no ``.``, ``..`` or empty parts, and can be stored."""
    unsafe = "\\" in name or re.match(r"[A-Za-z]:", name) is not None
    return not unsafe and problem_of_path(name) is None and all(part not in {"", ".", ".."} for part in name.split("/"))


def problem_of_path(path: str) -> str | None:
    """Return why no file system takes a path, whatever it holds; ``None`` for one that may be there."""
    if "\0" in path:
        return "it has a NUL character"
    try:
        sizes = [len(os.fsencode(part)) for part in path.split("/")]
    except UnicodeEncodeError:
        return "it has half a surrogate pair, which is no character"
    if max(sizes) > MOST_BYTES:
        return f"a name in it has {max(sizes):,} bytes, and file systems allow {MOST_BYTES}"
    return None


def check_name(name: str) -> str:
    """Return a file or folder name inside a repo in its one canonical form, `a/b/c`.

    Raises:
        InvalidFileNameError: It is empty, absolute, uses backslashes, has ``.`` or ``..`` in it, or is too long.

    Example:
        >>> check_name("preprocessor/tokenizer.json")
        'preprocessor/tokenizer.json'
    """
    if not isinstance(name, str) or not is_name(name.rstrip("/")):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidFileNameError(
            f"{name!r:.300} cannot name a file of a repo: names are relative, use '/', have no '..' and at most {MOST_BYTES} bytes, "
            "such as 'preprocessor/tokenizer.json'."
        )
    return name.rstrip("/")


def join_name(*folders_and_name: str | None) -> str:
    """Join folders, which may be ``None``, and a name, each checked with `check_name`."""
    *folders, name = folders_and_name
    return "/".join(check_name(part) for part in (*filter(None, folders), name or ""))


def check_revision(revision: str | None) -> str | None:
    """Return `revision`; it becomes part of a cache path, so it must not lead out of it.

    Raises:
        InvalidFileNameError: It would.
    """
    return None if revision is None else check_name(revision)


def is_commit_hash(revision: str | None) -> bool:
    """Whether `revision` is a full commit hash, which always means the same files."""
    return revision is not None and _COMMIT_HASH.fullmatch(revision) is not None
