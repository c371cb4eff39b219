"""The errors of repos, and the one place where those of huggingface_hub and its HTTP library become ours.

Each message says what was asked, what was found and what to do::

HubError (HezarError)
├── InvalidRepoIdError      (also ValueError)         neither an existing folder nor `owner/name`
├── InvalidFileNameError    (also ValueError)         a name that leads out of the repo
├── RepoNotFoundError       (also FileNotFoundError)
│   └── RepoAccessError     (also AuthError)          missing, or private and we may not see it
├── RevisionNotFoundError
├── FileMissingError        (also FileNotFoundError and ValueError)
├── AuthError               no token, a refused token, or no right to do this
├── HubConnectionError      (also ConnectionError)    the Hub answers with a server error or breaks off
│   ├── OfflineError                                  not cached, and the network is off or out of reach
│   └── HubTimeoutError     (also TimeoutError)       the Hub lets us wait longer than HEZAR_HUB_TIMEOUT
├── CorruptDownloadError    a body shorter than announced
├── UploadError
└── SaveError               (also OSError)
"""

from __future__ import annotations

import errno
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from hezar_hub.constants import RepoType
from hezar_registry import HezarError

LOGIN_ADVICE = (
    "Give an access token with token=..., in the environment variable HF_TOKEN, or log in once with `hf auth login`."
)
# What a full, read-only or forbidden disk answers.
DISK_ERRORS = {
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EROFS,
    errno.EACCES,
    errno.EPERM,
    errno.EIO,
    errno.EFBIG,
    errno.ENAMETOOLONG,
}


class HubError(HezarError):
    """A repo, on the Hub or in a folder, cannot do what was asked of it."""


class InvalidRepoIdError(HubError, ValueError):
    """A text that is neither an existing local folder nor an `owner/name`."""


class InvalidFileNameError(HubError, ValueError):
    """A file name that is absolute or leads out of its repo."""


class RepoNotFoundError(HubError, FileNotFoundError):
    """No such folder, or no such repo on the Hub."""


class RevisionNotFoundError(HubError):
    """The repo exists, but has no such branch, tag or commit."""


class FileMissingError(HubError, FileNotFoundError, ValueError):
    """The repo exists, but has no such file.

    Also a ``ValueError``: Hezar 1.0.0 raised one for a local folder without its config file.
    """


class AuthError(HubError):
    """The Hub wants a token, refuses the one it got, or does not let its owner do this."""


class RepoAccessError(RepoNotFoundError, AuthError):
    """The repo is missing, or private: the Hub tells the two apart only for those who may see it."""


class HubConnectionError(HubError, ConnectionError):
    """The Hub could not be reached, answered with a server error, or broke off."""


class OfflineError(HubConnectionError):
    """A file that is not cached is needed, and the network is switched off or out of reach."""


class HubTimeoutError(HubConnectionError, TimeoutError):
    """The Hub lets us wait: no bytes, too few of them, or a pause that is longer than ``HEZAR_HUB_TIMEOUT`` allows."""


class CorruptDownloadError(HubError):
    """A download ended before all announced bytes arrived; nothing of it is kept."""


class UploadError(HubError):
    """A push failed; the repo is as it was."""


class SaveError(HubError, OSError):
    """Files could not be written; what was there before is whole."""


@dataclass(frozen=True)
class HubRequest:
    """What is requested of the Hub, for messages.

    Attributes:
        endpoint: The address of the Hub.
        repo_id: The repo, as `owner/name`.
        repo_type: ``"model"``, ``"dataset"`` or ``"space"``.
        revision: The branch, tag or commit; ``None`` is the default branch.
        name: The file, or ``None`` when the question is about the repo.
        pushing: Whether this is about writing.
    """

    endpoint: str
    repo_id: str
    repo_type: RepoType = "model"
    revision: str | None = None
    name: str | None = None
    pushing: bool = False

    @property
    def repo(self) -> str:
        """The repo in words."""
        return f"the {self.repo_type} repo {self.repo_id!r} on {self.endpoint}"

    def __str__(self) -> str:
        at = f" (revision {self.revision!r})" if self.revision else ""
        return f"{self.name!r} of {self.repo}{at}" if self.name else f"{self.repo}{at}"


@contextmanager
def translated(request: HubRequest) -> Generator[None]:
    """Raise errors of huggingface_hub, of its HTTP library and of the network as ours.

    A failed request has passed through a dozen screens of their frames, so these are not shown: the cause is in the
    message, and in ``__context__`` for a debugger.

    Raises:
        HubError: One of its subclasses, in place of the foreign error.

    Example:
        >>> with translated(HubRequest("https://huggingface.co", "hezarai/bert-base-fa")):
        ...     HfApi().model_info("hezarai/bert-base-fa")
    """
    try:
        yield
    except HubError:
        raise
    except Exception as error:
        ours = translate(error, request)
        if ours is None:
            raise
        raise ours from None


