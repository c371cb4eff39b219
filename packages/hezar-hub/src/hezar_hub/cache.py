"""Questions about the cache and the Hub, as Hezar 1.0.0 offers them in ``hezar.utils``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hezar_hub import _layout
from hezar_hub import constants as _constants
from hezar_hub._answers import is_as_promised
from hezar_hub._remote import describe
from hezar_hub.constants import MODEL, REPO_TYPES
from hezar_hub.errors import HubError, HubRequest, RepoNotFoundError, SaveError
from hezar_hub.names import check_repo_id, check_repo_type
from hezar_hub.repo import Repo
from hezar_registry import get_logger

logger = get_logger(__name__)

# What a cache of ours may hold at its top: repo folders by these prefixes, and these.
_REPO_PREFIXES = tuple(f"{repo_type}s--" for repo_type in REPO_TYPES)
_OTHER_NAMES = {".locks", "CACHEDIR.TAG", "version.txt", "datasets", "xet", ".tmp", ".cache"}


def get_local_cache_path(repo_id: str, repo_type: str = MODEL, cache_dir: str | os.PathLike[str] | None = None) -> Path:
    """Return the folder of a repo in the cache, existing or not.

    Raises:
        InvalidRepoIdError: `repo_id` is not `owner/name`.

    Example:
        >>> get_local_cache_path("hezarai/bert-base-fa").name
        'models--hezarai--bert-base-fa'
    """
    return _layout.repo_folder(_cache(cache_dir), check_repo_id(repo_id), check_repo_type(repo_type))


def exists_in_cache(hub_path: str, repo_type: str = MODEL, cache_dir: str | os.PathLike[str] | None = None) -> bool:
    """Whether the cache holds a repo; makes no request.

    Example:
        >>> exists_in_cache("hezarai/never-loaded")
        False
    """
    return get_local_cache_path(hub_path, repo_type, cache_dir).is_dir()


def exists_on_hub(hub_path: str, repo_type: str = MODEL, token: str | bool | None = None) -> bool:
    """Whether the Hub has a repo that we may see.

    Raises:
        HubConnectionError: The Hub could not be reached.
        AuthError: The Hub refuses the token.

    Example:
        >>> exists_on_hub("hezarai/bert-base-fa")
        True
    """
    request = HubRequest(_constants.endpoint(), check_repo_id(hub_path), check_repo_type(repo_type))
    try:
        describe(request, token)
    except RepoNotFoundError:
        return False
    return True


def list_repo_files(
    path: str | os.PathLike[str],
    subfolder: str | None = None,
    repo_type: str = MODEL,
    *,
    revision: str | None = None,
    token: str | bool | None = None,
    cache_dir: str | os.PathLike[str] | None = None,
    local_files_only: bool = False,
) -> list[str]:
    """Return the file names of a local folder or a Hub repo, sorted.

    Args:
        path: A local folder, or `owner/name`.
        subfolder: Only files in this folder, relative to it.
        repo_type: ``"model"``, ``"dataset"`` or ``"space"``.
        revision: See `Repo`.
        token: See `Repo`.
        cache_dir: See `Repo`.
        local_files_only: See `Repo`.

    Raises:
        HubError: See `Repo`.

    Example:
        >>> list_repo_files("hezarai/bert-base-fa", subfolder="preprocessor")
        ['tokenizer.json', 'tokenizer_config.yaml']
    """
    return Repo(
        path,
        repo_type=repo_type,
        revision=revision,
        token=token,
        cache_dir=cache_dir,
        local_files_only=local_files_only,
        subfolder=subfolder,
    ).files()


def clean_cache(cache_dir: str | os.PathLike[str] | None = None, delay: float = 10) -> None:
    """Delete the whole download cache, after a warning and a pause in which Ctrl-C stops it.

    Args:
        cache_dir: The cache; default is ``HEZAR_CACHE_DIR`` or ``~/.cache/hezar``.
        delay: The pause, in seconds.

    Raises:
        HubError: The folder holds other things than a download cache; nothing is deleted.
        SaveError: It could not be deleted.

    Example:
        >>> clean_cache(delay=0)
    """
    cache = _cache(cache_dir)
    if not cache.is_dir():
        logger.info("There is no cache at %s; nothing to clean.", cache)
        return
    foreign = [path.name for path in cache.iterdir() if not _is_ours(path)]
    if foreign or cache == Path.home() or cache.parent == cache:
        raise HubError(
            f"{str(cache)!r} is not a download cache: it holds {', '.join(sorted(foreign)[:5]) or 'your files'}"
            ". Nothing was deleted. Give the right cache_dir=, or move these files away."
        )
    import shutil
    import time

    logger.warning("Deleting the whole download cache at %s in %s seconds; press Ctrl-C to stop.", cache, delay)
    time.sleep(delay)
    try:
        shutil.rmtree(cache)
    except OSError as error:
        raise SaveError(f"Cannot delete the cache at {str(cache)!r}: {error}.") from error


@dataclass(frozen=True)
class CachedRepo:
    """A repo in the download cache.

    Attributes:
        repo_id: ``owner/name``.
        repo_type: ``"model"``, ``"dataset"`` or ``"space"``.
        size: Bytes on disk.
        files: Number of files, of all commits.
        path: Its folder.
    """

    repo_id: str
    repo_type: str
    size: int
    files: int
    path: Path


def list_cached_repos(cache_dir: str | os.PathLike[str] | None = None) -> list[CachedRepo]:
    """Return what the download cache holds, the largest first; makes no request.

    Example:
        >>> list_cached_repos("/a/cache/that/is/not/there")
        []
    """
    repos: list[CachedRepo] = []
    for repo_type in REPO_TYPES:
        for folder in sorted(_cache(cache_dir).glob(f"{repo_type}s--*")):
            names = folder.name.split("--")[1:]
            if folder.is_dir() and names:
                contents = [path.stat().st_size for path in _contents(folder)]
                repos.append(CachedRepo("/".join(names), repo_type, sum(contents), len(contents), folder))
    return sorted(repos, key=lambda repo: (-repo.size, repo.repo_id))


def remove_cached_repo(repo_id: str, repo_type: str = MODEL, cache_dir: str | os.PathLike[str] | None = None) -> int:
    """Delete a repo from the download cache and return the bytes that are free now.

    Raises:
        RepoNotFoundError: The cache does not hold it.
        SaveError: It could not be deleted.
    """
    import shutil

    folder = get_local_cache_path(repo_id, repo_type, cache_dir)
    if not folder.is_dir():
        raise RepoNotFoundError(f"The cache at {str(folder.parent)!r} does not hold the {repo_type} {repo_id!r}.")
    size = sum(path.stat().st_size for path in _contents(folder))
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise SaveError(f"Cannot delete {str(folder)!r}: {error}.") from error
    return size


@dataclass(frozen=True)
class CacheReport:
    """What `verify_cache` found.

    Attributes:
        right: Number of files whose content has the checksum that the Hub promised.
        unknown: Number of files that came with no checksum, as from some mirrors.
        broken: Files with another content; each is the content itself, in ``blobs``.
    """

    right: int
    unknown: int
    broken: tuple[Path, ...]


def verify_cache(cache_dir: str | os.PathLike[str] | None = None, *, remove: bool = False) -> CacheReport:
    """Compare every file of the download cache with the checksum under which it is kept; makes no request.

    Args:
        cache_dir: The cache; default is ``HEZAR_CACHE_DIR`` or ``~/.cache/hezar``.
        remove: Delete broken files, so that the next load fetches them again.

    Example:
        >>> verify_cache("/a/cache/that/is/not/there")
        CacheReport(right=0, unknown=0, broken=())
    """
    right, unknown = 0, 0
    broken: list[Path] = []
    for repo in list_cached_repos(cache_dir):
        for content in _contents(repo.path):
            promised = is_as_promised(content)
            right, unknown = right + (promised is True), unknown + (promised is None)
            if promised is False:
                broken.append(content)
    if remove:
        for content in broken:
            _forget_content(content)
    return CacheReport(right, unknown, tuple(broken))


def _contents(repo: Path) -> Iterator[Path]:
    """Yield the contents of a repo in the cache; where there are no links, they are in the snapshots themselves."""
    for folder in ("blobs", "snapshots"):
        for path in sorted((repo / folder).rglob("*")):
            if path.is_file() and not path.is_symlink() and not path.name.endswith(".incomplete"):
                yield path


def _forget_content(content: Path) -> None:
    repo = next(parent for parent in content.parents if parent.name.startswith(_REPO_PREFIXES))
    for link in (repo / "snapshots").rglob("*"):
        if link.is_symlink() and link.resolve() == content.resolve():
            link.unlink()
    content.unlink(missing_ok=True)


def _is_ours(path: Path) -> bool:
    return path.name.startswith(_REPO_PREFIXES) or path.name in _OTHER_NAMES


def _cache(cache_dir: str | os.PathLike[str] | None) -> Path:
    return Path(cache_dir).expanduser() if cache_dir is not None else _constants.cache_dir()
