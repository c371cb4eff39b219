"""A repo that is a folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hezar_hub import FileMissingError, HubError, Repo


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "model"
    for name in ("model_config.yaml", "preprocessor/tokenizer.json", "checkpoints/10/preprocessor/tokenizer.json"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    return root


def test_reads_without_network(folder: Path, hub) -> None:
    repo = Repo(str(folder), revision="main", token="x")
    assert repo.is_local
    assert repo.commit is None
    assert repo.id == str(repo) == str(folder)
    assert repo.file("model_config.yaml") == folder / "model_config.yaml"
    assert repo.file("tokenizer.json", subfolder="preprocessor").read_text() == "preprocessor/tokenizer.json"
    assert repo.find("model.safetensors", "model.pt") is None
    assert repo.find("model.pt", "model_config.yaml") == folder / "model_config.yaml"
    assert repo.exists("model_config.yaml")
    assert not repo.exists("preprocessor")
    assert hub.requests == []


def test_a_local_folder_wins_over_a_hub_repo_of_the_same_name(folder: Path, monkeypatch, hub) -> None:
    monkeypatch.chdir(folder.parent)
    (folder.parent / "me").mkdir()
    folder.rename(folder.parent / "me" / "model")
    assert Repo("me/model").is_local


def test_home_is_expanded(folder: Path, monkeypatch) -> None:
    monkeypatch.setenv("HOME", str(folder.parent))
    monkeypatch.setenv("USERPROFILE", str(folder.parent))
    assert Repo("~/model").file("model_config.yaml").is_file()


def test_prefix_is_a_folder_not_a_substring(folder: Path) -> None:
    repo = Repo(folder)
    assert repo.files("preprocessor") == ["preprocessor/tokenizer.json"]
    assert repo.files("pre") == []
    assert repo.files() == sorted(
        ["checkpoints/10/preprocessor/tokenizer.json", "model_config.yaml", "preprocessor/tokenizer.json"]
    )


def test_subfolder_is_a_root_inside(folder: Path) -> None:
    repo = Repo(folder, subfolder="checkpoints/10")
    assert repo.files() == ["preprocessor/tokenizer.json"]
    assert repo.files("preprocessor") == ["preprocessor/tokenizer.json"]
    assert repo.file("preprocessor/tokenizer.json").read_text().startswith("checkpoints")
    assert not repo.exists("model_config.yaml")


def test_a_missing_file_is_named_with_what_is_there(folder: Path) -> None:
    with pytest.raises(FileMissingError) as caught:
        Repo(folder).file("model_confg.yaml")
    message = str(caught.value)
    assert str(folder) in message
    assert "Did you mean 'model_config.yaml'" in message
    # Hezar 1.0.0 raised ValueError here; open() would raise FileNotFoundError.
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, FileNotFoundError)
    assert isinstance(caught.value, HubError)


def test_git_is_left_out(tmp_path: Path) -> None:
    for name in (".git/config", ".gitattributes", "sub/.git/config", "a"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    assert Repo(tmp_path).files() == [".gitattributes", "a"]


def test_an_empty_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileMissingError, match="It is empty"):
        Repo(tmp_path).file("model_config.yaml")


@pytest.mark.skipif(os.name == "nt", reason="symlinks need rights on Windows")
def test_links_are_followed_but_not_for_ever(folder: Path) -> None:
    (folder / "linked").symlink_to(folder / "preprocessor", target_is_directory=True)
    (folder / "preprocessor" / "up").symlink_to(folder, target_is_directory=True)
    names = Repo(folder).files()
    assert "preprocessor/tokenizer.json" in names or "linked/tokenizer.json" in names
    assert len(names) < 10
