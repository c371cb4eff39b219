"""What a figure was measured on."""

from __future__ import annotations

import datetime
import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.harness.peers import torch_build

#: Vector units that decide how fast a model can be, as /proc/cpuinfo names them.
FEATURES = (
    "avx2",
    "avx512f",
    "avx512_bf16",
    "avx512_vnni",
    "avx_vnni",
    "amx_bf16",
    "amx_int8",
    "asimd",
    "bf16",
    "i8mm",
)


@dataclass(frozen=True)
class Machine:
    """The machine and its software at the start of a run."""

    cpu: str
    cores: int
    features: tuple[str, ...]
    memory_gib: float
    system: str
    python: str
    torch: str
    threads: int
    load: float
    date: str

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def busy(self) -> bool:
        """Whether something else was running; such figures are not to be quoted."""
        return self.load > self.cores / 2

    def lines(self) -> list[str]:
        """Return the facts as Markdown lines."""
        x86 = "avx2" in self.features
        missing = [f for f in FEATURES[:7] if x86 and f not in self.features]
        units = ", ".join(self.features) or "no vector unit known"
        facts = (
            f"{self.cpu}, {self.cores} cores, {self.memory_gib:.0f} GiB; vector units: {units}"
            + (f" (**none of** {', '.join(missing)})" if missing else "")
            + f"; {self.system}; Python {self.python}; torch {self.torch}, {self.threads} threads; {self.date}"
            + f"; load before the run {self.load:.1f}."
        )
        if self.busy:
            facts += " **The machine was busy with something else: these figures are not to be quoted.**"
        return [facts]


def describe(threads: int | None = None) -> Machine:
    """Return the facts about this machine now."""
    model, flags = _cpu()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Machine(
        cpu=model,
        cores=cores,
        features=tuple(f for f in FEATURES if f in flags),
        memory_gib=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30,
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        torch=torch_build(),
        threads=threads or cores,
        load=os.getloadavg()[0],
        date=datetime.date.today().isoformat(),
    )


def _cpu() -> tuple[str, frozenset[str]]:
    info = Path("/proc/cpuinfo")
    if not info.exists():
        return platform.processor() or platform.machine(), frozenset()
    fields: dict[str, str] = {}
    for line in info.read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(":")
        fields.setdefault(name.strip().lower(), value.strip())
    family = f"family {fields['cpu family']} model {fields['model']}" if "cpu family" in fields else ""
    name = " ".join(filter(None, [fields.get("model name", platform.machine()), f"({family})" if family else ""]))
    return name, frozenset((fields.get("flags") or fields.get("features") or "").split())
