"""One notion of a repo: a local folder, or a repo on the Hub read through the cache."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from hezar_hub._local import LocalFiles
from hezar_hub._remote import RemoteFiles
from hezar_hub.constants import MODEL, cache_dir
from hezar_hub.errors import FileMissingError
from hezar_hub.names import check_name, check_repo_type, check_revision, join_name, local_folder, path_text
from hezar_registry import suggest

T = TypeVar("T")
_NAMES_IN_MESSAGE = 20


class Repo:
    """A folder of files by name, wherever it is.

    An existing local folder is read in place and never touches the network. Anything else is `owner/name` on
    the Hub: files are fetched one by one, on demand, into the cache, and all come from the one commit that was
    the newest of `revision` at the first question.

    Args:
        path_or_id: A local folder, or the `owner/name` of a Hub repo.
        repo_type: ``"model"``, ``"dataset"`` or ``"space"``; for the Hub only.
        revision: Branch, tag or commit hash; default is the newest state.
        token: Access token; ``None`` takes ``HF_TOKEN`` or the stored login, ``False`` none.
        cache_dir: Download cache; default is ``HEZAR_CACHE_DIR`` or ``~/.cache/hezar``.
        local_files_only: Use what is cached and make no request.
        subfolder: A folder inside the repo that all names are relative to.

    Raises:
        RepoNotFoundError: `path_or_id` is a path, and no such folder exists.
        InvalidRepoIdError: It is neither a folder nor `owner/name`.
        InvalidFileNameError: `subfolder` or `revision` leads out of the repo.

    Example:
        >>> repo = Repo("hezarai/bert-base-fa")
        >>> repo.file("model_config.yaml").read_text()
    """

    def __init__(
        self,
        path_or_id: str | os.PathLike[str],
        *,
        repo_type: str = MODEL,
        revision: str | None = None,
        token: str | bool | None = None,
        cache_dir: str | os.PathLike[str] | None = None,
        local_files_only: bool = False,
        subfolder: str | None = None,
    ) -> None:
        self.id = path_text(path_or_id)
        self.repo_type = check_repo_type(repo_type)
        self.revision = check_revision(revision)
        self.subfolder = check_name(subfolder) if subfolder else None
        folder = local_folder(path_or_id)
        if folder is not None:
            self._files = LocalFiles(folder)
        else:
            cache = Path(cache_dir).expanduser() if cache_dir is not None else _default_cache()
            only_cached = local_files_only
            self._files = RemoteFiles(
                self.id, self.repo_type, self.revision, token=token, cache=cache, local_files_only=only_cached
            )

    @property
    def is_local(self) -> bool:
        """Whether this is a local folder."""
        return isinstance(self._files, LocalFiles)

    @property
    def commit(self) -> str | None:
        """The hash of the commit all files come from; ``None`` for a local folder. May ask the Hub."""
        return self._files.commit

    def file(self, name: str, subfolder: str | None = None) -> Path:
        """Return the local path of a file, fetching it if needed.

        Args:
            name: File name relative to the repo (and its `subfolder`), with ``/``.
            subfolder: A folder that `name` is in.

        Raises:
            FileMissingError: The repo has no such file; the message lists what it has.
            OfflineError: It is not cached, and the network is off or out of reach.
            HubError: See `hezar_hub.errors` for the others.

        Example:
            >>> Repo("hezarai/bert-base-fa").file("tokenizer.json", subfolder="preprocessor")
        """
        full = join_name(self.subfolder, subfolder, name)
        path = self._files.fetch(full)
        if path is None:
            raise self._missing(full)
        return path

    def find(self, *names: str, subfolder: str | None = None) -> Path | None:
        """Return the local path of the first of `names` that the repo has, else ``None``.

        Without network, the first that is cached.

        Raises:
            HubError: As `file`, but never `FileMissingError`.

        Example:
            >>> Repo("hezarai/bert-base-fa").find("model.safetensors", "model.pt")
        """
        for name in names:
            full = join_name(self.subfolder, subfolder, name)
            if self._files.has(full):
                return self._files.fetch(full)
        return None

    def files(self, prefix: str | None = None) -> list[str]:
        """Return the file names, relative to the repo (and its `subfolder`), sorted.

        Args:
            prefix: A folder; only files in it are returned, their names still relative to the repo.

        Without network, the cached files of the commit that is cached for the revision.

        Example:
            >>> Repo("hezarai/bert-base-fa").files("preprocessor")
            ['preprocessor/tokenizer.json', 'preprocessor/tokenizer_config.yaml']
        """
        root = f"{self.subfolder}/" if self.subfolder else ""
        within = f"{root}{check_name(prefix)}/" if prefix else root
        return [name.removeprefix(root) for name in self._files.names() if name.startswith(within)]

    def exists(self, name: str, subfolder: str | None = None) -> bool:
        """Whether the repo has a file `name`; without network, whether it is cached."""
        return self._files.has(join_name(self.subfolder, subfolder, name))

    def read(self, call: Callable[[], T]) -> T:
        """Return the result of `call`, whose files all come from one save.

        `call` asks this repo for files and reads them. When a save changes one of them meanwhile, it is called again;
        when that happens again and again, savers are made to wait. On the Hub all files are of one commit anyway.

        Args:
            call: Reads files of this repo, and may be called several times.

        Example:
            >>> repo.read(lambda: [repo.file(name).read_bytes() for name in ("a.yaml", "b.bin")])  # doctest: +SKIP
        """
        return self._files.read(call) if isinstance(self._files, LocalFiles) else call()

    def _missing(self, name: str) -> FileMissingError:
        names = self._files.names()
        shown = ", ".join(names[:_NAMES_IN_MESSAGE]) + (", …" if len(names) > _NAMES_IN_MESSAGE else "")
        return FileMissingError(
            f"There is no file {name!r} in {self._files.where()}.{suggest(name, names)} "
            + (f"It has: {shown}." if names else "It is empty.")
        )

    def __str__(self) -> str:
        return f"{self.id}@{self.revision}" if self.revision and not self.is_local else self.id

    def __repr__(self) -> str:
        extra = f", subfolder={self.subfolder!r}" if self.subfolder else ""
        return f"Repo({str(self)!r}{extra}, {'local' if self.is_local else self.repo_type})"


def _default_cache() -> Path:
    return cache_dir()
