"""Runs Hazm, Shekar or Hezar on texts and words; each in an environment of its own, started by ``compare.py``.

Reads JSON ``{"texts": [...], "words": [...], "repeat": n}`` from standard input and writes JSON with what the library made of
them and how long it took. Hazm runs with the options that suit the corpus best, Shekar has none.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

Task = Callable[[Any], Any]


def hazm() -> dict[str, Task]:
    from hazm import Lemmatizer, Normalizer, SentenceTokenizer, Stemmer, WordTokenizer

    normalize = Normalizer().normalize
    stemmer, lemmatizer = Stemmer(), Lemmatizer()
    return {
        "sentences": SentenceTokenizer().tokenize,
        "tokens": WordTokenizer(join_verb_parts=False, join_abbreviations=True, separate_emoji=True).tokenize,
        "stems": stemmer.stem,
        "lemmas": lemmatizer.lemmatize,
        "normalized": normalize,
    }


def shekar() -> dict[str, Task]:
    from shekar import Lemmatizer, Normalizer, SentenceTokenizer, Stemmer, WordTokenizer

    sentences, tokens = SentenceTokenizer(), WordTokenizer()
    return {
        "sentences": lambda text: list(sentences(text)),
        "tokens": lambda text: list(tokens(text)),
        "stems": Stemmer(),
        "lemmas": Lemmatizer(),
        "normalized": Normalizer(),
    }


def hezar() -> dict[str, Task]:
    from hezar.preprocessors import Lemmatizer, SentenceSplitter, Stemmer, WordTokenizer

    return {
        "sentences": SentenceSplitter(),
        "tokens": WordTokenizer(),
        "stems": Stemmer(),
        "lemmas": Lemmatizer(),
        "normalized": str,
    }


def timed(run: Callable[[], Any]) -> float:
    started = time.process_time()  # all are single-threaded; a busy machine matters less so
    run()
    return time.process_time() - started


def main() -> None:
    library = sys.argv[1]
    tasks = {"hazm": hazm, "shekar": shekar, "hezar": hezar}[library]()
    given = json.load(sys.stdin)
    texts, words, running = given["texts"], given["words"], given["running"]
    seconds: dict[str, float] = {}
    distinct = sorted(set(running))
    for name in ("stems", "lemmas"):
        tasks[name](running[0])  # whatever is loaded late
        seconds[f"{name}, each word for the first time"] = timed(
            lambda run=tasks[name]: [run(word) for word in distinct]
        )
    for name, items in (("sentences", texts), ("tokens", texts), ("stems", running), ("lemmas", running)):

        def run(task: Task = tasks[name], items: list[str] = items) -> Any:
            return task(items) if library == "hezar" else [task(item) for item in items]  # ours takes a list

        seconds[name] = statistics.median(timed(run) for _ in range(given["repeat"]))
    result: dict[str, Any] = {name: [tasks[name](text) for text in texts] for name in ("sentences", "tokens")}
    normalized = [tasks["normalized"](word) for word in words]
    for name in ("stems", "lemmas"):
        # A word as it is, and as the library's own normalizer writes it: either may be right.
        result[name] = [[tasks[name](word), tasks[name](clean)] for word, clean in zip(words, normalized, strict=True)]
    result["seconds"] = seconds
    json.dump(result, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
