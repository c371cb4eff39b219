"""Writes the comparison down as Markdown."""

from __future__ import annotations

from collections import defaultdict

from judge import CONVENTION, RIGHT, WRONG, Place, Task

LIBRARIES = {"hezar": "Hezar", "hazm": "Hazm 0.10", "shekar": "Shekar 1.6"}
_MARKS = {RIGHT: "✓", CONVENTION: "≈", WRONG: "✗"}

_HEAD = """# Words and sentences: Hezar, Hazm and Shekar

Written by `benchmarks/words/compare.py`; do not edit. The right answers are those of the hand-cut corpus in
`tests/hezar_data/words_corpus` (300 texts; its README says how they are cut), written before any of the three libraries was
run on it. **We wrote corpus and rules, so the corpus favours our conventions**; where a difference is no more than that
(≈), it is not counted as wrong. The held-out texts and words were written after the rules, run once, and the lexicon was
widened after that run; its first figures stand below the table.

Hazm runs without joining verb parts and with `join_abbreviations` and `separate_emoji`, which suits the corpus best. Words
are given to each library as they are and as its own normalizer writes them, and the better answer counts. Verbs that
Hazm and Shekar name by their stems (رفت#رو) count as their infinitives. Stems of verbs are not counted against them.
"""
_FIRST_RUN = """
First run on the held-out set, before it changed anything of ours: sentences 38 of 40 texts, tokens 39 of 40, lemmas 252 of
272, stems 170 of 177.
"""
_SPEED = """Milliseconds of CPU time for the whole corpus, medians; and × the time of Hezar. Stems and lemmas are of all running
words, where Hezar remembers a word seen before and takes the whole list; then of the distinct words, each for the first time.
"""


def markdown(tasks: list[Task], held_out: list[Task]) -> str:
    """Return the whole page."""
    parts = [
        _HEAD,
        "## Figures\n",
        "The corpus: without a wrong answer, and (in brackets) exactly as we cut.\n",
        _figures(tasks),
    ]
    parts += ["\nThe held-out set, now:\n", _figures(held_out), _FIRST_RUN, "\n## Speed\n", _speed(tasks[-1])]
    for task in tasks[:-1]:
        parts.append(f"\n## {task.name}: every disagreement\n")
        groups: dict[str, list[Place]] = defaultdict(list)
        for place in task.places:
            groups[place.reason].append(place)
        for reason, places in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
            parts += [f"\n### {reason} ({len(places)})\n", _places(places)]
    return "\n".join(parts) + "\n"


def _figures(tasks: list[Task]) -> str:
    rows = [f"| task | {' | '.join(LIBRARIES.values())} |", f"|---|{'---|' * len(LIBRARIES)}"]
    for task in tasks[:-1]:
        cells = [
            f"{100 * task.correct[library] / task.total:.1f} % ({100 * task.strict[library] / task.total:.1f})"
            for library in LIBRARIES
        ]
        rows.append(f"| {task.name}, {task.total} {task.unit} | {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def _speed(task: Task) -> str:
    rows = [
        _SPEED,
        f"| task | {' | '.join(LIBRARIES.values())} |",
        f"|---|{'---|' * len(LIBRARIES)}",
    ]
    ours = task.seconds["hezar"]
    for name in ours:
        cells = [
            f"{1000 * task.seconds[lib][name]:.1f} ({task.seconds[lib][name] / ours[name]:.1f} ×)" for lib in LIBRARIES
        ]
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def _places(places: list[Place]) -> str:
    rows = [f"| where | right | {' | '.join(LIBRARIES.values())} |", f"|---|---|{'---|' * len(LIBRARIES)}"]
    for place in places:
        cells = [_cell(f"{_MARKS[place.answers[lib].verdict]} {place.answers[lib].shown}") for lib in LIBRARIES]
        rows.append(f"| {_cell(place.where)} | {_cell(place.right)} | {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def _cell(text: str) -> str:
    """Text of a table cell; signs that Markdown would read are escaped, long stretches shortened in the middle."""
    text = text.strip().replace("\n", "⏎")
    if len(text) > 160:
        text = f"{text[:70]} […] {text[-70:]}"
    for sign in "\\|*_#`<>[]@":
        text = text.replace(sign, f"\\{sign}")
    return text
