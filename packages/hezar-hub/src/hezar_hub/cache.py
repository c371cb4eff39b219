"""Questions about the cache and the Hub, as Hezar 1.0.0 offers them in ``hezar.utils``."""

from __future__ import annotations

import os
from pathlib import Path

from hezar_hub import _layout
from hezar_hub import constants as _constants
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


def _is_ours(path: Path) -> bool:
    return path.name.startswith(_REPO_PREFIXES) or path.name in _OTHER_NAMES


def _cache(cache_dir: str | os.PathLike[str] | None) -> Path:
    return Path(cache_dir).expanduser() if cache_dir is not None else _constants.cache_dir()
