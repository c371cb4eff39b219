"""A repo on the Hub, read through the local cache."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from hezar_hub import _layout
from hezar_hub._answers import checked_commit, checked_names, is_as_promised, watch_library
from hezar_hub._progress import progress_bars
from hezar_hub._waiting import bounded
from hezar_hub.constants import RepoType, endpoint, offline
from hezar_hub.errors import (
    HubConnectionError,
    HubError,
    HubRequest,
    HubTimeoutError,
    OfflineError,
    corrupt,
    not_cached,
    translated,
)
from hezar_hub.names import is_commit_hash
from hezar_registry import get_logger

logger = get_logger(__name__)

# Long enough for a slow line, short enough that a person with a dead one is told soon.
TIMEOUT_S = 10.0
# Without a cached copy to fall back to, a server that fails is asked again after these pauses.
RETRY_PAUSES_S = (0.5, 1.5)
# The listing in a repo's description is complete below this many files; the Hub cuts longer ones.
COMPLETE_LISTING = 10_000
# A body is requested again when it breaks off. After this many times its size something cuts it off every time.
MAX_TIMES_DOWNLOADED = 3


class RemoteFiles:
    """The files of one commit of a Hub repo.

    The first question fixes the commit; every later answer is about the same one, even when the repo moves
    on. For a commit that is cached, it is also the only request.
    """

    def __init__(
        self,
        repo_id: str,
        repo_type: RepoType,
        revision: str | None,
        *,
        token: str | bool | None,
        cache: Path,
        local_files_only: bool,
    ) -> None:
        self.endpoint = endpoint()
        self._repo_id = repo_id
        self._repo_type: RepoType = repo_type
        self._revision = revision
        self._token = token
        self._cache = cache
        self._folder = _layout.repo_folder(cache, repo_id, repo_type)
        # Why the network is not used; None while it is.
        self._offline: str | None = None
        if local_files_only:
            self._offline = "local_files_only=True forbids the network"
        elif offline():
            self._offline = "HF_HUB_OFFLINE forbids the network"
        # A commit hash is its own answer; anything else the Hub must resolve.
        self._commit = revision if is_commit_hash(revision) else None
        self._names: list[str] | None = None

    @property
    def commit(self) -> str:
        """The commit all files come from."""
        if self._commit is None:
            self._resolve()
        return self._resolved()

    def fetch(self, name: str) -> Path | None:
        """Return the cached path of `name`, downloading it if needed; ``None`` when the commit lacks it.

        Raises:
            OfflineError: It is not cached, and the network is off or out of reach.
            HubError: See `hezar_hub.errors`.
        """
        path = _layout.snapshot(self._folder, self.commit) / name
        if path.is_file():
            return self._noted(path)
        if self._offline:
            raise not_cached(self._request(name), self._offline)
        known = self.has(name)
        if self._offline:  # found out while asking for the listing
            raise not_cached(self._request(name), self._offline)
        return self._noted(self._download(name)) if known else None

    def names(self) -> list[str]:
        """Return all file names of the commit, sorted; without network those that are cached."""
        if self._names is None and not self._offline:
            self._resolve()
        if self._names is not None:
            return self._names
        commit = _layout.cached_commit(self._folder, self._commit or self._revision)
        if commit is None:
            raise not_cached(self._request(), self._offline or "")
        self._commit = commit
        return _layout.list_files(_layout.snapshot(self._folder, commit))

    def has(self, name: str) -> bool:
        """Whether the commit has a file `name`; without network, whether it is cached."""
        return name in self.names()

    def where(self) -> str:
        """Say where we looked, for messages."""
        return str(self._request())

    def _request(self, name: str | None = None) -> HubRequest:
        return HubRequest(self.endpoint, self._repo_id, self._repo_type, self._revision, name)

    def _resolved(self) -> str:
        if self._commit is None:
            raise not_cached(self._request(), self._offline or "the Hub named no commit")
        return self._commit

    def _noted(self, path: Path) -> Path:
        if not self._offline:
            _layout.remember(self._folder, self._revision, self._resolved())
        return path

    def _resolve(self) -> None:
        """Ask the Hub for the commit and its files, or the cache when the Hub cannot be reached."""
        cached = _layout.cached_commit(self._folder, self._commit or self._revision)
        if not self._offline:
            try:
                self._ask(retry=cached is None)
            except HubConnectionError as error:
                if cached is None:
                    raise
                self._offline = f"the Hub at {self.endpoint} could not be used when this repo was opened"
                logger.warning(
                    "The Hub could not be used; %s is read from the cache, as of commit %s. Reason: %s",
                    self._repo_id, cached[:8], str(error.__context__ or error).partition("\n")[0],
                )  # fmt: skip
            else:
                return
        if cached is None:
            raise not_cached(self._request(), self._offline or "")
        self._commit = cached

    def _ask(self, *, retry: bool) -> None:
        for pause in (*RETRY_PAUSES_S, None) if retry else (None,):
            try:
                return self._ask_once()
            except HubConnectionError as error:
                if pause is None or isinstance(error, (OfflineError, HubTimeoutError)):
                    raise  # no answer at all will not become one within seconds
                import time

                logger.info("Asking the Hub again in %s s: %s", pause, error)
                time.sleep(pause)
        return None

    def _ask_once(self) -> None:
        self._commit, self._names = describe(self._request(), self._token, self._commit)

    def _download(self, name: str) -> Path:
        hub = _huggingface_hub()
        request = self._request(name)
        watch_library()
        options: dict[str, Any] = {}
        if hasattr(hub, "set_client_factory"):  # since version 1.0, like `tqdm_class` here
            options["tqdm_class"] = _bounded_progress(request)
        for attempt in range(2):
            with translated(request), bounded(request), progress_bars():
                path = Path(
                    hub.hf_hub_download(
                        self._repo_id,
                        name,
                        repo_type=self._repo_type,
                        revision=self._resolved(),
                        cache_dir=self._cache,
                        token=self._token,
                        endpoint=self.endpoint,
                        etag_timeout=TIMEOUT_S,
                        force_download=attempt > 0,
                        **options,
                    )
                )
            if path.absolute() != (_layout.snapshot(self._folder, self._resolved()) / name).absolute():
                _layout.forget(path)
                raise corrupt(request, f"it came from another commit than {self._resolved()}")
            if is_as_promised(path) is not False:
                return path
            logger.warning("%s has another checksum than the Hub promised; fetching it again.", request)
            _layout.forget(path)
        raise corrupt(request, "its checksum is another than the Hub promised, twice")


def _huggingface_hub() -> Any:
    # Not by an import statement: its types are partly unknown, and differ between the versions we work with.
    return import_module("huggingface_hub")


def describe(request: HubRequest, token: str | bool | None, revision: str | None = None) -> tuple[str, list[str]]:
    """Ask the Hub for the newest commit of a repo (or of a revision) and the sorted names of its files.

    Raises:
        HubError: See `hezar_hub.errors`.
    """
    api = _huggingface_hub().HfApi(endpoint=request.endpoint, token=token)
    revision = revision or request.revision
    with translated(request), bounded(request):
        info = api.repo_info(request.repo_id, repo_type=request.repo_type, revision=revision, timeout=TIMEOUT_S)
        if not info.sha:
            raise HubError(f"{request.endpoint} names no commit for {request}. Check HF_ENDPOINT.")
        commit = checked_commit(info.sha, str(request))
        if is_commit_hash(revision) and commit != revision:
            raise HubError(f"{request.endpoint} names the commit {commit} for {request}, and {revision} was asked for.")
        siblings: list[Any] = info.siblings or []
        names: list[str] = [sibling.rfilename for sibling in siblings]
        if len(names) >= COMPLETE_LISTING:
            names = api.list_repo_files(request.repo_id, repo_type=request.repo_type, revision=commit)
    return commit, checked_names(names)


def _bounded_progress(request: HubRequest) -> type:
    """Return a progress bar that ends a download which is cut off and begun again without end.

    huggingface_hub resumes as long as bytes arrive: for ever, where a proxy cuts all bodies and ignores ranges.
    """
    tqdm = _huggingface_hub().utils.tqdm

    class BoundedProgress(tqdm):  # pyright: ignore[reportUntypedBaseClass]
        received = 0
        total: float | None

        def update(self, n: float | None = 1) -> bool | None:
            self.received += max(n or 0, 0)
            if self.total and self.received > MAX_TIMES_DOWNLOADED * self.total:
                raise corrupt(request, f"{self.received} bytes came for a file of {self.total}, always cut short")
            return tqdm.update(self, n)

    return BoundedProgress
