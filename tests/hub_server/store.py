"""What the test Hub holds: repos with branches of commits, and the large files they point to."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

LFS_SUFFIXES = {".bin", ".npy", ".onnx", ".parquet", ".pt", ".safetensors"}
LFS_SIZE = 10 * 1024 * 1024


@dataclass(frozen=True)
class RecordedRequest:
    """One request the server got."""

    method: str
    path: str  # with the query
    headers: Mapping[str, str]  # names in lower case
    server: str  # "hub" or "cdn"

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class StoredFile:
    """The content of one file in one commit."""

    content: bytes
    lfs: bool

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def pointer(self) -> bytes:
        return f"version https://git-lfs.github.com/spec/v1\noid sha256:{self.sha256}\nsize {self.size}\n".encode()

    @property
    def git_oid(self) -> str:
        blob = self.pointer if self.lfs else self.content
        return hashlib.sha1(b"blob %d\0" % len(blob) + blob).hexdigest()

    @property
    def etag(self) -> str:
        return self.sha256 if self.lfs else self.git_oid

    @property
    def size(self) -> int:
        return len(self.content)

    def describe(self, path: str) -> dict[str, object]:
        entry: dict[str, object] = {"type": "file", "oid": self.git_oid, "size": self.size, "path": path}
        if self.lfs:
            entry["lfs"] = {"oid": self.sha256, "size": self.size, "pointerSize": len(self.pointer)}
        return entry


@dataclass(frozen=True)
class Commit:
    """One commit; its hash follows from its content and its parent."""

    oid: str
    parent: str | None
    title: str
    files: Mapping[str, StoredFile]


@dataclass
class RepoState:
    """One repo."""

    repo_id: str
    repo_type: str
    private: bool = False
    gated: bool = False
    refs: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    commits: dict[str, Commit] = field(default_factory=dict)

    def resolve(self, revision: str) -> Commit | None:
        oid = self.refs.get(revision) or self.tags.get(revision) or revision
        if oid not in self.commits and len(oid) >= 7:
            oid = next((known for known in self.commits if known.startswith(oid)), oid)
        return self.commits.get(oid)

    def commit(self, title: str, files: Mapping[str, StoredFile], branch: str = "main") -> Commit:
        parent = self.refs.get(branch)
        tree = "".join(f"{name}\0{file.git_oid}\n" for name, file in sorted(files.items()))
        # The number of commits keeps two equal commits in a row apart, as the time does in git.
        text = f"{self.repo_type}\0{self.repo_id}\0{parent}\0{title}\0{len(self.commits)}\0{tree}"
        commit = Commit(hashlib.sha1(text.encode()).hexdigest(), parent, title, dict(sorted(files.items())))
        self.commits[commit.oid] = commit
        self.refs[branch] = commit.oid
        return commit

    def history(self, branch: str = "main") -> list[Commit]:
        found: list[Commit] = []
        oid = self.refs.get(branch)
        while oid:
            found.append(self.commits[oid])
            oid = self.commits[oid].parent
        return found


class Store:
    """All repos, and the large files by their sha256. Changes are made under `lock`."""

    def __init__(self, lfs_size: int = LFS_SIZE) -> None:
        self.lock = threading.RLock()
        self.repos: dict[tuple[str, str], RepoState] = {}
        self.large: dict[str, bytes] = {}
        self.lfs_size = lfs_size

    def is_lfs(self, path: str, size: int) -> bool:
        return size > 0 and (PurePosixPath(path).suffix in LFS_SUFFIXES or size >= self.lfs_size)

    def stored(self, path: str, content: bytes) -> StoredFile:
        file = StoredFile(content, self.is_lfs(path, len(content)))
        if file.lfs:
            self.large[file.sha256] = content
        return file

    def get(self, repo_id: str, repo_type: str = "model") -> RepoState | None:
        return self.repos.get((repo_type, repo_id))

    def create(self, repo_id: str, repo_type: str, *, private: bool = False, gated: bool = False) -> RepoState:
        repo = RepoState(repo_id, repo_type, private, gated)
        repo.commit("initial commit", {".gitattributes": StoredFile(b"*.pt filter=lfs\n", lfs=False)})
        self.repos[repo_type, repo_id] = repo
        return repo


def tree_entries(files: Mapping[str, StoredFile], folder: str, *, recursive: bool) -> Iterable[dict[str, object]]:
    """Yield what lies in `folder`, files and folders, as the tree listing shows it."""
    prefix = f"{folder}/" if folder else ""
    folders: set[str] = set()
    for path, file in files.items():
        if not path.startswith(prefix):
            continue
        parts = path.removeprefix(prefix).split("/")
        folders.update(prefix + "/".join(parts[:depth]) for depth in range(1, len(parts)) if recursive or depth == 1)
        if recursive or len(parts) == 1:
            yield file.describe(path)
    for path in sorted(folders):
        yield {"type": "directory", "oid": hashlib.sha1(path.encode()).hexdigest(), "size": 0, "path": path}
