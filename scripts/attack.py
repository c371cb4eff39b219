#!/usr/bin/env python3
"""Change files of small models at random, and see that each is read right or refused with an error of Hezar.

Usage:
    uv run python scripts/attack.py                     a thousand changes of each kind
    uv run python scripts/attack.py configs -n 20000    of one kind, more of them
    uv run python scripts/attack.py --seed 7            other ones

Kinds: configs (one value of a YAML file becomes an odd one), tokenizers (of a tokenizer.json), weights (bytes of a file of weights).
A foreign exception, a process that dies or asks for 16 GB, and a load of more than 30 seconds are named with what was changed; the
script then exits with 1. Kills during saves: `HEZAR_TEST_KILLS=200 uv run pytest tests/hezar_models/test_publishing.py -k killed`.
"""

from __future__ import annotations

import argparse
import base64
import copy
import json
import random
import select
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

GOLDEN = Path(__file__).resolve().parent.parent / "tests" / "golden"
ODD: list[Any] = [10**9, 10**12, 10**18, 2**63, -1, 0, -(10**9), 1.5, float("nan"), float("inf"), 10**4, 1]
ODD += ["x" * 300, "(a+)+$", "\0", None, [], {}, True, [[[]]], {"type": "Prepend", "prepend": "x" * 10**4}]
MEMORY_BYTES, SECONDS = 16 << 30, 30.0


# The worker: reads what was changed, one JSON line each, and answers with what came of it --------------------------------


def work() -> None:
    """Load and use each changed model."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    import torch

    torch.set_num_threads(1)
    for line in sys.stdin:
        folder, name, content = json.loads(line)
        with tempfile.TemporaryDirectory() as scratch:
            changed = shutil.copytree(folder, Path(scratch) / "model")
            (changed / name).write_bytes(base64.b64decode(content))
            print(json.dumps(outcome(changed, Path(folder).parent.name)), flush=True)


def outcome(folder: Path, name: str) -> str:
    """Return ``used``, ``refused`` or the foreign error; the name of the model says what it reads."""
    import numpy as np

    from hezar.embeddings import Embedding
    from hezar.models import Model
    from hezar.preprocessors import Preprocessor
    from hezar_registry import HezarError

    given: Any = "سلام [MASK] <mask>"
    if "2text" in name or name.endswith("_vit"):
        given = np.zeros((32, 48, 3), "uint8")
    elif "whisper" in name:
        given = np.zeros(16000, "float32")
    try:
        if (folder / "model_config.yaml").exists():
            model = Model.load(folder)
            model.predict(given)
        elif (folder / "embedding").exists():
            Embedding.load(folder).most_similar("تهران")
        else:
            tokenizer = Preprocessor.load(folder)
            tokenizer.decode(tokenizer(["سلام دنیا", "a" * 40 + " b"])["token_ids"])
    except HezarError:
        return "refused"
    except BaseException as error:
        frames = traceback.extract_tb(error.__traceback__)[-3:]
        places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
        return f"{type(error).__name__}: {error!s:.150} in {places}"
    return "used"


# What is changed ---------------------------------------------------------------------------------------------------------


def places(content: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value, but not into vocabularies."""
    parts = (
        content.items() if isinstance(content, dict) else enumerate(content[:6]) if isinstance(content, list) else ()
    )
    for key, value in parts:
        yield (*path, key)
        if key not in ("vocab", "merges"):
            yield from places(value, (*path, key))


def with_odd_value(content: Any, chance: random.Random) -> tuple[Any, str]:
    """Return the content with one value changed, and what was."""
    content = copy.deepcopy(content)
    path, value = chance.choice(list(places(content))), chance.choice(ODD)
    parent = content
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = value
    return content, f"{'.'.join(map(str, path))} = {value!r:.60}"


Change = tuple[Path, str, bytes, str]


@cache
def files(*patterns: str) -> list[Path]:
    """Return the files that are changed."""
    return sorted(file for pattern in patterns for file in GOLDEN.glob(pattern))


@cache
def parsed(file: Path) -> Any:
    """Return what a YAML or JSON file holds."""
    text = file.read_text(encoding="utf-8")
    return json.loads(text) if file.suffix == ".json" else yaml.safe_load(text)


