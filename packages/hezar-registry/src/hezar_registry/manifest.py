"""Manifests: how a distribution advertises its modules without importing them.

A distribution names one list of `Entry` in its metadata::

    [project.entry-points."hezar.manifests"]
    hezar-models = "hezar_models._manifest:MANIFEST"

The module that holds the list must be cheap to import (no torch). A third-party package does exactly the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args

from hezar_registry.errors import RegistryError
from hezar_registry.logging import get_logger

ENTRY_POINT_GROUP = "hezar.manifests"

Kind = Literal["model", "preprocessor", "dataset", "embedding", "metric", "trainer"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Entry:
    """One registered name, as plain strings.

    Attributes:
        kind: The registry it belongs to.
        name: The registry name, as configs on the Hub carry it.
        config: ``"package.module:Class"`` of the config class; must be importable without torch.
        module: ``"package.module:Class"`` of the module class. ``None`` says that this version can read and write the
            config, but has no implementation yet.
        description: One line for listings.
        task: The task of a model, such as ``"text_classification"``.
        aliases: Older published names of the same module.
    """

    kind: Kind
    name: str
    config: str | None = None
    module: str | None = None
    description: str | None = None
    task: str | None = None
    aliases: tuple[str, ...] = ()


def installed_entries() -> Iterator[tuple[str, Entry]]:
    """Yield (distribution, entry) for every manifest of every installed distribution.

    A manifest that cannot be imported or is malformed is reported in one warning and skipped; the others still count.
    """
    from importlib.metadata import entry_points

    for point in sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda point: point.name):
        owner = point.dist.name if point.dist else point.name
        try:
            entries = list(_checked(point.load()))
        except Exception as error:
            get_logger(__name__).warning(
                "The Hezar plug-in %r (%s) is broken and was skipped: %s: %s",
                owner,
                point.value,
                type(error).__name__,
                error,
            )
            continue
        for entry in entries:
            yield owner, entry


def _checked(manifest: Any) -> Iterator[Entry]:
    for entry in manifest:
        if not isinstance(entry, Entry) or entry.kind not in KINDS:
            raise RegistryError(
                f"a manifest holds `hezar_registry.Entry` objects of kind {', '.join(KINDS)}; found {entry!r}"
            )
        yield entry
