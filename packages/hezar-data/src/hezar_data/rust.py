"""Libraries written in Rust: their panics are raised as what is no `Exception`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from hezar_registry import HezarError


def is_refusal(error: BaseException) -> bool:
    """Whether an error is how a Rust library refuses something: any kind of Exception, or a panic."""
    return isinstance(error, Exception) or type(error).__name__ == "PanicException"


@contextmanager
def refusals_as(kind: type[HezarError], what: str) -> Iterator[None]:
    """Turn refusals, panics among them, into an error of Hezar; what is one already stays.

    Args:
        kind: The error.
        what: What cannot be done, the beginning of its message.
    """
    try:
        yield
    except BaseException as error:
        if isinstance(error, HezarError) or not is_refusal(error):
            raise
        raise kind(f"{what}: {error}") from error
