"""Without a network, what is said is short: one traceback with our own frames, and the cause in its last line."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

import pytest

from hezar.configs import ModelConfig
from hezar.data import ImageProcessor, TextClassificationDataset
from hezar.models import Model
from hezar.preprocessors import Preprocessor, Tokenizer
from hezar.utils import exists_on_hub, list_repo_files
from hezar_hub import HubError, Repo, push
from hezar_registry import HezarError
from hub_server import HubServer

REPO = "hezarai/bert-base-fa"
A_SCREEN = 60  # lines

HUB_WORK: dict[str, Callable[[], Any]] = {
    "model": lambda: Model.load(REPO),
    "preprocessor": lambda: Preprocessor.load(REPO),
    "tokenizer": lambda: Tokenizer.load(REPO),
    "config": lambda: ModelConfig.load(REPO),
    "dataset": lambda: TextClassificationDataset.load(REPO),
    "repo": lambda: Repo(REPO).file("model_config.yaml"),
    "files": lambda: list_repo_files(REPO),
    "exists": lambda: exists_on_hub(REPO),
    "push": lambda: push("tester/model", {"a.txt": "a"}, commit_message="Add a"),
}


def shown(error: BaseException) -> str:
    """What Python prints of an error that nobody catches."""
    return "".join(traceback.format_exception(error))


@pytest.mark.parametrize("work", HUB_WORK.values(), ids=HUB_WORK)
def test_hub_work_without_a_network(work: Callable[[], Any], hub: HubServer) -> None:
    hub.go_down()
    with pytest.raises(HubError, match="the Hub cannot be reached \\(ConnectError: .*refused") as caught:
        work()
    text = shown(caught.value)
    assert text.count("Traceback") == 1
    assert len(text.splitlines()) < A_SCREEN
    assert not any(f"site-packages/{library}" in text for library in ("httpx", "httpcore", "huggingface_hub"))


@pytest.mark.parametrize("status", [401, 403, 404, 500])
def test_answers_that_are_refusals(status: int, hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    hub.fail_next(status, times=100)
    with pytest.raises(HubError) as caught:
        Model.load(REPO)
    assert shown(caught.value).count("Traceback") == 1
    assert REPO in str(caught.value)


def test_what_is_switched_off(hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(HubError, match="HF_HUB_OFFLINE") as caught:
        Model.load(REPO)
    assert shown(caught.value).count("Traceback") == 1


def test_an_image_behind_an_address(hub: HubServer) -> None:
    hub.go_down()
    with pytest.raises(HezarError, match="the download failed .*refused") as caught:
        ImageProcessor()(f"{hub.endpoint}/image.png")
    assert shown(caught.value).count("Traceback") == 1
