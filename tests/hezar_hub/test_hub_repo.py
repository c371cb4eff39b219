"""A repo on the Hub, read through the cache."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hezar_hub import (
    AuthError,
    CorruptDownloadError,
    FileMissingError,
    HubConnectionError,
    HubError,
    OfflineError,
    Repo,
    RepoAccessError,
    RepoNotFoundError,
    RevisionNotFoundError,
    cache_dir,
)
from hub_server import HubServer

FILES = {
    "model_config.yaml": "name: bert\n",
    "model.safetensors": bytes(range(256)) * 400,
    "preprocessor/tokenizer.json": "{}",
    "preprocessor/tokenizer_config.yaml": "name: bpe_tokenizer\n",
}


@pytest.fixture
def repo_id(hub: HubServer) -> str:
    hub.add_repo("me/model", FILES)
    return "me/model"


@pytest.fixture
def fast(monkeypatch) -> None:
    """Retries without their pauses."""
    monkeypatch.setattr(time, "sleep", lambda seconds: None)


@pytest.fixture
def small_chunks(monkeypatch) -> None:
    """Parts of small files count as received, as those of large ones do."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 1000)


def blobs() -> list[Path]:
    return [path for path in cache_dir().rglob("blobs/*") if not path.name.endswith(".incomplete")]


def test_files_are_fetched_one_by_one(hub: HubServer, repo_id: str) -> None:
    repo = Repo(repo_id)
    assert not repo.is_local
    assert hub.requests == []
    assert repo.file("model_config.yaml").read_text() == FILES["model_config.yaml"]
    assert repo.file("model.safetensors").read_bytes() == FILES["model.safetensors"]
    assert repo.file("tokenizer.json", subfolder="preprocessor").read_text() == "{}"
    assert repo.files("preprocessor") == ["preprocessor/tokenizer.json", "preprocessor/tokenizer_config.yaml"]
    assert hub.count("GET", "/api/models/me/model") == 1
    assert hub.count(containing="tokenizer_config") == 0


def test_the_second_time_costs_one_request(hub: HubServer, repo_id: str) -> None:
    Repo(repo_id).file("model_config.yaml")
    hub.forget()
    repo = Repo(repo_id)
    for _ in range(3):
        repo.file("model_config.yaml")
    assert repo.find("model.pt", "model_config.yaml") is not None
    assert [request.method for request in hub.requests] == ["GET"]


def test_a_cached_commit_hash_costs_none(hub: HubServer, repo_id: str) -> None:
    commit = Repo(repo_id).commit
    Repo(repo_id, revision=commit).file("model_config.yaml")
    hub.forget()
    repo = Repo(repo_id, revision=commit)
    assert repo.file("model_config.yaml").is_file()
    assert repo.commit == commit
    assert hub.requests == []


def test_no_token_is_shown_to_the_host_of_large_files(hub: HubServer, repo_id: str) -> None:
    Repo(repo_id).file("model.safetensors")
    cdn = [request for request in hub.requests if request.server == "cdn"]
    assert cdn
    assert not any("authorization" in request.headers for request in cdn)
    assert all("authorization" in request.headers for request in hub.requests if request.server == "hub")


def test_all_files_come_from_one_commit(hub: HubServer, repo_id: str) -> None:
    repo = Repo(repo_id)
    repo.file("model_config.yaml")
    hub.add_commit(repo_id, {"model.safetensors": b"new", "extra.txt": "new"}, delete=("preprocessor/tokenizer.json",))
    assert repo.file("model.safetensors").read_bytes() == FILES["model.safetensors"]
    assert repo.file("preprocessor/tokenizer.json").read_text() == "{}"
    assert not repo.exists("extra.txt")
    assert Repo(repo_id).file("model.safetensors").read_bytes() == b"new"
    assert repo.commit != Repo(repo_id).commit


def test_find_takes_the_first_that_exists(hub: HubServer, repo_id: str) -> None:
    repo = Repo(repo_id)
    found = repo.find("model.pt", "model.safetensors", "model_config.yaml")
    assert found is not None
    assert found.name == "model.safetensors"
    assert repo.find("model.pt", "embedding.bin") is None
    assert hub.count("HEAD") == 1


