"""Keywords of `predict` find the stage that takes them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from hezar_registry import UnknownKeywordError, suggest


@dataclass(frozen=True)
class Stage:
    """The keywords that a stage takes.

    Attributes:
        names: Those that it names.
        is_open: Whether it takes any other keyword too.
    """

    names: frozenset[str]
    is_open: bool = False

    @classmethod
    def of(cls, function: Callable[..., Any]) -> Stage:
        """Return what a function takes; its first argument is the input and cannot be given by keyword."""
        parameters = inspect.signature(function).parameters.values()
        by_keyword = [p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
        return cls(frozenset(by_keyword[1:]), any(p.kind is p.VAR_KEYWORD for p in parameters))

    def closed(self, names: Collection[str]) -> Stage:
        """Return the stage with further names in place of any other keyword."""
        return Stage(self.names | frozenset(names))


def deal_keywords(
    keywords: Mapping[str, Any],
    stages: Mapping[str, Stage],
    owner: str,
    reserved: frozenset[str] = frozenset(),
) -> dict[str, dict[str, Any]]:
    """Give each keyword to every stage that names it.

    A keyword that no stage names goes to the stages that are open.

    Args:
        keywords: What the caller gave.
        stages: The stages by name.
        owner: Who is called, for the message.
        reserved: Keywords that one stage gives another, and no caller.

    Returns:
        The keywords of each stage.

    Raises:
        UnknownKeywordError: A keyword that no stage takes; the message names the nearest.
    """
    named = {name: stage.names - reserved for name, stage in stages.items()}
    open_stages = [name for name, stage in stages.items() if stage.is_open]
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