def changed_config(chance: random.Random) -> Change:
    """Return a config, one value of which is odd."""
    file = chance.choice(files("model_*/model/**/*.yaml", "tokenizer_*/model/**/*.yaml"))
    content, what = with_odd_value(parsed(file), chance)
    return *_split(file), yaml.safe_dump(content, allow_unicode=True).encode(), what


def changed_tokenizer(chance: random.Random) -> Change:
    """Return a tokenizer.json, one value of which is odd."""
    file = chance.choice(files("tokenizer_*/model/**/tokenizer.json"))
    content, what = with_odd_value(parsed(file), chance)
    return *_split(file), json.dumps(content).encode(), what


def changed_weights(chance: random.Random) -> Change:
    """Return a file of weights with bytes changed or cut off."""
    file = chance.choice(
        files("model_*/model/model.pt", "model_*/model/model.safetensors", "embedding_*/*/embedding/*")
    )
    content = bytearray(file.read_bytes())
    # Half of the changes hit the two ends, where the headers and the directory of the archive are.
    ends = [*range(min(4096, len(content))), *range(max(0, len(content) - 4096), len(content))]
    for _ in range(chance.choice((1, 1, 4, 64))):
        place = chance.choice(ends) if chance.random() < 0.5 else chance.randrange(len(content))
        content[place] = chance.randrange(256)
    if chance.random() < 0.2:
        del content[chance.randrange(len(content)) :]
    return *_split(file), bytes(content), f"bytes changed, {len(content)} are left"


def _split(file: Path) -> tuple[Path, str]:
    folder = next(parent for parent in file.parents if parent.name.startswith("model"))
    return folder, file.relative_to(folder).as_posix()


KINDS = {"configs": changed_config, "tokenizers": changed_tokenizer, "weights": changed_weights}


# The attack --------------------------------------------------------------------------------------------------------------


def start() -> subprocess.Popen[str]:
    """Start a worker."""
    command = [sys.executable, __file__, "--work"]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command, text=True, **pipes)


def attack(kind: str, count: int, seed: int) -> bool:
    """Make `count` changes, print what came of them, and return whether all were read or refused."""
    chance, counts, worker = random.Random(f"{kind} {seed}"), Counter[str](), start()
    for number in range(count):
        folder, name, content, what = KINDS[kind](chance)
        assert worker.stdin is not None
        assert worker.stdout is not None
        worker.stdin.write(json.dumps([str(folder), name, base64.b64encode(content).decode()]) + "\n")
        worker.stdin.flush()
        # The first one also waits for the imports.
        in_time, _, _ = select.select([worker.stdout], [], [], SECONDS * (1 if counts else 3))
        line = worker.stdout.readline() if in_time else ""
        came = json.loads(line) if line else f"died (exit status {worker.poll()})" if in_time else "took too long"
        if not line:
            worker.kill()
            worker.wait()
            worker = start()
        counts[came if came in ("used", "refused") else "WRONG"] += 1
        if came not in ("used", "refused"):
            print(f"{kind} {number}: {folder.parent.name}/{name}, {what}: {came}")
    worker.kill()
    worker.wait()
    print(f"{kind}: {count} changes, seed {seed}: {', '.join(f'{n} {came}' for came, n in sorted(counts.items()))}")
    return not counts["WRONG"]


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=", ".join(KINDS))
    parser.add_argument("-n", type=int, default=1000, help="changes of each kind")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        work()
        return
    if unknown := set(options.kinds) - set(KINDS):
        parser.error(f"unknown kind: {', '.join(sorted(unknown))}; kinds are {', '.join(KINDS)}")
    for folder in (
        *GOLDEN.glob("model_*/model"),
        *GOLDEN.glob("tokenizer_*/model"),
        *GOLDEN.glob("embedding_*/model*"),
    ):
        if (came := outcome(folder, folder.parent.name)) != "used":
            sys.exit(f"{folder.parent.name} is not even used unchanged: {came}")
    results = [attack(kind, options.n, options.seed) for kind in options.kinds or KINDS]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
