"""What the test Hub answers to each request."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from hub_server.store import RecordedRequest, RepoState, StoredFile, tree_entries

if TYPE_CHECKING:
    from hub_server.server import HubServer

DATE = "2024-01-01T00:00:00.000Z"


class RefusalError(Exception):
    """An answer with an error status."""

    def __init__(self, status: int, message: str, code: str | None = None, **headers: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if code:
            self.headers["X-Error-Code"] = code


class Handler(BaseHTTPRequestHandler):
    """Reading requests, writing answers, and the faults tests ask for."""

    protocol_version = "HTTP/1.1"
    # Answers are small and come in two writes; waiting to join them would cost 40 ms each.
    disable_nagle_algorithm = True

    @property
    def hub(self) -> HubServer:
        return self.server.hub  # type: ignore[attr-defined]

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the base class
        """The log is `HubServer.requests`."""

    def answer(self) -> None:
        raise NotImplementedError

    def handle_request(self) -> None:
        name = self.server.name  # type: ignore[attr-defined]
        self.hub.requests.append(
            RecordedRequest(self.command, self.path, {key.lower(): value for key, value in self.headers.items()}, name)
        )
        self.body = self._read_body()
        fault = self.hub.take_fault(self.command, unquote(self.path), of_body=False)
        if fault is not None:
            self.hub.wait(fault.delay)
            if fault.drop:
                self.close_connection = True
                return
        try:
            if fault is not None and fault.status is not None:
                raise RefusalError(fault.status, HTTPStatus(fault.status).phrase, **fault.headers)
            self.answer()
        except RefusalError as refusal:
            self.send_json(
                {"error": refusal.message}, refusal.status, X_Error_Message=refusal.message, **refusal.headers
            )

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = handle_request  # noqa: N815 - names of the base class

    def _read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            chunks: list[bytes] = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                chunks.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(chunks)
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def send_json(self, data: object, status: int = 200, **headers: str) -> None:
        self.send(json.dumps(data).encode(), status, Content_Type="application/json", **headers)

    def send(self, content: bytes, status: int = 200, **headers: str) -> None:
        content = self.hub.told(unquote(self.path), headers, content)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def send_file(self, content: bytes, **headers: str) -> None:
        """Send a body, or the range of it that was asked for, or as much as a fault lets through."""
        headers["Accept_Ranges"] = "bytes"
        status, part = 200, content
        if asked := re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", "")):
            first, last = int(asked[1]), int(asked[2] or len(content) - 1)
            if first >= len(content):
                raise RefusalError(416, "Requested Range Not Satisfiable", Content_Range=f"bytes */{len(content)}")
            status, part = 206, content[first : last + 1]
            headers["Content_Range"] = f"bytes {first}-{first + len(part) - 1}/{len(content)}"
        fault = self.hub.take_fault(self.command, unquote(self.path), of_body=True)
        if fault is None:
            self.send(part, status, **headers)
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(part)))
        self.end_headers()
        self.close_connection = True
        if fault.drip is None:
            self.wfile.write(part[: int(len(part) * (fault.keep or 0))])
            self.wfile.flush()
            return
        for place in range(len(part)):
            self.wfile.write(part[place : place + 1])
            self.wfile.flush()
            self.hub.wait(fault.drip)
            if self.hub.is_down:
                return


class CdnHandler(Handler):
    """The host large files come from; it wants no token, and must never be shown one."""

    def answer(self) -> None:
        if "Authorization" in self.headers:
            raise RefusalError(400, "Only one auth mechanism allowed")
        content = self.hub.store.large.get(urlsplit(self.path).path.removeprefix("/").partition("/")[0])
        if content is None:
            raise RefusalError(404, "Not Found")
        self.send_file(content, ETag='"cdn"', Content_Type="application/octet-stream")


class HubHandler(Handler):
    """The Hub's own routes."""

    def answer(self) -> None:
        url = urlsplit(self.path)
        self.query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        for method, pattern, action in ROUTES:
            if (self.command == method or (method, self.command) == ("GET", "HEAD")) and (
                match := pattern.fullmatch(url.path)
            ):
                action(self, **{name: unquote(value) for name, value in match.groupdict(default="").items()})
                return
        raise RefusalError(404, f"The test Hub has no {self.command} {url.path}")

    # Who asks

    def token(self) -> str | None:
        """Return the token of the request.

        Raises:
            RefusalError: It is a wrong one.
        """
        token = self.headers.get("Authorization", "").removeprefix("Bearer ").strip() or None
        if token not in (None, self.hub.token, self.hub.read_token):
            raise RefusalError(401, "Invalid credentials in Authorization header")
        return token

    def writer(self) -> None:
        """Refuse those who may not write."""
        token = self.token()
        if token is None:
            raise RefusalError(401, "Invalid username or password.")
        if token != self.hub.token:
            raise RefusalError(403, "Your token does not have write permission")

    def repo(self, kind: str, repo_id: str, *, files: bool = False) -> RepoState:
        """Return a repo the asker may see."""
        token = self.token()
        repo = self.hub.store.get(repo_id, kind.rstrip("s/") or "model")
        if token is None and (repo is None or repo.private):
            # The real Hub does not tell strangers which of the two it is.
            raise RefusalError(401, "Invalid username or password.")
        if repo is None:
            raise RefusalError(404, "Repository not found", "RepoNotFound")
        if files and repo.gated and token != self.hub.token:
            raise RefusalError(403 if token else 401, f"Access to model {repo_id} is restricted.", "GatedRepo")
        return repo

    # Accounts and repos

    def whoami(self) -> None:
        if self.token() is None:
            raise RefusalError(401, "Invalid username or password.")
        auth = {"type": "access_token", "accessToken": {"displayName": "test", "role": "write"}}
        self.send_json({"type": "user", "id": "1", "name": self.hub.user, "orgs": [], "auth": auth})

    def validate_yaml(self) -> None:
        content = json.loads(self.body)["content"]
        warnings = [] if content.startswith("---") else [{"message": "empty or missing yaml metadata in repo card"}]
        self.send_json({"errors": [], "warnings": warnings})

    def create_repo(self) -> None:
        self.writer()
        asked = json.loads(self.body)
        repo_id = f"{asked.get('organization') or self.hub.user}/{asked['name']}"
        repo_type = asked.get("type") or "model"
        url = "/".join(part for part in (self.hub.endpoint, prefix_of(repo_type), repo_id) if part)
        with self.hub.store.lock:
            if self.hub.store.get(repo_id, repo_type):
                self.send_json({"error": "You already created this model repo", "url": url}, 409)
                return
            private = bool(asked.get("private")) or asked.get("visibility") == "private"
            self.hub.store.create(repo_id, repo_type, private=private)
        self.send_json({"url": url, "name": repo_id})

    def delete_repo(self) -> None:
        self.writer()
        asked = json.loads(self.body)
        repo_id = f"{asked.get('organization') or self.hub.user}/{asked['name']}"
        with self.hub.store.lock:
            if self.hub.store.repos.pop((asked.get("type") or "model", repo_id), None) is None:
                raise RefusalError(404, "Repository not found", "RepoNotFound")
        self.send_json({})

    # Reading

    def info(self, kind: str, repo_id: str, revision: str) -> None:
        repo = self.repo(kind, repo_id)
        commit = resolved(repo, revision or "main")
        siblings: list[dict[str, object]] = []
        for name, file in commit.files.items():
            sibling: dict[str, object] = {"rfilename": name}
            if "blobs" in self.query:
                sibling |= {"blobId": file.git_oid, "size": file.size}
                if file.lfs:
                    sibling["lfs"] = {"sha256": file.sha256, "size": file.size, "pointerSize": len(file.pointer)}
            siblings.append(sibling)
        self.send_json(
            {
                "_id": hashlib.sha1(repo_id.encode()).hexdigest()[:24], "id": repo_id, "modelId": repo_id,
                "author": repo_id.split("/", maxsplit=1)[0], "sha": commit.oid, "lastModified": DATE, "createdAt": DATE,
                "private": repo.private, "gated": "auto" if repo.gated else False, "disabled": False,
                "downloads": 0, "likes": 0, "tags": [], "siblings": siblings,
            }
        )  # fmt: skip

    def tree(self, kind: str, repo_id: str, revision: str, folder: str) -> None:
        commit = resolved(self.repo(kind, repo_id), revision)
        recursive = self.query.get("recursive", "").lower() in ("1", "true")
        entries = list(tree_entries(commit.files, folder, recursive=recursive))
        if folder and not entries:
            raise RefusalError(404, f"{folder} does not exist", "EntryNotFound")
        self.send_json(entries)

    def paths_info(self, kind: str, repo_id: str, revision: str) -> None:
        files = resolved(self.repo(kind, repo_id), revision).files
        if self.headers.get("Content-Type", "").startswith("application/json"):
            paths = json.loads(self.body)["paths"]
        else:
            paths = parse_qs(self.body.decode()).get("paths", [])
        self.send_json([files[path].describe(path) for path in paths if path in files])

    def refs(self, kind: str, repo_id: str) -> None:
        repo = self.repo(kind, repo_id)

        def listed(refs: dict[str, str], folder: str) -> list[dict[str, str]]:
            return [{"name": name, "ref": f"refs/{folder}/{name}", "targetCommit": oid} for name, oid in refs.items()]

        self.send_json({"branches": listed(repo.refs, "heads"), "tags": listed(repo.tags, "tags"), "converts": []})

    def history(self, kind: str, repo_id: str, revision: str) -> None:
        repo = self.repo(kind, repo_id)
        oid: str | None = resolved(repo, revision).oid
        commits: list[dict[str, object]] = []
        while oid:
            commit = repo.commits[oid]
            author = {"user": self.hub.user}
            commits.append({"id": oid, "title": commit.title, "message": "", "date": DATE, "authors": [author]})
            oid = commit.parent
        self.send_json(commits)

    def resolve(self, kind: str, repo_id: str, revision: str, path: str) -> None:
        commit = resolved(self.repo(kind, repo_id, files=True), revision)
        file = commit.files.get(path)
        if file is None:
            raise RefusalError(404, "Entry not found", "EntryNotFound", X_Repo_Commit=commit.oid)
        if not file.lfs:
            self.send_file(file.content, X_Repo_Commit=commit.oid, ETag=f'"{file.etag}"', Content_Type="text/plain")
            return
        self.send(
            b"",
            302,
            Location=f"{self.hub.cdn}/{file.sha256}/{path}",
            X_Repo_Commit=commit.oid,
            X_Linked_Etag=f'"{file.etag}"',
            X_Linked_Size=str(file.size),
            ETag=f'"{file.git_oid}"',
        )

    # Writing

    def preupload(self, kind: str, repo_id: str, revision: str) -> None:
        self.writer()
        known = resolved(self.repo(kind, repo_id), revision).files
        answers = [
            {
                "path": file["path"],
                "uploadMode": "lfs" if self.hub.store.is_lfs(file["path"], file["size"]) else "regular",
                "shouldIgnore": False,
                "oid": known[file["path"]].etag if file["path"] in known else None,
            }
            for file in json.loads(self.body)["files"]
        ]
        self.send_json({"files": answers})

    def lfs_batch(self, kind: str, repo_id: str) -> None:
        self.writer()
        self.repo(kind, repo_id)
        objects: list[dict[str, object]] = []
        for wanted in json.loads(self.body)["objects"]:
            entry: dict[str, object] = {"oid": wanted["oid"], "size": wanted["size"]}
            if wanted["oid"] not in self.hub.store.large:
                upload = {"href": f"{self.hub.endpoint}/_lfs/{wanted['oid']}"}
                entry["actions"] = {"upload": upload, "verify": {"href": f"{self.hub.endpoint}/_lfs/verify"}}
            objects.append(entry)
        self.send_json({"transfer": "basic", "objects": objects})

    def lfs_put(self, oid: str) -> None:
        if hashlib.sha256(self.body).hexdigest() != oid:
            raise RefusalError(400, "The content does not have the announced sha256")
        with self.hub.store.lock:
            self.hub.store.large[oid] = self.body
        self.send(b"", ETag=f'"{oid}"')

    def lfs_verify(self) -> None:
        asked = json.loads(self.body)
        content = self.hub.store.large.get(asked["oid"])
        if content is None or len(content) != asked["size"]:
            raise RefusalError(404, "The object was not uploaded")
        self.send_json({})

    def commit(self, kind: str, repo_id: str, revision: str) -> None:
        self.writer()
        lines = [json.loads(line) for line in self.body.splitlines() if line.strip()]
        header = next(line["value"] for line in lines if line["key"] == "header")
        with self.hub.store.lock:
            repo = self.repo(kind, repo_id)
            if revision not in repo.refs:
                raise RefusalError(404, f"Invalid rev id: {revision}", "RevisionNotFound")
            if header.get("parentCommit") not in (None, repo.refs[revision]):
                raise RefusalError(412, "A commit has happened since. Please refresh and try again.")
            tree = dict(resolved(repo, revision).files)
            for line in lines:
                self._apply(line["key"], line["value"], tree)
            commit = repo.commit(header["summary"], tree, revision)
        url = "/".join(part for part in (self.hub.endpoint, prefix_of(repo.repo_type), repo_id) if part)
        self.send_json(
            {"success": True, "commitOid": commit.oid, "commitUrl": f"{url}/commit/{commit.oid}", "hookOutput": ""}
        )

    def _apply(self, key: str, value: dict[str, Any], tree: dict[str, StoredFile]) -> None:
        """Apply one operation of a commit to a tree that becomes visible only when all are applied."""
        path = value.get("path", "")
        if key == "file":
            tree[path] = StoredFile(base64.b64decode(value["content"]), lfs=False)
        elif key == "lfsFile":
            content = self.hub.store.large.get(value["oid"])
            if content is None:
                raise RefusalError(400, f"LFS object {value['oid']} was not uploaded")
            tree[path] = StoredFile(content, lfs=True)
        elif key == "deletedFile":
            if tree.pop(path, None) is None:
                raise RefusalError(404, "A file with this name doesn't exist", "EntryNotFound")
        elif key == "deletedFolder":
            for name in [name for name in tree if name.startswith(path.rstrip("/") + "/")]:
                del tree[name]

    def create_branch(self, kind: str, repo_id: str, name: str) -> None:
        self.writer()
        with self.hub.store.lock:
            repo = self.repo(kind, repo_id)
            if name in repo.refs:
                raise RefusalError(409, "Reference already exists")
            asked = json.loads(self.body or b"{}")
            repo.refs[name] = resolved(repo, asked.get("startingPoint") or "main").oid
        self.send_json({})

    def settings(self, kind: str, repo_id: str) -> None:
        self.writer()
        repo = self.repo(kind, repo_id)
        asked = json.loads(self.body)
        if "private" in asked or "visibility" in asked:
            repo.private = asked.get("private") is True or asked.get("visibility") == "private"
        self.send_json({"private": repo.private})


