"""Pushing in one commit."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from hezar_hub import (
    AuthError,
    FileMissingError,
    InvalidFileNameError,
    InvalidRepoIdError,
    ModelCard,
    OfflineError,
    Repo,
    RevisionNotFoundError,
    UploadError,
    push,
)
from hub_server import HubServer

FILES: dict[str, Path | bytes | str] = {"model_config.yaml": "name: bert # هزار\n", "model.pt": b"\x00" * 5000}


def test_makes_the_repo_and_one_commit(hub: HubServer, caplog) -> None:
    with caplog.at_level(logging.INFO, logger="hezar"):
        result = push("me/model", FILES, commit_message="Hezar: Upload model and config", private=True)
    assert hub.files("me/model") == {"model_config.yaml": "name: bert # هزار\n".encode(), "model.pt": b"\x00" * 5000}
    assert hub.is_private("me/model")
    commits = hub.commits("me/model")
    assert [commit.title for commit in commits] == ["Hezar: Upload model and config", "initial commit"]
    assert result.oid == commits[0].oid
    assert result.url == f"{hub.endpoint}/me/model/commit/{result.oid}"
    assert hub.stored("me/model")["model.pt"].lfs
    assert hub.count("POST", "/commit/") == 1
    uploaded = [record.message for record in caplog.records if record.message.startswith("Uploaded: ")]
    assert uploaded == ["Uploaded: model_config.yaml, model.pt --> me/model"]


def test_a_round_trip(hub: HubServer) -> None:
    push("me/model", FILES, commit_message="1")
    repo = Repo("me/model")
    assert repo.file("model.pt").read_bytes() == FILES["model.pt"]
    push("me/model", {"model.pt": b"two"}, commit_message="2")
    assert repo.file("model.pt").read_bytes() == FILES["model.pt"]
    assert Repo("me/model").file("model.pt").read_bytes() == b"two"


def test_changes_and_deletes_what_exists_in_the_same_commit(hub: HubServer) -> None:
    hub.add_repo(
        "me/model", {"model.pt": "old", "keep": "k", "train/a": "1", "train/b/c": "2", "model_config.yaml": "x"}
    )
    push(
        "me/model",
        {"model.safetensors": b"new", "model_config.yaml": "y", "train/b/c": "3"},
        delete=["model.pt", "never-there.bin", "train/", "model_config.yaml"],
        commit_message="Change",
    )
    assert hub.files("me/model") == {
        "model.safetensors": b"new", "keep": b"k", "model_config.yaml": b"y", "train/b/c": b"3",
    }  # fmt: skip
    assert hub.commits("me/model")[0].title == "Change"
    assert len(hub.commits("me/model")) == 3
    assert not hub.is_private("me/model")


def test_nothing_new_makes_no_commit(hub: HubServer, caplog) -> None:
    first = push("me/model", FILES, commit_message="1")
    again = push("me/model", FILES, commit_message="2")
    assert again.oid == first.oid
    assert len(hub.commits("me/model")) == 2


def test_a_folder_without_hidden_files(hub: HubServer, tmp_path: Path) -> None:
    for name in ("model_config.yaml", "preprocessor/tokenizer.json", ".git/config", ".hezar-save.x.tmp/a", ".DS_Store"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    push("me/model", tmp_path, commit_message="Folder")
    assert sorted(hub.files("me/model")) == ["model_config.yaml", "preprocessor/tokenizer.json"]


def test_datasets_and_branches(hub: HubServer) -> None:
    push("me/data", {"dataset_config.yaml": "name: d"}, repo_type="dataset", commit_message="Data")
    assert hub.files("me/data", repo_type="dataset") == {"dataset_config.yaml": b"name: d"}
    hub.add_commit("me/data", {"x": "1"}, repo_type="dataset", branch="dev")
    push("me/data", {"x": "2"}, repo_type="dataset", commit_message="Branch", revision="dev")
    assert hub.files("me/data", repo_type="dataset", revision="dev")["x"] == b"2"
    assert "x" not in hub.files("me/data", repo_type="dataset")
    with pytest.raises(RevisionNotFoundError, match="'absent'"):
        push("me/data", {"x": "2"}, repo_type="dataset", commit_message="Branch", revision="absent")


def test_with_a_card(hub: HubServer) -> None:
    push("me/model", FILES, commit_message="1", card=ModelCard(task="text_classification"))
    card = hub.files("me/model")["README.md"].decode()
    assert "pipeline_tag: text-classification" in card
    assert len(hub.commits("me/model")) == 2
    edited = card.replace("license: apache-2.0", "license: mit  # ours") + "\nA person's words.\n"
    hub.add_commit("me/model", {"README.md": edited})
    push(
        "me/model",
        {"model.pt": b"2"},
        commit_message="2",
        card=ModelCard(task="text_classification", base_model="me/base"),
    )
    card = hub.files("me/model")["README.md"].decode()
    assert "license: mit  # ours" in card
    assert "base_model: me/base" in card
    assert card.endswith("\nA person's words.\n")


def test_a_card_in_the_files_wins(hub: HubServer) -> None:
    push("me/model", {"README.md": "---\nlicense: mit\n---\nMine\n"}, commit_message="1", card=ModelCard())
    assert hub.files("me/model")["README.md"] == b"---\nlicense: mit\n---\nMine\n"


# Failures


@pytest.mark.parametrize("bad", ["model", "a/b/c", "a b/c", ""])
def test_a_bad_repo_id_makes_no_request(bad: str, hub: HubServer) -> None:
    with pytest.raises(InvalidRepoIdError):
        push(bad, FILES, commit_message="x")
    assert hub.requests == []


def test_bad_files_make_no_request(hub: HubServer, tmp_path: Path) -> None:
    with pytest.raises(FileMissingError, match=r"absent\.pt"):
        push("me/model", {"model.pt": tmp_path / "absent.pt"}, commit_message="x")
    with pytest.raises(InvalidFileNameError):
        push("me/model", {"../model.pt": b""}, commit_message="x")
    assert hub.requests == []


@pytest.mark.parametrize("token", [None, False])
def test_no_token(token: bool | None, hub: HubServer, monkeypatch) -> None:
    monkeypatch.delenv("HF_TOKEN")
    with pytest.raises(AuthError) as caught:
        push("me/model", FILES, commit_message="x", token=token)
    for advice in ("me/model", "token=", "HF_TOKEN", "hf auth login"):
        assert advice in str(caught.value)
    assert hub.requests == []


@pytest.mark.parametrize("exists", [True, False])
def test_tokens_without_the_right(exists: bool, hub: HubServer) -> None:
    if exists:
        hub.add_repo("me/model", {"model.pt": "old"})
    for token, says in ((hub.read_token, "lacks the right"), ("hf_wrong", "refused the access token")):
        with pytest.raises(AuthError, match=says):
            push("me/model", FILES, commit_message="x", token=token)
    assert hub.has_repo("me/model") == exists
    if exists:
        assert hub.files("me/model") == {"model.pt": b"old"}


def test_offline_mode(hub: HubServer, monkeypatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(OfflineError, match="Cannot push to the model repo 'me/model'"):
        push("me/model", FILES, commit_message="x")
    assert hub.requests == []


@pytest.mark.parametrize("path", ["/commit/", "/preupload/", "/_lfs/", "/objects/batch"])
@pytest.mark.parametrize("status", [400, 500])
def test_a_failure_leaves_the_repo_as_it_was(path: str, status: int, hub: HubServer, monkeypatch) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    hub.add_repo("me/model", {"model.pt": "old", "extra": "1"})
    before = hub.commits("me/model")
    hub.fail_next(status, times=100, path=path)
    with pytest.raises(UploadError, match="me/model") as caught:
        push("me/model", FILES, delete=["extra"], commit_message="x", card=ModelCard())
    assert "as they were" in str(caught.value)
    assert caught.value.__suppress_context__
    assert str(status) in str(caught.value)
    assert hub.commits("me/model") == before


def test_an_unreachable_hub(hub: HubServer) -> None:
    hub.go_down()
    with pytest.raises(UploadError, match="cannot be reached"):
        push("me/model", FILES, commit_message="x")
