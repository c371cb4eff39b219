"""Compares Hezar with Hazm and Shekar on the hand-cut corpus, and lists every disagreement with who is right and why.

    python benchmarks/words/compare.py --hazm PYTHON --shekar PYTHON --output docs/words-comparison.md

PYTHON is the interpreter of an environment with ``hazm==0.10.0`` or ``shekar==1.6.0``: the two want different versions of
numpy. The right answers come from ``tests/hezar_data/words_corpus``; its README says how texts are cut. Where a library
only follows another convention (`judge` names them), that is shown and not counted as wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT / "tests")]

import judge  # noqa: E402
import report  # noqa: E402

import words_gold  # noqa: E402

LIBRARIES = ("hezar", "hazm", "shekar")


def run(python: str, library: str, given: str) -> dict:
    """Run one library in its environment."""
    command = [python, str(Path(__file__).parent / "peers.py"), library]
    environment = {**os.environ, "PYTHONHASHSEED": "0"}  # Shekar's lemmas depend on it
    process = subprocess.run(command, input=given, capture_output=True, text=True, check=False, env=environment)
    if process.returncode:
        raise SystemExit(f"{library} failed:\n{process.stderr[-2000:]}")
    return json.loads(process.stdout)


def compare(pythons: dict[str, str], repeat: int, held_out: bool) -> list[judge.Task]:
    """Run all libraries and judge what they gave."""
    texts, words = words_gold.texts(held_out=held_out), words_gold.words(held_out=held_out)
    given = {
        "texts": [text.text for text in texts],
        "words": [word.form for word in words],
        "running": [text.text[start:end] for text in texts for start, end in text.tokens],
        "repeat": repeat,
    }
    results = {library: run(python, library, json.dumps(given)) for library, python in pythons.items()}
    return [
        judge.sentences(texts, {library: result["sentences"] for library, result in results.items()}),
        judge.tokens(texts, {library: result["tokens"] for library, result in results.items()}),
        judge.lemmas(words, {library: result["lemmas"] for library, result in results.items()}),
        judge.stems(words, {library: result["stems"] for library, result in results.items()}),
        judge.Task("seconds", "", seconds={library: result["seconds"] for library, result in results.items()}),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--hazm", required=True, metavar="PYTHON")
    parser.add_argument("--shekar", required=True, metavar="PYTHON")
    parser.add_argument("--output", type=Path, help="the Markdown file; default is standard output")
    parser.add_argument("--repeat", type=int, default=5, help="times each task is timed")
    options = parser.parse_args()
    pythons = {"hezar": sys.executable, "hazm": options.hazm, "shekar": options.shekar}
    markdown = report.markdown(
        compare(pythons, options.repeat, held_out=False), compare(pythons, options.repeat, held_out=True)
    )
    if options.output:
        options.output.write_text(markdown, encoding="utf-8")
    else:
        sys.stdout.write(markdown)


if __name__ == "__main__":
    main()
