"""What a Hub answers is not trusted with paths, nor a file with being what was promised.

Commits, tags of content and names of files come from whoever answers at ``HF_ENDPOINT``, and become parts of paths in the
cache, here and in huggingface_hub. Each is looked at before anything uses it. The tag of a file is a checksum of its content:
SHA-256 of a large file, git's SHA-1 of a small one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

from hezar_hub.errors import HubError
from hezar_hub.names import is_commit_hash, is_name

_TAG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._=+-]{0,199}")
_COMMIT_HEADER = "X-Repo-Commit"
_CHUNK = 2**20


def checked_commit(commit: object, asked: str) -> str:
    """Return the commit that a Hub names.

    Args:
        commit: What it says.
        asked: What it was asked for, for the message.

    Raises:
        HubError: It is no commit hash.
    """
    if isinstance(commit, str) and is_commit_hash(commit):
        return commit
    raise HubError(
        f"The Hub names {commit!r:.100} as the commit of {asked}, which is no commit hash. Check HF_ENDPOINT: nothing was written."
    )


def checked_tag(tag: object, asked: str) -> str:
    """Return the tag of a file, which becomes the name of its content in the cache.

    Raises:
        HubError: It cannot be a name.
    """
    if isinstance(tag, str) and _TAG.fullmatch(tag) and ".." not in tag:
        return tag
    raise HubError(
        f"The Hub gives {tag!r:.100} as the tag of {asked}, which is no name. Check HF_ENDPOINT: nothing was written."
    )


def checked_names(names: Iterable[object]) -> list[str]:
    """Return the file names of a listing, sorted; what is no name inside a repo is left out, and so can never be asked for."""
    return sorted(name for name in names if isinstance(name, str) and is_name(name))


def watch_library() -> None:
    """Have huggingface_hub check the answers of a Hub before it makes paths of them; may be called any number of times."""
    library = import_module("huggingface_hub.file_download")
    asks: Callable[..., Any] = library.get_hf_file_metadata
    if getattr(asks, "checks_answers", False):
        return

    @wraps(asks)
    def checking(*args: Any, **kwargs: Any) -> Any:
        asked = str(kwargs.get("url") or (args[0] if args else "a file"))
        try:
            found = asks(*args, **kwargs)
        except Exception as error:  # a refusal names a commit, too
            response = getattr(error, "response", None)
            commit = None if response is None else response.headers.get(_COMMIT_HEADER)
            if commit is not None:
                checked_commit(commit, asked)
            raise
        if found.commit_hash is not None:
            checked_commit(found.commit_hash, asked)
        if found.etag is not None:
            checked_tag(found.etag, asked)
        return found

    vars(checking)["checks_answers"] = True
    vars(library)["get_hf_file_metadata"] = checking


def is_as_promised(path: Path) -> bool | None:
    """Whether the content of a cached file has the checksum that its tag is; ``None`` where the tag is none.

    Args:
        path: The file in a snapshot, a link to its content, whose name is the tag; or that content.
    """
    content = path.resolve()
    tag, size = content.name, content.stat().st_size
    if re.fullmatch(r"[0-9a-f]{64}", tag):
        return _digest(content, hashlib.sha256()) == tag
    if re.fullmatch(r"[0-9a-f]{40}", tag):
        return _digest(content, hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)) == tag
    return None


def _digest(path: Path, checksum: Any) -> str:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            checksum.update(chunk)
    return checksum.hexdigest()
