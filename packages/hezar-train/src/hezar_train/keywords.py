"""Keywords that nothing takes."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from hezar_registry import UnknownKeywordError, suggest


def refuse_unknown(owner: str, given: Iterable[str], known: Collection[str]) -> None:
    """Refuse keywords that are not known.

    Args:
        owner: Who is called, for the message.
        given: Names of the keywords of the call.
        known: Names that the owner takes.

    Raises:
        UnknownKeywordError: Names the first one that is not known, and the nearest of those that are.

    Example:
        >>> refuse_unknown("F1", ["averge"], ["average"])
        Traceback (most recent call last):
        hezar_registry.errors.UnknownKeywordError: F1 got an unexpected keyword argument 'averge'. ...
    """
    for name in given:
        if name not in known:
            raise UnknownKeywordError(
                f"{owner} got an unexpected keyword argument {name!r}.{suggest(name, known)} "
                f"It takes: {', '.join(known) or 'none'}."
            )
