"""Questions about the cache and the Hub."""

from __future__ import annotations

from pathlib import Path

import pytest

from hezar_hub import (
    AuthError,
    HubConnectionError,
    HubError,
    InvalidRepoIdError,
    Repo,
    cache_dir,
    clean_cache,
    exists_in_cache,
    exists_on_hub,
    get_local_cache_path,
    list_repo_files,
)
from hub_server import HubServer


def test_the_cache_is_where_the_environment_says(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HEZAR_CACHE_DIR", str(tmp_path / "here"))
    assert get_local_cache_path("hezarai/bert-base-fa") == tmp_path / "here" / "models--hezarai--bert-base-fa"
    assert get_local_cache_path("hezarai/x", "dataset").name == "datasets--hezarai--x"
    monkeypatch.delenv("HEZAR_CACHE_DIR")
    assert cache_dir() == Path.home() / ".cache" / "hezar"
    with pytest.raises(InvalidRepoIdError):
        get_local_cache_path("../../etc/x")


def test_exists(hub: HubServer) -> None:
    hub.add_repo("me/model", {"a": "1"})
    hub.add_repo("me/gated", {"a": "1"}, gated=True)
    assert not exists_in_cache("me/model")
    assert hub.requests == []
    assert exists_on_hub("me/model")
    assert len(hub.requests) == 1
    assert exists_on_hub("me/gated", token=hub.read_token)
    assert not exists_on_hub("me/model", repo_type="dataset")
    assert not exists_on_hub("me/absent", token=False)
    Repo("me/model").file("a")
    assert exists_in_cache("me/model")
    assert not exists_in_cache("me/model", "dataset")
    with pytest.raises(AuthError):
        exists_on_hub("me/model", token="hf_wrong")
    hub.go_down()
    with pytest.raises(HubConnectionError):
        exists_on_hub("me/model")


def test_list_repo_files_is_relative_to_the_subfolder(hub: HubServer, tmp_path: Path) -> None:
    files = {"preprocessor/a": "1", "checkpoints/1/preprocessor/b": "2", "c": "3"}
    hub.add_repo("me/model", files)
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    for place in ("me/model", tmp_path):
        assert list_repo_files(place, subfolder="preprocessor") == ["a"]
        assert [name for name in list_repo_files(place) if name != ".gitattributes"] == sorted(files)


def test_clean_cache(hub: HubServer, caplog) -> None:
    hub.add_repo("me/model", {"a": "1"})
    Repo("me/model").file("a")
    clean_cache(delay=0)
    assert not cache_dir().exists()
    assert str(cache_dir()) in caplog.text
    clean_cache(delay=0)


def test_clean_cache_refuses_other_folders(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "models--a--b").mkdir()
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(HubError, match=r"thesis\.docx"):
        clean_cache(tmp_path, delay=0)
    assert (tmp_path / "models--a--b").is_dir()
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    with pytest.raises(HubError, match="not a download cache"):
        clean_cache(home, delay=0)
