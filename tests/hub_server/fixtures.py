"""The pytest fixture `hub`: a fresh test Hub, and an environment in which nothing else can be reached."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub_server.server import HubServer

# huggingface_hub reads these once, when it is imported, which may be long before the fixture is used.
os.environ["HF_HUB_DISABLE_XET"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    """A running, empty Hub on the loopback interface; its address, a token and empty caches are in the environment."""
    home = tmp_path / "hf-home"
    with HubServer() as server:
        monkeypatch.setenv("HF_ENDPOINT", server.endpoint)
        monkeypatch.setenv("HF_TOKEN", server.token)
        monkeypatch.setenv("HF_HOME", str(home))
        monkeypatch.setenv("HEZAR_CACHE_DIR", str(tmp_path / "hezar-cache"))
        for name in ("HF_HUB_OFFLINE", "HUGGING_FACE_HUB_TOKEN", *_PROXIES, *(proxy.lower() for proxy in _PROXIES)):
            monkeypatch.delenv(name, raising=False)
        if "huggingface_hub" in sys.modules:
            from huggingface_hub import constants

            # What it read from the real environment when it was imported.
            monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
            monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
            monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(home / "token"))
        yield server
    if "huggingface_hub" in sys.modules:
        close_session = getattr(sys.modules["huggingface_hub"], "close_session", None)
        if close_session is not None:  # since 1.0; its pooled connections would be closed by the garbage collector
            close_session()
