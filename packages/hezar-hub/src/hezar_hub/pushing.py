"""Pushing files to the Hub in one commit."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hezar_hub._progress import progress_bars
from hezar_hub._remote import describe
from hezar_hub.card import ModelCard
from hezar_hub.constants import MODEL, MODEL_CARD_FILE, endpoint, offline
from hezar_hub.errors import (
    LOGIN_ADVICE,
    AuthError,
    FileMissingError,
    HubError,
    HubRequest,
    RepoNotFoundError,
    RevisionNotFoundError,
    UploadError,
    not_cached,
    translated,
)
from hezar_hub.names import check_name, check_repo_id, check_repo_type, check_revision
from hezar_hub.repo import Repo
from hezar_registry import get_logger

logger = get_logger(__name__)

Content = Path | bytes | str


@dataclass(frozen=True)
class PushResult:
    """The result of a push.

    Attributes:
        url: The address of the commit.
        oid: Its hash.
        repo_id: The repo, as `owner/name`.
    """

    url: str
    oid: str
    repo_id: str


def push(
    repo_id: str,
    files: Mapping[str, Content] | str | os.PathLike[str],
    *,
    delete: Iterable[str] = (),
    commit_message: str,
    private: bool = False,
    repo_type: str = MODEL,
    token: str | bool | None = None,
    revision: str | None = None,
    card: ModelCard | None = None,
) -> PushResult:
    """Push files to a Hub repo in one commit, creating the repo first if needed.

    Args:
        repo_id: The repo, as `owner/name`.
        files: Names in the repo with their content: a `Path` to a file, bytes, or text. Or a folder: all its
            files are pushed but hidden ones.
        delete: Names to remove; those the repo does not have are ignored, and so are those in `files`. A name
            with ``/`` at its end removes a whole folder.
        commit_message: The first line is the title of the commit.
        private: Whether a repo created by this call is private; an existing one stays as it is.
        repo_type: ``"model"``, ``"dataset"`` or ``"space"``.
        token: Access token; ``None`` takes ``HF_TOKEN`` or the stored login.
        revision: The branch to push to; default is the main one.
        card: Written to ``README.md``, unless `files` has one; what people wrote in the repo's own is kept.

    Returns:
        The address and hash of the commit; of the last one when nothing had changed.

    Raises:
        InvalidRepoIdError: `repo_id` is not `owner/name`; no request was made.
        AuthError: No token, or it is refused, or may not write there.
        FileMissingError: A file to push does not exist; no request was made.
        RevisionNotFoundError: There is no such branch.
        OfflineError: Offline mode is on.
        UploadError: Anything else went wrong. In all cases the repo's files are as they were.

    Example:
        >>> push("me/my-model", {"notes.md": "سلام"}, commit_message="Add notes")
    """
    request = HubRequest(
        endpoint(), check_repo_id(repo_id), check_repo_type(repo_type), check_revision(revision), pushing=True
    )
    contents = _contents(files)
    if offline():
        raise not_cached(request, "offline mode is on (HF_HUB_OFFLINE)")
    _check_token(request, token)
    try:
        result = _push(
            request,
            contents,
            set(delete),
            commit_message=commit_message,
            private=private,
            token=token,
            card=card,
        )
    except (AuthError, RevisionNotFoundError, UploadError):
        raise
    except HubError as error:
        raise UploadError(f"The push to {request} failed, and its files are as they were. {error}") from None
    what = ", ".join(contents) if len(contents) <= 3 else f"{len(contents)} files"
    logger.info("Uploaded: %s --> %s", what, repo_id)
    return result


def _push(
    request: HubRequest,
    contents: dict[str, Content],
    delete: set[str],
    commit_message: str,
    *,
    private: bool,
    token: str | bool | None,
    card: ModelCard | None,
) -> PushResult:
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi

    api = HfApi(endpoint=request.endpoint, token=token)
    present = _files_or_new_repo(api, request, private, token)
    if card is not None and MODEL_CARD_FILE not in contents:
        contents = {**contents, MODEL_CARD_FILE: _card_text(card, request, present, token)}
    gone = _deletions(delete, present) - set(contents)
    with translated(request), progress_bars(), warnings.catch_warnings():
        # huggingface_hub's own use of its HTTP library, and nothing our callers could change.
        warnings.filterwarnings("ignore", "Use 'content=", DeprecationWarning)
        operations: list[Any] = [
            CommitOperationAdd(name, content.encode("utf-8") if isinstance(content, str) else content)
            for name, content in sorted(contents.items())
        ]
        operations += [CommitOperationDelete(name, is_folder=False) for name in sorted(gone)]
        commit = api.create_commit(
            request.repo_id,
            operations,
            commit_message=commit_message,
            repo_type=request.repo_type,
            revision=request.revision,
        )
    return PushResult(url=commit.commit_url, oid=commit.oid, repo_id=request.repo_id)


def _files_or_new_repo(api: Any, request: HubRequest, private: bool, token: str | bool | None) -> list[str]:
    """Return the file names of the repo; a missing one is created."""
    try:
        return describe(request, token)[1]
    except RepoNotFoundError as error:
        if isinstance(error, AuthError):  # not "missing" but "not for you"
            raise
        with translated(request):
            api.create_repo(request.repo_id, repo_type=request.repo_type, private=private, exist_ok=True)
        return []


def _card_text(card: ModelCard, request: HubRequest, present: list[str], token: str | bool | None) -> str:
    if MODEL_CARD_FILE not in present:
        return card.render(request.repo_id)
    repo = Repo(request.repo_id, repo_type=request.repo_type, revision=request.revision, token=token)
    return card.update(repo.file(MODEL_CARD_FILE).read_bytes().decode("utf-8", errors="replace"), request.repo_id)


def _deletions(delete: set[str], present: list[str]) -> set[str]:
    exact = {check_name(name) for name in delete if not name.endswith("/")}
    folders = tuple(f"{check_name(name)}/" for name in delete if name.endswith("/"))
    return {name for name in present if name in exact or name.startswith(folders)}


def _contents(files: Mapping[str, Content] | str | os.PathLike[str]) -> dict[str, Content]:
    """Return the checked names with their contents.

    Raises:
        FileMissingError: A file does not exist.
    """
    if not isinstance(files, Mapping):
        repo = Repo(Path(files))
        return {name: repo.file(name) for name in repo.files() if not _is_hidden(name)}
    for name, content in files.items():
        if isinstance(content, Path) and not content.is_file():
            raise FileMissingError(f"Cannot push {name!r}: there is no file {str(content)!r}.")
    return {check_name(name): content for name, content in files.items()}


def _is_hidden(name: str) -> bool:
    return name != ".gitattributes" and any(part.startswith(".") for part in name.split("/"))


def _check_token(request: HubRequest, token: str | bool | None) -> None:
    """Refuse a push without a token before any request.

    Raises:
        AuthError: There is no token.
    """
    if isinstance(token, str):
        return
    if token is not False:
        from huggingface_hub import get_token

        with translated(request):
            if get_token():
                return
    raise AuthError(f"Pushing to {request} needs an access token with write permission. {LOGIN_ADVICE}")
