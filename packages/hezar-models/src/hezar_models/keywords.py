"""Keywords of `predict` find the stage that takes them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from hezar_registry import UnknownKeywordError, suggest


def deal_keywords(
    keywords: Mapping[str, Any],
    stages: Mapping[str, Callable[..., Any]],
    owner: str,
    reserved: frozenset[str] = frozenset(),
) -> dict[str, dict[str, Any]]:
    """Give each keyword to every stage that names it.

    A keyword that no stage names goes to the stages that take ``**kwargs``.

    Args:
        keywords: What the caller gave.
        stages: The functions by name; their first argument is the input and cannot be given by keyword.
        owner: Who is called, for the message.
        reserved: Keywords that one stage gives another, and no caller.

    Returns:
        The keywords of each stage.

    Raises:
        UnknownKeywordError: A keyword that no stage takes; the message names the nearest.
    """
    signatures = {name: inspect.signature(stage).parameters for name, stage in stages.items()}
    named = {name: _keyword_names(parameters) - reserved for name, parameters in signatures.items()}
    open_stages = [
        name for name, parameters in signatures.items() if any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    ]
    dealt: dict[str, dict[str, Any]] = {name: {} for name in stages}
    for keyword, value in keywords.items():
        takers = [name for name in stages if keyword in named[name]] or open_stages
        if not takers:
            known = sorted(set().union(*named.values()))
            raise UnknownKeywordError(
                f"{owner} got an unexpected keyword argument {keyword!r}.{suggest(keyword, known)} "
                f"It takes: {', '.join(known) or 'none'}."
            )
        for name in takers:
            dealt[name][keyword] = value
    return dealt


def _keyword_names(parameters: Mapping[str, inspect.Parameter]) -> set[str]:
    by_keyword = [p for p in parameters.values() if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    return {p.name for p in by_keyword[1:]}
