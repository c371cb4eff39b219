"""The running server: two sockets (the Hub, and the host large files come from), faults on request, and a log."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from hub_server.routes import CdnHandler, HubHandler
from hub_server.store import LFS_SIZE, Commit, RecordedRequest, RepoState, Store, StoredFile


@dataclass
class Fault:
    """Something that goes wrong with the next requests that match."""

    times: int
    path: str | None = None
    method: str | None = None
    status: int | None = None
    delay: float = 0.0
    drop: bool = False
    keep: float | None = None  # the share of a body that is sent
    drip: float | None = None  # the seconds between its bytes
    headers: Mapping[str, str] = field(default_factory=dict[str, str])  # of the answer

    @property
    def of_body(self) -> bool:
        """Whether the head of the answer is as it should be."""
        return self.keep is not None or self.drip is not None


@dataclass
class Lie:
    """Something that is said in place of the truth, in the answers to requests that match."""

    path: str
    times: int
    headers: Mapping[str, str]
    old: bytes
    new: bytes


class _Listener(ThreadingHTTPServer):
    """A socket whose open connections can be cut, so that "down" is down at once."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int, handler: type, hub: HubServer, name: str) -> None:
        self.hub = hub
        self.name = name
        self.open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), handler)
        self.thread = threading.Thread(target=self.serve_forever, args=(0.02,), name=f"hub_server-{name}", daemon=True)
        self.thread.start()

    def process_request(self, request: Any, client_address: Any) -> None:
        self.open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        for connection in list(self.open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.thread.join()


class HubServer:
    """A Hub with its own repos, for the time of a ``with`` block.

    Args:
        port: The port of the Hub; 0 takes a free one.
        token: The access token that may write and sees private repos.
        lfs_size: Files from this size on are large files, in bytes; some suffixes always are.
    """

    def __init__(self, port: int = 0, token: str = "hf_test_token", lfs_size: int = LFS_SIZE) -> None:
        self.token = token
        self.read_token = "hf_read_token"
        self.user = "tester"
        self.store = Store(lfs_size)
        self.requests: list[RecordedRequest] = []
        self._faults: list[Fault] = []
        self._lies: list[Lie] = []
        self._port = port
        self._cdn_port = 0
        self._listeners: list[_Listener] = []

    def __enter__(self) -> Self:
        self.come_up()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.go_down()

    # Addresses

    @property
    def endpoint(self) -> str:
        """The address of the Hub, for ``HF_ENDPOINT``."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def cdn(self) -> str:
        """The address large files are redirected to; another origin, as on the real Hub."""
        # Another host name than the Hub's, as in reality: by it clients decide whether to send the token along.
        return f"http://localhost:{self._cdn_port}"

    # Repos

    def add_repo(
        self,
        repo_id: str,
        files: Mapping[str, bytes | str] | None = None,
        *,
        repo_type: str = "model",
        private: bool = False,
        gated: bool = False,
    ) -> str:
        """Make a repo with `files` in one commit; return the commit's hash."""
        with self.store.lock:
            repo = self.store.create(repo_id, repo_type, private=private, gated=gated)
            return self.add_commit(repo_id, files or {}, repo_type=repo_type) if files else repo.refs["main"]

    def add_commit(
        self,
        repo_id: str,
        files: Mapping[str, bytes | str],
        *,
        delete: tuple[str, ...] = (),
        repo_type: str = "model",
        branch: str = "main",
        title: str = "A commit",
    ) -> str:
        """Change a repo behind the client's back; return the new commit's hash."""
        with self.store.lock:
            repo = self._repo(repo_id, repo_type)
            head = repo.resolve(branch) or repo.resolve("main")
            tree = dict(head.files) if head else {}
            for name, content in files.items():
                tree[name] = self.store.stored(name, content.encode() if isinstance(content, str) else content)
            for name in delete:
                del tree[name]
            return repo.commit(title, tree, branch).oid

    def add_tag(self, repo_id: str, tag: str, *, repo_type: str = "model") -> None:
        """Tag the newest commit."""
        repo = self._repo(repo_id, repo_type)
        repo.tags[tag] = repo.refs["main"]

    def remove_repo(self, repo_id: str, *, repo_type: str = "model") -> None:
        """Delete a repo."""
        del self.store.repos[repo_type, repo_id]

    def has_repo(self, repo_id: str, *, repo_type: str = "model") -> bool:
        """Whether there is such a repo."""
        return self.store.get(repo_id, repo_type) is not None

    def is_private(self, repo_id: str, *, repo_type: str = "model") -> bool:
        """Whether a repo is private."""
        return self._repo(repo_id, repo_type).private

    def files(self, repo_id: str, *, repo_type: str = "model", revision: str = "main") -> dict[str, bytes]:
        """Return the content of every file, without ``.gitattributes``."""
        return {
            name: file.content for name, file in self.stored(repo_id, repo_type=repo_type, revision=revision).items()
        }

    def stored(self, repo_id: str, *, repo_type: str = "model", revision: str = "main") -> dict[str, StoredFile]:
        """Return every file with how it is stored, without ``.gitattributes``."""
        commit = self._repo(repo_id, repo_type).resolve(revision)
        return {name: file for name, file in (commit.files if commit else {}).items() if name != ".gitattributes"}

    def commits(self, repo_id: str, *, repo_type: str = "model", branch: str = "main") -> list[Commit]:
        """Return the commits of a branch, newest first; the last is the Hub's own initial commit."""
        return self._repo(repo_id, repo_type).history(branch)

    def _repo(self, repo_id: str, repo_type: str) -> RepoState:
        repo = self.store.get(repo_id, repo_type)
        if repo is None:
            raise KeyError(f"the test Hub has no {repo_type} repo {repo_id!r}")
        return repo

    # The log

    def count(self, method: str | None = None, containing: str = "") -> int:
        """Count the requests so far."""
        return sum(method in (None, request.method) and containing in request.path for request in list(self.requests))

    def forget(self) -> None:
        """Empty the log of requests."""
        self.requests.clear()

    # Faults

    def fail_next(
        self, status: int = 503, times: int = 1, path: str | None = None, method: str | None = None, **headers: str
    ) -> None:
        """Answer the next `times` requests whose path contains `path` with `status`, and headers with ``_`` for ``-``."""
        self._faults.append(Fault(times, path, method, status=status, headers=headers))

    def drop_next(self, times: int = 1, path: str | None = None, method: str | None = None) -> None:
        """Close the connection of the next requests without any answer."""
        self._faults.append(Fault(times, path, method, drop=True))

    def delay_next(self, seconds: float, times: int = 1, path: str | None = None, method: str | None = None) -> None:
        """Let the next requests wait for their answer."""
        self._faults.append(Fault(times, path, method, delay=seconds))

    def drip_next(self, file: str, seconds: float, times: int = 1) -> None:
        """Send the next bodies of `file` byte by byte, with a pause after each."""
        self._faults.append(Fault(times, file, "GET", drip=seconds))

    def truncate_next(self, file: str, times: int = 1, keep: float = 0.5) -> None:
        """Send only the share `keep` of the next bodies of `file`, and the full Content-Length; then hang up."""
        self._faults.append(Fault(times, file, "GET", keep=keep))

    def lie(self, path: str, *, old: bytes = b"", new: bytes = b"", times: int = 1_000_000, **headers: str) -> None:
        """Say something else when asked for a `path` that contains this.

        Args:
            path: A part of the path.
            old: What is replaced in the body.
            new: By what.
            times: How often.
            **headers: Headers with ``_`` for ``-``, which replace those of the answer.
        """
        self._lies.append(Lie(path, times, headers, old, new))

    def told(self, path: str, headers: dict[str, str], content: bytes) -> bytes:
        """Return the body that is sent, and change the headers; for handlers."""
        given = {name.replace("-", "_"): name for name in headers}
        for lie in self._lies:
            if lie.path in path and lie.times > 0 and lie.headers.keys() <= given.keys() and lie.old in content:
                lie.times -= 1
                headers.update({given[name]: value for name, value in lie.headers.items()})
                content = content.replace(lie.old, lie.new) if lie.old else content
        return content

    def clear_faults(self) -> None:
        """Forget faults that did not happen yet, and say the truth."""
        self._faults.clear()
        self._lies.clear()

    def take_fault(self, method: str, path: str, *, of_body: bool) -> Fault | None:
        """Return the fault this request meets; for handlers."""
        with self.store.lock:
            for fault in self._faults:
                matches = (fault.path or "") in path and fault.method in (None, method)
                if matches and fault.times > 0 and fault.of_body == of_body:
                    fault.times -= 1
                    return fault
        return None

    @property
    def is_down(self) -> bool:
        """Whether it was stopped, so that handlers end."""
        return not self._listeners

    def wait(self, seconds: float) -> None:
        """Wait, but not longer than the server is up; for handlers."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self._listeners:
            time.sleep(0.02)

    def go_down(self) -> None:
        """Refuse connections from now on, and cut the open ones."""
        listeners, self._listeners = self._listeners, []
        for listener in listeners:
            listener.stop()

    def come_up(self) -> None:
        """Serve again, at the same address."""
        if self._listeners:
            return
        hub = _Listener(self._port, HubHandler, self, "hub")
        cdn = _Listener(self._cdn_port, CdnHandler, self, "cdn")
        self._port, self._cdn_port = hub.server_address[1], cdn.server_address[1]
        self._listeners = [hub, cdn]
