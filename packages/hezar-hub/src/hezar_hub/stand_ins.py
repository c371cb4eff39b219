"""What lies in the place of a file that never came: a pointer of Git LFS, a web page, or nothing."""

from __future__ import annotations

import os
from pathlib import Path

_LFS_POINTER = b"version https://git-lfs.github.com/spec/"
_WEB_PAGES = (b"<!doctype html", b"<html")
_HEAD = 512  # bytes that are looked at


def stand_in(source: str | os.PathLike[str] | bytes) -> str | None:
    """Say what a file is that cannot be read because it is not the file at all.

    Whoever fails to read a file asks this first: a reader of weights says of a pointer that it is truncated.

    Args:
        source: The path of the file, or its contents.

    Returns:
        What it is and what to do, to be put after "is"; ``None`` where the file is something else, or not there.

    Example:
        >>> stand_in(b"")
        'an empty file: copy or download it again'
    """
    if isinstance(source, bytes):
        head = source[:_HEAD]
    else:
        try:
            with Path(source).open("rb") as file:
                head = file.read(_HEAD)
        except (OSError, ValueError):
            return None
    if not head:
        return "an empty file: copy or download it again"
    if head.startswith(_LFS_POINTER):
        return (
            "a pointer of Git LFS, and the file itself was never fetched: run `git lfs pull` in its repo, or download the "
            "file itself"
        )
    if head.lstrip().lower().startswith(_WEB_PAGES):
        return "a web page, and not the file itself: download it again, from the address of the raw file"
    return None
