"""Results as Markdown and JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.harness.benchmark import Benchmark, Inputs
from benchmarks.harness.machine import Machine
from benchmarks.harness.measure import Results
from benchmarks.harness.targets import Target

_HEADINGS = {
    "ms": "time, ms",
    "first_ms": "to the first answer, ms",
    "load_ms": "load, ms",
    "peak_mib": "peak memory, MiB",
    "resident_mib": "resident after load, MiB",
}


def section(benchmark: Benchmark, results: Results, machine: Machine, inputs: Inputs) -> str:
    """Return a benchmark's results as a section of Markdown."""
    note = benchmark.note(inputs) if callable(benchmark.note) else benchmark.note
    parts = [f"## {benchmark.title}", *machine.lines()]
    if inputs.mode == "quick":
        parts.append("**A quick run: less work, so figures are rough.**")
    parts += [note] if note else []
    parts.append(_sides(benchmark, results, inputs))
    if benchmark.targets:
        parts.append(_targets(benchmark, results, machine))
    return "\n\n".join(parts) + "\n"


def to_json(benchmark: Benchmark, results: Results, machine: Machine, inputs: Inputs) -> dict[str, Any]:
    """Return everything that was measured, for programs."""
    judged = [(target, target.value(results.medians, results.agreement)) for target in benchmark.targets]
    return {
        "title": benchmark.title,
        "mode": inputs.mode,
        "machine": machine.to_dict(),
        "medians": results.medians,
        "per_second": per_second(benchmark, results, inputs),
        "agreement": results.agreement,
        "figures": results.figures,
        "targets": [
            {"target": target.describe(), "value": value, "reached": target.reached(value),
             "missing": missing_units(target, machine)}
            for target, value in judged
        ],
        "samples": results.samples,
    }  # fmt: skip


def per_second(benchmark: Benchmark, results: Results, inputs: Inputs) -> dict[str, float]:
    """Return how much each side does in a second; nothing for a benchmark that does not say how much there is."""
    if benchmark.amount is None:
        return {}
    amount = benchmark.amount[1](inputs)
    return {side: 1000 * amount / medians["ms"] for side, medians in results.medians.items()}


def missing_units(target: Target, machine: Machine) -> list[str]:
    """Return the vector units that a target was set with and this machine lacks."""
    return [unit for unit in target.needs if unit not in machine.features]


def write(folder: Path, page: Path, case: str, text: str, data: Mapping[str, Any]) -> None:
    """Write ``CASE.json`` into a folder, and the section of the case into a page, between its markers."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{case}.json").write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    before = page.read_text(encoding="utf-8") if page.exists() else ""
    page.write_text(replace_section(before, case, text), encoding="utf-8")


def replace_section(page: str, case: str, text: str) -> str:
    """Put a section between ``<!-- CASE -->`` and ``<!-- /CASE -->``; a new one goes to the end."""
    block = f"<!-- {case} -->\n{text.strip()}\n<!-- /{case} -->"
    pattern = re.compile(rf"<!-- {re.escape(case)} -->.*?<!-- /{re.escape(case)} -->", re.DOTALL)
    if pattern.search(page):
        return pattern.sub(lambda _: block, page)
    return f"{page.rstrip()}\n\n{block}\n".lstrip()


def _sides(benchmark: Benchmark, results: Results, inputs: Inputs) -> str:
    agreed = list(dict.fromkeys(name for figures in results.agreement.values() for name in figures))
    found = any(results.figures.values())
    rates = per_second(benchmark, results, inputs)
    header = ["side", *(f"{_HEADINGS.get(m, m)}: median (min to max)" for m in benchmark.metrics)]
    header += [f"{benchmark.amount[0]}/s"] if benchmark.amount else []
    header += agreed
    rows = []
    for side in benchmark.sides:
        row = [side.name]
        for metric in benchmark.metrics:
            series = results.series(side.name, metric) if metric in results.samples[side.name][0] else []
            row.append(f"{_number(results.medians[side.name][metric])} ({_number(min(series))} to "
                       f"{_number(max(series))})" if series else "–")  # fmt: skip
        row += [_number(rates[side.name])] if benchmark.amount else []
        figures = results.agreement.get(side.name, {})
        row += [_precise(figures[name]) if name in figures else "–" for name in agreed]
        if found:
            row.append(", ".join(f"{k} {v:g}" for k, v in results.figures.get(side.name, {}).items()) or "–")
        rows.append(row)
    return _table([*header, *(["found in set-up"] if found else [])], rows)


def _targets(benchmark: Benchmark, results: Results, machine: Machine) -> str:
    rows = []
    for target in benchmark.targets:
        value = target.value(results.medians, results.agreement)
        verdict = "yes" if target.reached(value) else "**no**"
        if missing := missing_units(target, machine):
            verdict += f" (set with {', '.join(missing)}, which this machine lacks)"
        rows.append([target.describe(), target.show(value), verdict])
    return _table(["target", "measured", "reached"], rows)


def _table(header: list[str], rows: list[list[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    # A bar inside a cell would end it.
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _precise(value: float) -> str:
    return f"{value:.4f}" if value >= 0.01 or value == 0 else f"{value:.1e}"