def prefix_of(repo_type: str) -> str:
    """Return the first part of a repo's web address; models have none."""
    return "" if repo_type == "model" else f"{repo_type}s"


def resolved(repo: RepoState, revision: str) -> Any:
    """Return the commit of a revision.

    Raises:
        RefusalError: There is none.
    """
    commit = repo.resolve(revision)
    if commit is None:
        raise RefusalError(404, f"Invalid rev id: {revision}", "RevisionNotFound")
    return commit


_ID = r"(?P<repo_id>[^/]+/[^/]+)"
_API = rf"/api/(?P<kind>models|datasets|spaces)/{_ID}"
_WEB = rf"/(?P<kind>datasets/|spaces/)?{_ID}"
_REVISION = r"(?P<revision>[^/]+)"


def _route(method: str, pattern: str, action: Callable[..., None]) -> tuple[str, re.Pattern[str], Callable[..., None]]:
    return method, re.compile(pattern), action


ROUTES = [
    _route("GET", "/api/whoami-v2", HubHandler.whoami),
    _route("POST", "/api/validate-yaml", HubHandler.validate_yaml),
    _route("POST", "/api/repos/create", HubHandler.create_repo),
    _route("DELETE", "/api/repos/delete", HubHandler.delete_repo),
    _route("GET", rf"{_API}(?:/revision/{_REVISION})?", HubHandler.info),
    _route("GET", rf"{_API}/tree/{_REVISION}(?:/(?P<folder>.+))?", HubHandler.tree),
    _route("POST", rf"{_API}/paths-info/{_REVISION}", HubHandler.paths_info),
    _route("GET", rf"{_API}/refs", HubHandler.refs),
    _route("GET", rf"{_API}/commits/{_REVISION}", HubHandler.history),
    _route("POST", rf"{_API}/preupload/{_REVISION}", HubHandler.preupload),
    _route("POST", rf"{_API}/commit/{_REVISION}", HubHandler.commit),
    _route("POST", rf"{_API}/branch/(?P<name>[^/]+)", HubHandler.create_branch),
    _route("PUT", rf"{_API}/settings", HubHandler.settings),
    _route("POST", rf"{_WEB}\.git/info/lfs/objects/batch", HubHandler.lfs_batch),
    _route("PUT", "/_lfs/(?P<oid>[0-9a-f]{64})", HubHandler.lfs_put),
    _route("POST", "/_lfs/verify", HubHandler.lfs_verify),
    _route("GET", rf"{_WEB}/resolve/{_REVISION}/(?P<path>.+)", HubHandler.resolve),
]