def test_revisions(hub: HubServer, repo_id: str) -> None:
    hub.add_tag(repo_id, "v1")
    hub.add_commit(repo_id, {"model_config.yaml": "name: two\n"}, branch="dev/new")
    hub.add_commit(repo_id, {"model_config.yaml": "name: three\n"})
    assert Repo(repo_id, revision="v1").file("model_config.yaml").read_text() == "name: bert\n"
    assert Repo(repo_id, revision="dev/new").file("model_config.yaml").read_text() == "name: two\n"
    assert Repo(repo_id).file("model_config.yaml").read_text() == "name: three\n"
    hub.forget()
    offline = Repo(repo_id, revision="dev/new", local_files_only=True)
    assert offline.file("model_config.yaml").read_text() == "name: two\n"
    assert hub.requests == []


def test_subfolder_is_a_root(hub: HubServer, repo_id: str) -> None:
    repo = Repo(repo_id, subfolder="preprocessor")
    assert repo.files() == ["tokenizer.json", "tokenizer_config.yaml"]
    assert repo.file("tokenizer.json").read_text() == "{}"
    assert not repo.exists("model_config.yaml")


def test_datasets(hub: HubServer) -> None:
    hub.add_repo("me/data", {"dataset_config.yaml": "name: d\n"}, repo_type="dataset")
    repo = Repo("me/data", repo_type="dataset")
    assert repo.file("dataset_config.yaml").read_text() == "name: d\n"
    assert (cache_dir() / "datasets--me--data").is_dir()
    with pytest.raises(RepoNotFoundError, match="model repo 'me/data'"):
        Repo("me/data").file("dataset_config.yaml")


def test_cache_dir_and_environment_are_read_at_call_time(hub: HubServer, repo_id: str, tmp_path, monkeypatch) -> None:
    Repo(repo_id, cache_dir=tmp_path / "mine").file("model_config.yaml")
    assert (tmp_path / "mine" / "models--me--model").is_dir()
    assert not cache_dir().exists()
    with HubServer() as other:
        other.add_repo("me/model", {"model_config.yaml": "name: other\n"})
        monkeypatch.setenv("HF_ENDPOINT", other.endpoint + "/")
        monkeypatch.setenv("HEZAR_CACHE_DIR", str(tmp_path / "other"))
        assert Repo(repo_id).file("model_config.yaml").read_text() == "name: other\n"


def test_the_cache_is_shared_with_huggingface_hub(hub: HubServer, repo_id: str) -> None:
    from huggingface_hub import hf_hub_download

    path = hf_hub_download(repo_id, "model_config.yaml", cache_dir=cache_dir(), endpoint=hub.endpoint)
    assert Repo(repo_id, local_files_only=True).file("model_config.yaml") == Path(path)
    Repo(repo_id).file("model.safetensors")
    hub.forget()
    assert hf_hub_download(repo_id, "model.safetensors", cache_dir=cache_dir(), local_files_only=True)
    assert hub.requests == []


# Without network


@pytest.mark.parametrize("how", ["argument", "1", "true", "YES", "on"])
def test_offline_makes_not_one_request(how: str, hub: HubServer, repo_id: str, monkeypatch) -> None:
    Repo(repo_id).file("model_config.yaml")
    Repo(repo_id).file("preprocessor/tokenizer.json")
    hub.forget()
    if how != "argument":
        monkeypatch.setenv("HF_HUB_OFFLINE", how)
    repo = Repo(repo_id, local_files_only=how == "argument")
    assert repo.file("model_config.yaml").read_text() == "name: bert\n"
    assert repo.files() == ["model_config.yaml", "preprocessor/tokenizer.json"]
    assert repo.files("preprocessor") == ["preprocessor/tokenizer.json"]
    assert repo.exists("model_config.yaml")
    assert repo.find("model.pt", "model_config.yaml") is not None
    with pytest.raises(OfflineError) as caught:
        repo.file("model.safetensors")
    message = str(caught.value)
    assert "model.safetensors" in message
    assert repo_id in message
    assert "load it once" in message
    assert isinstance(caught.value, ConnectionError)
    assert hub.requests == []


def test_offline_with_nothing_cached(hub: HubServer, repo_id: str) -> None:
    repo = Repo(repo_id, local_files_only=True)
    for ask in (lambda: repo.file("x"), repo.files, lambda: repo.exists("x"), lambda: repo.find("x", "y")):
        with pytest.raises(OfflineError, match="local_files_only"):
            ask()
    with pytest.raises(OfflineError):
        Repo(repo_id, revision="0" * 40, local_files_only=True).file("x")
    assert hub.requests == []


