"""One bound for all waiting: for a connection, for bytes, and between tries.

huggingface_hub bounds each read, and tries again, and obeys a server that asks it to come back in an hour; together that has no
end. Here a download must bring so many bytes in so much time, however they are asked for. The bound reaches huggingface_hub
through the hooks of its HTTP client (version 1.0 and later), and acts only inside `bounded`: other uses of the client are not
changed.
"""

from __future__ import annotations

import re
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module
from typing import Any

from hezar_hub.constants import hub_timeout
from hezar_hub.errors import HubRequest, HubTimeoutError
from hezar_registry import get_logger

logger = get_logger(__name__)

# Bytes per second that a body brings at least: a thirtieth of a slow telephone line.
LOWEST_RATE = 1024
# Parts of the bound after which a person is told that we still wait.
TOLD_AFTER = 1 / 4

_patience: ContextVar[Patience | None] = ContextVar("hezar_hub_patience", default=None)


class Patience:
    """How long one answer is still waited for.

    The clock starts anew whenever `LOWEST_RATE` times the bound has come.
    """

    def __init__(self, request: HubRequest) -> None:
        self._request = request
        self._bound = hub_timeout()
        self._since = time.monotonic()
        self._bytes = 0
        self._told = False

    def waited(self) -> float:
        """Return the seconds since enough bytes came."""
        return time.monotonic() - self._since

    def left(self) -> float:
        """Return the seconds that are left, and say so when many have passed.

        Raises:
            HubTimeoutError: None are left.
        """
        waited = self.waited()
        if waited > self._bound:
            raise self.error(f"{self._bytes} bytes came in {waited:.0f} s")
        if waited > self._bound * TOLD_AFTER and not self._told:
            self._told = True
            logger.warning(
                "Waiting for %s: %d bytes in %.0f s; given up after %g s (HEZAR_HUB_TIMEOUT).",
                self._request, self._bytes, waited, self._bound,
            )  # fmt: skip
        return self._bound - waited

    def received(self, count: int) -> None:
        """Note bytes that came."""
        self._bytes += count
        if self._bytes >= LOWEST_RATE * self._bound:
            self._since, self._bytes, self._told = time.monotonic(), 0, False

    def check_pause(self, headers: Mapping[str, str]) -> None:
        """Refuse a pause that is longer than what is left."""
        seconds = _pause(headers)
        if seconds > self.left():
            raise self.error(f"the Hub asks to come back in {seconds} s")

    def error(self, what: str) -> HubTimeoutError:
        """Return the error for patience that is over."""
        return HubTimeoutError(
            f"Gave up waiting for {self._request}: {what}, and {self._bound:g} s are the limit for each "
            f"{LOWEST_RATE * self._bound / 1024:.0f} KiB, tries and pauses included. "
            "Try again later, or set HEZAR_HUB_TIMEOUT to more seconds; what is cached works with HF_HUB_OFFLINE=1."
        )


@contextmanager
def bounded(request: HubRequest) -> Generator[None]:
    """Bound all waiting of huggingface_hub for an answer to `request`, in this thread.

    Raises:
        HubTimeoutError: The bound was reached.
    """
    _watch_client()
    token = _patience.set(Patience(request))
    try:
        yield
    finally:
        _patience.reset(token)


def _watch_client() -> None:
    hub = import_module("huggingface_hub")
    if not hasattr(hub, "set_client_factory"):  # before 1.0: requests, whose sessions have no such hooks
        return
    client: Any = import_module("huggingface_hub.utils").get_session()
    hooks: dict[str, list[Any]] = client.event_hooks
    if _before not in hooks["request"]:
        client.event_hooks = {"request": [*hooks["request"], _before], "response": [*hooks["response"], _after]}


def _before(request: Any) -> None:
    patience = _patience.get()
    if patience is not None:
        left = patience.left()
        limits: dict[str, float | None] = request.extensions.get("timeout") or {}
        kinds = ("connect", "read", "write", "pool")
        request.extensions["timeout"] = {kind: min(limits.get(kind) or left, left) for kind in kinds}


def _after(response: Any) -> None:
    patience = _patience.get()
    if patience is None:
        return
    if response.status_code >= 400:
        patience.check_pause(response.headers)
    response.stream = _watched(response.stream, patience)


def _watched(stream: Any, patience: Patience) -> Any:
    """Return a body that notes what it brings."""
    # The base class that the client looks for; httpx was renamed once.
    base: type = next(kind for kind in type(stream).__mro__ if kind.__name__ == "SyncByteStream")

    class WatchedStream(base):  # pyright: ignore[reportUntypedBaseClass]
        def __iter__(self) -> Iterator[bytes]:
            for part in stream:
                patience.received(len(part))
                patience.left()
                yield part

        def close(self) -> None:
            stream.close()

    return WatchedStream()


def _pause(headers: Mapping[str, str]) -> int:
    """Return the seconds that an answer asks to wait; 0 when it asks for none, or for a date."""
    asked = headers.get("Retry-After", "").strip()
    if asked.isdecimal():
        return int(asked[:9])
    rate = re.search(r"(?:^|;)\s*t=(\d{1,9})", headers.get("RateLimit", ""))
    return int(rate[1]) if rate else 0
