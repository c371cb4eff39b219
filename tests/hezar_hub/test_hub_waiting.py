"""Waiting has an end, and says which."""

from __future__ import annotations

import logging
import time
from pathlib import Path

import pytest

from hezar_hub import HubConnectionError, HubTimeoutError, Repo
from hezar_hub.constants import endpoint, hub_timeout
from hezar_registry import HezarError
from hub_server import HubServer

BOUND = 0.5


@pytest.fixture(autouse=True)
def stocked(hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEZAR_HUB_TIMEOUT", str(BOUND))
    hub.add_repo("me/model", {"notes.md": "سلام" * 500, "model.safetensors": b"0" * 5000})


@pytest.mark.parametrize("file", ["notes.md", "model.safetensors"])
@pytest.mark.parametrize("fault", ["hangs on the head", "hangs on the body", "drips", "asks to come back", "is busy"])
def test_a_hub_that_answers_the_listing_only(file: str, fault: str, hub: HubServer) -> None:
    repo = Repo("me/model")
    assert file in repo.files()
    # The body of a large file comes from another host, at another path.
    body = "/" if file.startswith("model") else file
    if fault == "hangs on the head":
        hub.delay_next(30, times=100, path=file)
    elif fault == "hangs on the body":
        hub.delay_next(30, times=100, path=body, method="GET")
    elif fault == "drips":
        hub.drip_next(body, 0.02, times=100)
    elif fault == "asks to come back":
        hub.fail_next(429, times=100, path=file, method="GET", Retry_After="3600")
    else:
        hub.fail_next(429, times=100, path=file, method="GET", RateLimit='"resolvers";r=0;t=300')
    start = time.monotonic()
    with pytest.raises(HubConnectionError) as caught:
        repo.file(file)
    assert time.monotonic() - start < 5 * BOUND
    if fault != "hangs on the head":
        assert isinstance(caught.value, HubTimeoutError)
        assert "HEZAR_HUB_TIMEOUT" in str(caught.value)
        assert "notes.md" in str(caught.value) or "model.safetensors" in str(caught.value)
    hub.clear_faults()
    assert repo.file(file).stat().st_size in {4000, 5000}  # nothing of it stayed in the way


def test_a_listing_that_does_not_come(hub: HubServer) -> None:
    hub.delay_next(30, times=100, path="/api/")
    start = time.monotonic()
    with pytest.raises(HubConnectionError):
        Repo("me/model").files()
    assert time.monotonic() - start < 5 * BOUND


def test_a_slow_line_that_is_fast_enough_is_waited_for(hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hezar_hub._waiting.LOWEST_RATE", 10)
    hub.add_commit("me/model", {"slow.md": "x" * 60})
    repo = Repo("me/model")
    repo.files()
    hub.drip_next("slow.md", 0.025)
    start = time.monotonic()
    assert repo.file("slow.md").read_text() == "x" * 60
    assert time.monotonic() - start > 2 * BOUND


def test_a_person_is_told_while_we_wait(hub: HubServer, caplog: pytest.LogCaptureFixture) -> None:
    repo = Repo("me/model")
    repo.files()
    hub.drip_next("notes.md", 0.02, times=100)
    with caplog.at_level(logging.WARNING, "hezar_hub"), pytest.raises(HubTimeoutError):
        repo.file("notes.md")
    told = [record.getMessage() for record in caplog.records if "Waiting for 'notes.md'" in record.getMessage()]
    assert len(told) == 1
    assert "HEZAR_HUB_TIMEOUT" in told[0]


def test_what_is_cached_helps_out(hub: HubServer) -> None:
    Repo("me/model").file("notes.md")
    hub.delay_next(30, times=100)
    start = time.monotonic()
    assert Repo("me/model").file("notes.md").is_file()
    assert time.monotonic() - start < 5 * BOUND


def test_other_uses_of_the_client_are_not_bounded(hub: HubServer, tmp_path: Path) -> None:
    import huggingface_hub

    Repo("me/model").file("notes.md")
    hub.delay_next(2 * BOUND, path="notes.md")
    path = huggingface_hub.hf_hub_download("me/model", "notes.md", cache_dir=tmp_path / "other", endpoint=hub.endpoint)
    assert Path(path).is_file()


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "a minute", "1e9"])
def test_a_bound_that_is_none(seconds: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEZAR_HUB_TIMEOUT", seconds)
    with pytest.raises(HezarError, match="HEZAR_HUB_TIMEOUT"):
        hub_timeout()


@pytest.mark.parametrize(
    "address",
    ["http://a:99999", "http://a:b", "ftp://a", "a.ir", "http://", "http://[::1", "http://a b", "http://a:0", "file:///x", "http://a?x=1"],
)  # fmt: skip
def test_an_endpoint_that_is_none(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", address)
    with pytest.raises(HezarError, match="HF_ENDPOINT"):
        Repo("me/model").files()


@pytest.mark.parametrize("address", ["http://localhost:8080", "https://hub.example/mirror/", " http://[::1]:80 "])
def test_an_endpoint_that_is_one(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", address)
    assert endpoint() == address.strip().rstrip("/")