def translate(error: BaseException, request: HubRequest) -> HubError | None:
    """Return our error for a foreign one, or ``None`` for an error that has nothing to do with the Hub."""
    from huggingface_hub import errors as hf

    if isinstance(error, HubError):
        return error
    if isinstance(error, hf.GatedRepoError):
        return AuthError(
            f"{_capital(request.repo)} is gated: its owner must let you in first. "
            f"Ask for access on its page, then {LOGIN_ADVICE[0].lower()}{LOGIN_ADVICE[1:]}"
        )
    if isinstance(error, hf.RevisionNotFoundError):
        return RevisionNotFoundError(
            f"{_capital(request.repo)} has no revision {request.revision or 'main'!r}. "
            "Give a branch, tag or commit hash that its page lists, or none for the newest state."
        )
    if isinstance(error, hf.LocalEntryNotFoundError):
        # huggingface_hub's summary of "no answer and no cached file"; the reason, if any, is its cause.
        cause = error.__cause__
        return (translate(cause, request) if cause is not None else None) or not_cached(
            request, "the network was not used"
        )
    if isinstance(error, hf.EntryNotFoundError):
        return FileMissingError(f"There is no {request}.")
    if isinstance(error, hf.HfHubHTTPError):
        return _from_status(error, request)
    if isinstance(error, hf.LocalTokenNotFoundError):
        return AuthError(f"No access token was found for {request}. {LOGIN_ADVICE}")
    if isinstance(error, hf.OfflineModeIsEnabled):
        return not_cached(request, "offline mode is on (HF_HUB_OFFLINE)")
    if isinstance(error, hf.HFValidationError):
        return InvalidRepoIdError(f"{request.repo_id!r} is not a valid repo id of the form 'owner/name': {error}")
    return _from_transport(error, request)


def not_cached(request: HubRequest, reason: str) -> OfflineError:
    """Return the error for what needs the Hub while `reason` keeps us from it."""
    if request.pushing:
        return OfflineError(f"Cannot push to {request}: {reason}. Connect to the network, or switch offline mode off.")
    return OfflineError(
        f"{_capital(str(request))} is not in the local cache, and {reason}. "
        "Connect to the network (or switch offline mode off) and load it once; afterwards it works offline. "
        "Is the cache elsewhere? Set HEZAR_CACHE_DIR or cache_dir=."
    )


def missing_repo(request: HubRequest) -> RepoNotFoundError:
    """Return the error for a repo the Hub does not know."""
    return RepoNotFoundError(
        f"There is no {request.repo.removeprefix('the ')}. Check the spelling and the repo type, "
        f"and for a private repo the token. {LOGIN_ADVICE}"
    )


def _from_status(error: BaseException, request: HubRequest) -> HubError:
    response = getattr(error, "response", None)
    status: int = getattr(response, "status_code", 0)
    said = str(getattr(error, "server_message", None) or "").strip()
    detail = f" The Hub said: {said}." if said else ""
    if status == 401 and _token_was_refused(response):
        return AuthError(f"The Hub refused the access token used for {request}.{detail} {LOGIN_ADVICE}")
    if status == 401:
        return RepoAccessError(f"{_capital(request.repo)} does not exist, or is private.{detail} {LOGIN_ADVICE}")
    if status == 403:
        return AuthError(f"Access to {request} was refused: the token lacks the right to it.{detail} {LOGIN_ADVICE}")
    if status == 404:
        return missing_repo(request)
    if status == 429 or status >= 500:
        return HubConnectionError(
            f"The Hub answered {status} when asked for {request}.{detail} Try again in a while; "
            "what is cached works with HF_HUB_OFFLINE=1."
        )
    return HubError(f"The Hub answered {status or 'nothing useful'} when asked for {request}.{detail}")


def _token_was_refused(response: object) -> bool:
    headers = getattr(response, "headers", {})
    return "invalid credentials" in str(headers.get("X-Error-Message", "")).lower()


def _from_transport(error: BaseException, request: HubRequest) -> HubError | None:
    # By name, for huggingface_hub moved from requests to httpx and on, and we need none of them ourselves.
    library = type(error).__module__.partition(".")[0]
    kind = type(error).__name__
    if isinstance(error, OSError) and "Consistency check failed" in str(error):
        return corrupt(request, str(error).partition("\n")[0])
    if library in {"httpx", "httpx2", "httpcore", "httpcore2", "requests", "urllib3"}:
        if kind in {"RemoteProtocolError", "ChunkedEncodingError", "IncompleteRead", "ProtocolError"} and request.name:
            return corrupt(request, str(error))
        return not_cached(request, f"the Hub cannot be reached ({kind}: {error})")
    if isinstance(error, (ConnectionError, TimeoutError)):
        return not_cached(request, f"the Hub cannot be reached ({kind}: {error})")
    if kind == "FileMetadataError":
        return HubError(
            f"{request.endpoint} does not answer like a Hub when asked for {request}: {error} "
            "Check HF_ENDPOINT, proxies and firewalls."
        )
    if isinstance(error, OSError) and error.errno in DISK_ERRORS:
        return SaveError(f"Cannot write the download of {request} to the cache: {error}. Check HEZAR_CACHE_DIR.")
    if isinstance(error, RuntimeError) and error.__cause__ is not None:
        return translate(error.__cause__, request)  # huggingface_hub's wrapper around what failed in a thread
    if isinstance(error, (ValueError, KeyError, TypeError)):
        return HubError(f"{request.endpoint} gave an answer that makes no sense for {request}: {kind}: {error}")
    return None


def corrupt(request: HubRequest, detail: str) -> CorruptDownloadError:
    """Return the error for a download that is not the file that was asked for, or not all of it."""
    return CorruptDownloadError(
        f"The download of {request} is broken: {detail}. Nothing of it was kept; try again, and look at HF_ENDPOINT."
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
