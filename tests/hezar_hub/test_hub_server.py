"""The test Hub itself, where the client library does not already prove it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from hub_server import HubServer


def get(url: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    request = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, response.read(), dict(response.headers)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(), dict(error.headers)


def test_ranges(hub: HubServer) -> None:
    hub.add_repo("me/model", {"a.txt": "0123456789"})
    url = f"{hub.endpoint}/me/model/resolve/main/a.txt"
    status, body, headers = get(url, Range="bytes=3-5")
    assert (status, body, headers["Content-Range"]) == (206, b"345", "bytes 3-5/10")
    assert get(url, Range="bytes=8-")[1] == b"89"
    assert get(url, Range="bytes=10-")[0] == 416
    assert get(url)[1] == b"0123456789"


def test_commits_are_addressed_by_content(hub: HubServer) -> None:
    first = hub.add_repo("me/a", {"x": "1"})
    with HubServer() as other:
        assert other.add_repo("me/a", {"x": "1"}) == first
    second = hub.add_commit("me/a", {"x": "2"})
    assert [commit.oid for commit in hub.commits("me/a")][:2] == [second, first]
    assert hub.files("me/a", revision=first) == {"x": b"1"}


def test_lfs_threshold() -> None:
    with HubServer(lfs_size=100) as server:
        server.add_repo("me/a", {"small.txt": "x", "large.txt": "x" * 100, "w.pt": "x"})
        assert {name: file.lfs for name, file in server.stored("me/a").items()} == {
            "small.txt": False, "large.txt": True, "w.pt": True,
        }  # fmt: skip


@pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")  # of huggingface_hub itself
def test_the_client_library_can_write_and_list(hub: HubServer) -> None:
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi
    from huggingface_hub.errors import HfHubHTTPError

    api = HfApi(endpoint=hub.endpoint)
    assert api.whoami()["name"] == hub.user
    api.create_repo("me/m", repo_type="dataset")
    api.create_repo("me/m", repo_type="dataset", exist_ok=True)
    with pytest.raises(HfHubHTTPError, match="409"):
        api.create_repo("me/m", repo_type="dataset")
    operations = [CommitOperationAdd("a/b.txt", b"1"), CommitOperationAdd("c.bin", b"22")]
    first = api.create_commit("me/m", operations, commit_message="Add", repo_type="dataset")
    delete = [CommitOperationDelete("a/", is_folder=True)]
    api.create_commit("me/m", delete, commit_message="Delete", repo_type="dataset")
    assert api.list_repo_files("me/m", repo_type="dataset") == [".gitattributes", "c.bin"]
    tree = api.list_repo_tree("me/m", repo_type="dataset", revision=first.oid)
    assert [entry.path for entry in tree] == [".gitattributes", "c.bin", "a"]
    assert [info.path for info in api.get_paths_info("me/m", ["c.bin", "x"], repo_type="dataset")] == ["c.bin"]
    assert [commit.title for commit in api.list_repo_commits("me/m", repo_type="dataset")][:2] == ["Delete", "Add"]
    assert api.list_repo_refs("me/m", repo_type="dataset").branches[0].name == "main"
    late = [CommitOperationAdd("a/b.txt", b"3")]
    with pytest.raises(HfHubHTTPError, match="412"):
        api.create_commit("me/m", late, commit_message="Late", repo_type="dataset", parent_commit=first.oid)
    assert hub.count("POST", "/commit/") == 3


def test_down_and_up_again(hub: HubServer) -> None:
    hub.add_repo("me/m", {"x": "1"})
    url, port = f"{hub.endpoint}/api/models/me/m", hub.endpoint
    hub.go_down()
    with pytest.raises(urllib.error.URLError):
        get(url)
    hub.come_up()
    assert hub.endpoint == port
    hub.fail_next(500, path="/api/")
    assert [get(url, Authorization=f"Bearer {hub.token}")[0] for _ in range(2)] == [500, 200]


def test_it_runs_on_its_own(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("1")
    command = [sys.executable, "-m", "hub_server", "--port", "0", "--repo", "me/m", str(tmp_path)]
    path = str(Path(__file__).parents[1])
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": path}
    ) as process:
        assert process.stdout is not None
        try:
            endpoint = process.stdout.readline().strip()
            status, body, _ = get(f"{endpoint}/api/models/me/m")
        finally:
            process.kill()
    assert status == 200
    assert [file["rfilename"] for file in json.loads(body)["siblings"]] == [".gitattributes", "x.txt"]
