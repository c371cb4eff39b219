"""What a benchmark aims at, and whether a run reached it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Rule = Literal["faster", "within", "over", "at most", "agrees"]


@dataclass(frozen=True)
class Target:
    """One aim. Make it with `faster`, `within`, `over`, `at_most` or `agrees`.

    Attributes:
        rule: How the sides are compared.
        side: The side that has an aim.
        limit: The number to reach.
        against: The side it is compared with.
        metric: What is compared, by its median; for ``agrees`` a figure of the benchmark's `compare`.
        needs: Features of the processor, as /proc/cpuinfo names them, that the aim was set with.
    """

    rule: Rule
    side: str
    limit: float
    against: str | None = None
    metric: str = "ms"
    needs: tuple[str, ...] = ()

    def value(self, medians: Mapping[str, Mapping[str, float]], agreement: Mapping[str, Mapping[str, float]]) -> float:
        """Return the number that is compared with the limit.

        Args:
            medians: Side → metric → median.
            agreement: Side → figure of `compare`.
        """
        if self.rule == "agrees":
            return agreement[self.side][self.metric]
        ours = medians[self.side][self.metric]
        if self.against is None:
            return ours
        theirs = medians[self.against][self.metric]
        if self.rule == "faster":
            return theirs / ours
        return ours - theirs if self.rule == "over" else ours / theirs

    def reached(self, value: float) -> bool:
        """Tell whether a value is good enough."""
        return value >= self.limit if self.rule in ("faster", "agrees") else value <= self.limit

    def describe(self) -> str:
        """Return the aim in words."""
        unit = _UNITS.get(self.metric, "")
        of = "" if self.metric in ("ms", "first_ms") else f" ({self.metric})"
        return {
            "faster": f"{self.side}: ≥ {self.limit:g} × as fast as {self.against}",
            "within": f"{self.side}: ≤ {self.limit:g} × {self.against}{of}",
            "over": f"{self.side}: ≤ {self.limit:g}{unit} over {self.against}{of}",
            "at most": f"{self.side}: ≤ {self.limit:g}{unit}{of}",
            "agrees": f"{self.side}: {self.metric} ≥ {self.limit:g}",
        }[self.rule]

    def show(self, value: float) -> str:
        """Return a measured value as the table shows it."""
        if self.rule == "agrees":
            return f"{value:.4f}"
        if self.rule in ("faster", "within"):
            return f"{value:.2f} ×"
        return f"{value:.1f}{_UNITS.get(self.metric, '')}"


_UNITS = {"ms": " ms", "first_ms": " ms", "load_ms": " ms", "peak_mib": " MiB", "resident_mib": " MiB"}


def faster(side: str, than: str, times: float, metric: str = "ms", needs: tuple[str, ...] = ()) -> Target:
    """Aim at being so many times as fast."""
    return Target("faster", side, times, than, metric, needs)


def within(side: str, times: float, of: str, metric: str = "ms") -> Target:
    """Aim at costing at most so many times what another side costs."""
    return Target("within", side, times, of, metric)


def over(side: str, base: str, limit: float, metric: str = "ms") -> Target:
    """Aim at costing at most so much more than another side."""
    return Target("over", side, limit, base, metric)


def at_most(side: str, limit: float, metric: str = "ms") -> Target:
    """Aim at costing at most so much."""
    return Target("at most", side, limit, None, metric)


def agrees(side: str, figure: str, at_least: float) -> Target:
    """Aim at an agreement with the reference side."""
    return Target("agrees", side, at_least, None, figure)
