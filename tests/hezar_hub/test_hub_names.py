"""Repo ids and file names as text."""

from __future__ import annotations

import posixpath
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hezar_hub import (
    InvalidFileNameError,
    InvalidRepoIdError,
    Repo,
    RepoNotFoundError,
    SaveError,
    atomic_save,
    atomic_write,
)
from hezar_hub.names import check_name, check_repo_id, join_name, looks_like_path

ID_PART = st.text(string.ascii_letters + string.digits + "_", min_size=1, max_size=40)


@given(ID_PART, ID_PART)
def test_every_plain_id_is_valid(owner: str, name: str) -> None:
    assert check_repo_id(f"{owner}/{name}") == f"{owner}/{name}"


@given(st.text(max_size=120))
def test_any_text_is_accepted_or_refused_with_our_error(text: str) -> None:
    try:
        accepted = check_repo_id(text)
    except InvalidRepoIdError:
        return
    owner, _, name = accepted.partition("/")
    assert accepted == text
    assert owner
    assert name
    assert "/" not in name
    assert len(text) <= 96


@pytest.mark.parametrize(
    "bad",
    ["bert", "a/b/c", "a/", "/b", "a b/c", "a--b/c", "a/b..c", "-a/b", "a/b.", "هزار/bert", "a/b.git", f"a/{'x' * 95}"],
)
def test_refused_ids(bad: str) -> None:
    with pytest.raises(InvalidRepoIdError) as caught:
        check_repo_id(bad)
    assert repr(bad) in str(caught.value)


def test_a_bare_name_gets_the_full_one_suggested() -> None:
    with pytest.raises(InvalidRepoIdError, match="hezarai/bert-base-fa"):
        Repo("bert-base-fa")


@given(st.text(max_size=60))
def test_an_accepted_name_never_leads_out(name: str) -> None:
    try:
        clean = check_name(name)
    except InvalidFileNameError:
        return
    joined = posixpath.normpath(posixpath.join("/srv", clean))
    assert joined.startswith("/srv/")
    assert check_name(clean) == clean


@pytest.mark.parametrize(
    "bad", ["", ".", "..", "../x", "a/../b", "a/..", "/etc/passwd", "a//b", "./a", "a\\b", "C:/x", "a\0b", "/"]
)
def test_refused_names(bad: str, tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    for ask in (repo.file, repo.find, repo.exists):
        with pytest.raises(InvalidFileNameError, match=r"preprocessor/tokenizer\.json"):
            ask(bad)
    with pytest.raises(InvalidFileNameError):
        join_name("preprocessor", bad)


def test_revision_and_subfolder_cannot_lead_out() -> None:
    with pytest.raises(InvalidFileNameError):
        Repo("me/model", revision="../../elsewhere")
    with pytest.raises(InvalidFileNameError):
        Repo("me/model", subfolder="../elsewhere")


def test_join() -> None:
    assert join_name(None, "preprocessor/", "tokenizer.json") == "preprocessor/tokenizer.json"


@pytest.mark.parametrize("path", ["./x", "../x", "/x/y", "~/x", "a/b/c", "a\\b", "C:\\x", ".", "", "x/y/z/"])
def test_a_missing_path_is_a_missing_folder_not_a_hub_repo(path: str, hub, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert looks_like_path(path)
    if path == ".":
        assert Repo(path).is_local
        return
    with pytest.raises(RepoNotFoundError, match="no local folder") as caught:
        Repo(path)
    assert isinstance(caught.value, FileNotFoundError)
    assert hub.requests == []


def test_a_path_object_is_never_a_hub_repo(hub) -> None:
    with pytest.raises(RepoNotFoundError):
        Repo(Path("me/model"))
    assert hub.requests == []


def test_a_file_is_not_a_repo(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    with pytest.raises(InvalidRepoIdError, match="is a file"):
        Repo(tmp_path / "x")


def test_unknown_repo_type() -> None:
    with pytest.raises(InvalidRepoIdError, match="model, dataset, space"):
        Repo("me/model", repo_type="models")


# Names that no file system takes

IMPOSSIBLE = [
    "x" * 300,
    "آ" * 200,
    f"a/{'x' * 300}",
    f"{'x' * 300}/a",
    "a\0b",
    "half \ud800",
    "x" * 5000,
    "a/" * 3000 + "b",
]


@pytest.mark.parametrize("name", IMPOSSIBLE, ids=range(len(IMPOSSIBLE)))
def test_names_that_cannot_be_are_our_errors(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for save in (
        lambda: atomic_write(name, "text"),
        lambda: atomic_save(name).__enter__(),
    ):
        with pytest.raises(SaveError, match="Cannot save to"):
            save()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises((RepoNotFoundError, InvalidRepoIdError)):
        Repo(name)
    if not name.startswith("a/a/"):  # too long only with the folder before it
        with pytest.raises(InvalidFileNameError):
            Repo(tmp_path).file(name)


def test_a_name_of_255_bytes_is_one(tmp_path: Path) -> None:
    name = "آ" * 125 + ".yaml"
    with atomic_save(tmp_path) as staging:
        staging.path(name).write_text("1")
    assert Repo(tmp_path).file(name).read_text() == "1"
