"""Foreign errors become ours."""

from __future__ import annotations

import pickle

import pytest

import hezar_hub
from hezar_hub import AuthError, CorruptDownloadError, HubError, OfflineError, UploadError
from hezar_hub.errors import HubRequest, translate, translated
from hezar_registry import HezarError

REQUEST = HubRequest("https://hub.example", "me/model", name="model.pt", revision="v1")
ERRORS = [
    value
    for value in vars(hezar_hub.errors).values()
    if isinstance(value, type) and issubclass(value, HubError) and value is not HubError
]


@pytest.mark.parametrize("error", ERRORS)
def test_every_error_is_a_hezar_error_that_shows_its_message(error: type[HubError]) -> None:
    made = error("what, found, do")
    assert isinstance(made, HezarError)
    assert str(made) == "what, found, do"
    assert str(pickle.loads(pickle.dumps(made))) == "what, found, do"
    assert error.__name__ in hezar_hub.__all__


def _of_library(library: str, name: str) -> Exception:
    return type(name, (Exception,), {"__module__": f"{library}.exceptions"})("it broke")


@pytest.mark.parametrize("library", ["httpx", "httpx2", "requests", "urllib3"])
def test_errors_of_any_http_library(library: str) -> None:
    assert isinstance(translate(_of_library(library, "ConnectTimeout"), REQUEST), OfflineError)
    assert isinstance(translate(_of_library(library, "ConnectionError"), REQUEST), OfflineError)
    assert isinstance(translate(_of_library(library, "RemoteProtocolError"), REQUEST), CorruptDownloadError)


def test_messages_say_what_was_asked() -> None:
    message = str(translate(TimeoutError("slow"), REQUEST))
    for part in ("model.pt", "me/model", "v1", "https://hub.example", "slow"):
        assert part in message


def test_what_a_thread_wrapped_is_unwrapped() -> None:
    outer = RuntimeError("Error while uploading 'model.pt' to the Hub.")
    outer.__cause__ = ConnectionResetError("reset")
    assert isinstance(translate(outer, REQUEST), OfflineError)


def test_no_token_found() -> None:
    from huggingface_hub.errors import LocalTokenNotFoundError

    assert isinstance(translate(LocalTokenNotFoundError("none"), REQUEST), AuthError)


def test_other_errors_are_not_touched() -> None:
    for error in (ZeroDivisionError("x"), MemoryError(), FileNotFoundError("x")):
        with pytest.raises(type(error)), translated(REQUEST):
            raise error
    ours = UploadError("x")
    with pytest.raises(UploadError) as caught, translated(REQUEST):
        raise ours
    assert caught.value is ours
