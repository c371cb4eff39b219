"""What a benchmark is: sides that do the same work, and targets."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from benchmarks.harness.errors import BenchmarkError
from benchmarks.harness.targets import Target

Mode = Literal["quick", "normal", "full"]


@dataclass(frozen=True)
class Inputs:
    """What the sides work on.

    Attributes:
        folder: Where `benchmarks.inputs` builds models, pictures and sounds; one subfolder each.
        mode: How much there is to do.
    """

    folder: Path
    mode: Mode = "normal"

    def path(self, name: str) -> Path:
        """Return the folder of an input that the benchmark names in its ``inputs``."""
        path = self.folder / name
        if not path.exists():
            raise BenchmarkError(f"The input {name!r} is not built; name it in the `inputs` of the benchmark.")
        return path

    def size(self, normal: int, quick: int, full: int | None = None) -> int:
        """Return how much to do; a full run does what a normal one does, unless it is told otherwise."""
        return {"quick": quick, "normal": normal, "full": full or normal}[self.mode]


@dataclass(frozen=True)
class Timed:
    """What the set-up of a steady side hands back.

    Attributes:
        run: The work that is timed.
        answers: Turns what `run` returned into plain lists and numbers, to be compared with those of other sides.
        figures: Facts found during the set-up, such as the best batch size.
    """

    run: Callable[[], Any]
    answers: Callable[[Any], Any] | None = None
    figures: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Steady:
    """A side in one long-lived process: set up once, warmed up, then timed in turn with the others.

    Its metrics are ``ms`` and ``peak_mib``, the most memory that the process had so far.

    Attributes:
        name: As the tables show it.
        setup: A function of the benchmark's module; it imports what it needs inside.
        peer: Environment it runs in, a file of ``benchmarks/peers``; ``None`` is our own.
    """

    name: str
    setup: Callable[[Inputs], Timed]
    peer: str | None = None


@dataclass(frozen=True)
class Fresh:
    """A side of which every sample is a new process.

    Its metrics are ``ms`` (start to end), ``first_ms`` (start to the first line it prints), ``peak_mib`` (of its
    memory), and whatever it prints as a JSON object in its last line.

    Attributes:
        name: As the tables show it.
        code: The program.
        arguments: Its ``sys.argv[1:]``.
        peer: Environment it runs in; ``None`` is our own.
    """

    name: str
    code: str
    arguments: Callable[[Inputs], Sequence[str]] | None = None
    peer: str | None = None


Side = Steady | Fresh


@dataclass(frozen=True)
class Benchmark:
    """Sides, how they compare, and what is aimed at.

    Attributes:
        title: What is done, as a heading.
        sides: The contestants; samples are taken in turn.
        targets: What is aimed at.
        inputs: Names of builders in `benchmarks.inputs`.
        metrics: Columns of the table; all metrics go into the JSON.
        reference: The side whose answers the others are compared with.
        compare: Takes answers of a side and of the reference; returns figures such as the largest difference.
        rounds: Samples per side.
        note: What a reader of the table has to know.
        amount: What a run gives, such as ``("tokens", count)``; the table then shows how many per second.
    """

    title: str
    sides: tuple[Side, ...]
    targets: tuple[Target, ...] = ()
    inputs: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ("ms",)
    reference: str | None = None
    compare: Callable[[Any, Any], dict[str, float]] | None = None
    rounds: int = 5
    note: str | Callable[[Inputs], str] = ""
    amount: tuple[str, Callable[[Inputs], float]] | None = None

    def __post_init__(self) -> None:
        names = [side.name for side in self.sides]
        if len(set(names)) != len(names):
            raise BenchmarkError(f"{self.title}: two sides have the same name.")
        wanted = {name for target in self.targets for name in (target.side, target.against) if name}
        if unknown := (wanted | {self.reference or names[0]}) - set(names):
            raise BenchmarkError(f"{self.title}: there is no side {', '.join(sorted(unknown))}.")

    def side(self, name: str) -> Side:
        """Return a side by name."""
        for side in self.sides:
            if side.name == name:
                return side
        raise BenchmarkError(f"{self.title}: there is no side {name!r}.")


def find(reference: str) -> Benchmark:
    """Return the benchmark that a ``module:NAME`` names; the name is ``BENCHMARK`` if left out.

    Workers import it by this reference, in whatever environment they run.
    """
    module, _, name = reference.partition(":")
    return getattr(importlib.import_module(module), name or "BENCHMARK")
