"""A Hub that lies: nothing it says becomes a path, or the content of a file, unchecked."""

from __future__ import annotations

import hashlib
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hezar_hub import CorruptDownloadError, HubError, Repo
from hezar_hub._answers import checked_commit, checked_names, checked_tag, is_as_promised, watch_library

CONFIG, WEIGHTS = b"name: bert\n", b"weights" * 100_000
FILES = {"model_config.yaml": CONFIG, "model.safetensors": WEIGHTS}


@pytest.fixture
def commit(hub):
    """The commit of a repo with two files, a small and a large one."""
    return hub.add_repo("a/b", FILES)


def everything(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if "hezar-cache" not in str(path)}


@pytest.mark.parametrize("other", ["/tmp/x", "../../../../x", "main", "", "0" * 39, "A" * 40, "0" * 40 + "\n"])
def test_a_commit_that_is_none(other, hub, commit, tmp_path):
    before = everything(tmp_path)
    hub.lie("/api/models/a/b", old=commit.encode(), new=other.replace("\n", "\\n").encode())
    with pytest.raises(HubError, match="commit"):
        Repo("a/b").file("model_config.yaml")
    assert everything(tmp_path) == before


@pytest.mark.parametrize("other", ["/tmp/x", "../../../../x", "main"])
@pytest.mark.parametrize("name", FILES)
def test_a_file_of_a_commit_that_is_none(name, other, hub, commit, tmp_path):
    hub.lie("/resolve/", X_Repo_Commit=other)
    with pytest.raises(HubError, match="no commit hash"):
        Repo("a/b").file(name)
    assert not list(tmp_path.rglob("snapshots/*"))


def test_a_refusal_that_names_a_path(hub, commit, tmp_path):
    hub.lie("/api/models/a/b", old=b'"model_config.yaml"', new=b'"nothing.txt"')
    hub.lie("/resolve/", X_Repo_Commit="../../../../escaped")
    with pytest.raises(HubError, match="no commit hash"):
        Repo("a/b").file("nothing.txt")
    assert not [path for path in tmp_path.rglob("*") if "escaped" in path.name]


def test_a_file_of_another_commit(hub, commit, tmp_path):
    other = hub.add_commit("a/b", {"model_config.yaml": "name: other\n"})
    hub.lie("/resolve/", X_Repo_Commit=commit)
    with pytest.raises(CorruptDownloadError, match="another commit"):
        Repo("a/b", revision=other).file("model_config.yaml")
    # It must not lie where a load of the commit that was named would find it.
    assert not [path for path in tmp_path.rglob("model_config.yaml") if path.is_file()]
    assert not list(tmp_path.rglob("blobs/*"))


def test_another_commit_than_the_one_asked_for(hub, commit):
    other = hub.add_commit("a/b", {"x": "y"})
    hub.lie("/api/models/a/b", old=other.encode(), new=commit.encode())
    with pytest.raises(HubError, match="was asked for"):
        Repo("a/b", revision=other).files()


@pytest.mark.parametrize(
    "tag", ['"/tmp/planted"', '"../../../../planted"', '".."', '"a/b"', '"..%2f"', '"' + "a" * 300 + '"']
)
@pytest.mark.parametrize(("name", "header"), [("model_config.yaml", "ETag"), ("model.safetensors", "X_Linked_Etag")])
def test_a_tag_that_leads_out(name, header, tag, hub, commit, tmp_path):
    hub.lie("/resolve/", **{header: tag})
    with pytest.raises(HubError, match="is no name"):
        Repo("a/b").file(name)
    assert not [path for path in tmp_path.rglob("*") if "planted" in path.name]
    assert not Path("/tmp/planted").exists()


def test_names_that_lead_out_are_not_there(hub, commit):
    hub.lie("/api/models/a/b", old=b'"model_config.yaml"', new=b'"../../../../planted"')
    assert Repo("a/b").files() == [".gitattributes", "model.safetensors"]
    assert not Repo("a/b").exists("model_config.yaml")


@pytest.mark.parametrize("name", FILES)
def test_wrong_bytes_of_the_right_length(name, hub, commit):
    content = FILES[name]
    path = hashlib.sha256(content).hexdigest() if name == "model.safetensors" else "/resolve/"
    hub.lie(path, old=content[:4], new=b"####", times=1)
    assert Repo("a/b").file(name).read_bytes() == content, "fetched again"
    hub.clear_faults()


@pytest.mark.parametrize("name", FILES)
def test_wrong_bytes_each_time(name, hub, commit, tmp_path):
    content = FILES[name]
    path = hashlib.sha256(content).hexdigest() if name == "model.safetensors" else "/resolve/"
    hub.lie(path, old=content[:4], new=b"####")
    with pytest.raises(CorruptDownloadError, match="checksum"):
        Repo("a/b").file(name)
    assert not list(tmp_path.rglob("blobs/*")), "nothing of it was kept"
    hub.clear_faults()
    assert Repo("a/b").file(name).read_bytes() == content


def test_a_note_in_the_cache_that_is_no_commit(hub, commit, tmp_path):
    Repo("a/b").file("model_config.yaml")
    [ref] = tmp_path.rglob("refs/main")
    ref.write_text("../../../..")
    hub.go_down()
    with pytest.raises(HubError):
        Repo("a/b", local_files_only=True).file("model_config.yaml")


@given(st.text(max_size=60))
def test_what_passes_is_one_name(text):
    for check in (checked_tag, checked_commit):
        try:
            passed = check(text, "x")
        except HubError:
            continue
        assert Path(passed).name == passed != ".."
    assert all(not name.startswith(("/", "..")) for name in checked_names([text, "a/b"]))


def test_checksums(tmp_path):
    content = b"a" * 5
    by_git = tmp_path / hashlib.sha1(b"blob 5\0" + content).hexdigest()
    by_sha256 = tmp_path / hashlib.sha256(content).hexdigest()
    other = tmp_path / "tag-of-a-mirror"
    for path in (by_git, by_sha256, other):
        path.write_bytes(content)
    assert [is_as_promised(path) for path in (by_git, by_sha256, other)] == [True, True, None]
    by_git.write_bytes(b"b" * 5)
    assert is_as_promised(by_git) is False


def test_the_library_is_watched_once():
    library = import_module("huggingface_hub.file_download")
    watch_library()
    once = library.get_hf_file_metadata
    watch_library()
    assert library.get_hf_file_metadata is once