@pytest.mark.parametrize("fault", ["down", "503", "dropped"])
def test_an_unusable_hub_falls_back_to_the_cache_with_one_warning(
    fault: str, hub: HubServer, repo_id: str, caplog
) -> None:
    Repo(repo_id).file("model_config.yaml")
    if fault == "down":
        hub.go_down()
    elif fault == "503":
        hub.fail_next(503, times=100)
    else:
        hub.drop_next(times=100)
    repo = Repo(repo_id)
    with caplog.at_level(logging.WARNING, logger="hezar"):
        assert repo.file("model_config.yaml").read_text() == "name: bert\n"
        assert repo.files() == ["model_config.yaml"]
        assert repo.file("model_config.yaml").is_file()
    assert [record.name for record in caplog.records].count("hezar.hub._remote") == 1
    assert repo_id in caplog.text
    hub.clear_faults()
    with pytest.raises(OfflineError, match=r"model\.safetensors"):
        repo.file("model.safetensors")
    hub.come_up()
    assert Repo(repo_id).file("model.safetensors").is_file()


def test_a_slow_hub_counts_as_unreachable(hub: HubServer, repo_id: str, monkeypatch) -> None:
    Repo(repo_id).file("model_config.yaml")
    monkeypatch.setattr("hezar_hub._remote.TIMEOUT_S", 0.2)
    hub.delay_next(5, path="/api/")
    start = time.monotonic()
    assert Repo(repo_id).file("model_config.yaml").is_file()
    assert time.monotonic() - start < 3
    hub.delay_next(5, path="/api/")
    with pytest.raises(OfflineError, match="cannot be reached"):
        Repo("me/other").file("model_config.yaml")


def test_down_with_nothing_cached_fails_at_once(hub: HubServer, repo_id: str) -> None:
    hub.go_down()
    start = time.monotonic()
    with pytest.raises(OfflineError) as caught:
        Repo(repo_id).file("model_config.yaml")
    assert time.monotonic() - start < 5
    assert hub.endpoint in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_stumbling_hub_is_asked_again_when_nothing_is_cached(hub: HubServer, repo_id: str, fast) -> None:
    hub.fail_next(503, times=2, path="/api/")
    assert Repo(repo_id).file("model_config.yaml").is_file()
    hub.fail_next(503, times=100, path="/api/")
    with pytest.raises(HubConnectionError, match="503") as caught:
        Repo("me/other").file("model_config.yaml")
    assert not isinstance(caught.value, OfflineError)


def test_an_answer_that_makes_no_sense(hub: HubServer, repo_id: str, monkeypatch) -> None:
    # A login page of a hotel network answers every address, here with the code of the test server's own 404.
    monkeypatch.setenv("HF_ENDPOINT", hub.cdn)
    with pytest.raises(HubError, match="me/model"):
        Repo(repo_id).file("model_config.yaml")


# What goes wrong


def test_the_three_kinds_of_missing(hub: HubServer, repo_id: str) -> None:
    with pytest.raises(FileMissingError, match=r"model\.pt.*me/model.*model\.safetensors") as missing:
        Repo(repo_id).file("model.pt")
    assert isinstance(missing.value, FileNotFoundError)
    with pytest.raises(RepoNotFoundError, match="me/absent") as no_repo:
        Repo("me/absent").file("model.pt")
    assert not isinstance(no_repo.value, AuthError)
    assert "HF_TOKEN" in str(no_repo.value)
    with pytest.raises(RevisionNotFoundError, match="'v9'"):
        Repo(repo_id, revision="v9").file("model.pt")


def test_a_file_missing_at_a_commit_hash(hub: HubServer, repo_id: str) -> None:
    repo = Repo(repo_id, revision=Repo(repo_id).commit)
    with pytest.raises(FileMissingError):
        repo.file("model.pt")


def test_private_repos(hub: HubServer, monkeypatch) -> None:
    hub.add_repo("me/secret", FILES, private=True)
    assert Repo("me/secret").file("model_config.yaml").is_file()
    assert Repo("me/secret", token=hub.read_token, cache_dir=cache_dir() / "2").file("model_config.yaml").is_file()
    monkeypatch.delenv("HF_TOKEN")
    with pytest.raises(RepoAccessError) as caught:
        Repo("me/secret").file("model_config.yaml")
    # The Hub does not say which of the two it is.
    assert isinstance(caught.value, AuthError)
    assert isinstance(caught.value, RepoNotFoundError)
    for advice in ("me/secret", "token=", "HF_TOKEN", "hf auth login"):
        assert advice in str(caught.value)
    with pytest.raises(AuthError, match="refused the access token") as refused:
        Repo("me/secret", token="hf_wrong").file("model_config.yaml")
    assert "hf_wrong" not in str(refused.value)


def test_gated_repos(hub: HubServer, monkeypatch) -> None:
    hub.add_repo("me/gated", FILES, gated=True)
    with pytest.raises(AuthError, match="gated"):
        Repo("me/gated", token=hub.read_token).file("model_config.yaml")
    assert Repo("me/gated").file("model_config.yaml").is_file()


@pytest.mark.parametrize("status", [403, 429, 500, 504])
def test_other_statuses(status: int, hub: HubServer, repo_id: str, fast) -> None:
    hub.fail_next(status, times=100)
    with pytest.raises(AuthError if status == 403 else HubConnectionError, match=r"me/model") as caught:
        Repo(repo_id).file("model_config.yaml")
    assert caught.value.__suppress_context__


# Bodies that break off


def test_a_broken_download_is_resumed(hub: HubServer, repo_id: str, fast, small_chunks) -> None:
    hub.truncate_next("model.safetensors", times=2)
    assert Repo(repo_id).file("model.safetensors").read_bytes() == FILES["model.safetensors"]
    ranges = [request.headers["range"] for request in hub.requests if "range" in request.headers]
    assert ranges == ["bytes=51000-", "bytes=76000-"]


def test_a_broken_download_of_a_small_file_is_repeated(hub: HubServer, repo_id: str, fast) -> None:
    hub.truncate_next("model_config.yaml", times=2)
    assert Repo(repo_id).file("model_config.yaml").read_text() == FILES["model_config.yaml"]


def test_a_download_that_never_completes_leaves_nothing(hub: HubServer, repo_id: str, fast) -> None:
    hub.truncate_next("model.safetensors", times=100, keep=0.0)
    with pytest.raises(CorruptDownloadError, match=r"model\.safetensors") as caught:
        Repo(repo_id).file("model.safetensors")
    assert "try again" in str(caught.value)
    assert blobs() == []
    with pytest.raises(OfflineError):
        Repo(repo_id, local_files_only=True).file("model.safetensors")
    hub.clear_faults()
    assert Repo(repo_id).file("model.safetensors").read_bytes() == FILES["model.safetensors"]


def test_a_host_that_cuts_every_body_and_ignores_ranges_does_not_hang(
    hub: HubServer, repo_id: str, fast, small_chunks, monkeypatch
) -> None:
    from hub_server.routes import Handler

    whole = Handler.send_file

    def without_ranges(self: Handler, content: bytes, **headers: str) -> None:
        if "Range" in self.headers:
            self.headers.replace_header("Range", "none")
        whole(self, content, **headers)

    monkeypatch.setattr(Handler, "send_file", without_ranges)
    hub.truncate_next("model.safetensors", times=1000)
    with pytest.raises(CorruptDownloadError, match="always cut short"):
        Repo(repo_id).file("model.safetensors")
    assert blobs() == []


def test_a_body_shorter_than_the_size_of_the_file(hub: HubServer, repo_id: str) -> None:
    large = hub.stored(repo_id)["model.safetensors"].sha256
    whole = hub.store.large[large]
    hub.store.large[large] = whole[:100]
    with pytest.raises(CorruptDownloadError, match=r"model\.safetensors"):
        Repo(repo_id).file("model.safetensors")
    assert blobs() == []
    hub.store.large[large] = whole
    assert Repo(repo_id).file("model.safetensors").read_bytes() == whole


def test_a_full_disk_is_our_error(hub: HubServer, repo_id: str, monkeypatch) -> None:
    import errno

    import huggingface_hub

    def full(*args: object, **kwargs: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(huggingface_hub, "hf_hub_download", full)
    with pytest.raises(HubError, match="HEZAR_CACHE_DIR"):
        Repo(repo_id).file("model_config.yaml")


def test_progress_bars_stay_off_without_a_terminal(hub: HubServer, repo_id: str, capfd) -> None:
    from huggingface_hub.utils import are_progress_bars_disabled

    before = are_progress_bars_disabled()
    Repo(repo_id).file("model.safetensors")
    assert are_progress_bars_disabled() == before
    assert capfd.readouterr().err == ""


def test_importing_does_not_import_huggingface_hub() -> None:
    code = "import hezar_hub, sys; print(sorted({'huggingface_hub', 'httpx', 'yaml', 'torch'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_local_and_offline_use_never_import_huggingface_hub(hub: HubServer, repo_id: str) -> None:
    Repo(repo_id).file("model_config.yaml")
    code = (
        "import sys; from hezar_hub import Repo; repo = Repo('me/model', local_files_only=True);"
        "repo.file('model_config.yaml'); repo.files(); print('huggingface_hub' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
