"""How long it takes, and how much memory, to load a BERT-base from disk and to get the first prediction.

    python benchmarks/model_load.py [--json] [--runs 9] [--keep DIR]

The model has random weights and the size of the published ones (12 layers, hidden size 768, 42,000 tokens: 118 million
parameters). It is built once, in a temporary folder, as ``model.safetensors`` and as ``model.pt``. Every measurement is
a fresh process with the files in the page cache.

- *load*: the time of `Model.load` in a process that has imported it, and the resident memory it adds.
- *first prediction*: from the start of the process to the first answer for one sentence.
- *import torch*: the part of the latter that nobody can avoid.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SENTENCE = "هزار، کتابخانه‌ای برای به کارگیری آسان هوش مصنوعی"

BUILD = """
import sys
from hezar.builders import build_model
from hezar.preprocessors import WordPieceTokenizer
model = build_model("bert_text_classification", id2label={0: "negative", 1: "positive"})
tokenizer = WordPieceTokenizer()
tokenizer.train_from_iterator([sys.argv[2]] * 50, vocab_size=500)
model.preprocessor = tokenizer
model.save(sys.argv[1] + "/safetensors")
model.save(sys.argv[1] + "/pt", filename="model.pt")
"""

LOAD = """
import sys, time
from hezar.models import Model
def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * 4096 / 2**20
Model.load  # the import is done
import hezar_data.preprocessors
before, started = resident(), time.perf_counter()
model = Model.load(sys.argv[1])
elapsed = time.perf_counter() - started
print(1000 * elapsed, resident() - before)
"""

PREDICT = """
import sys
from hezar.models import Model
print(Model.load(sys.argv[1]).predict(sys.argv[2])[0])
"""


def run(code: str, *args: str) -> tuple[float, str]:
    """Run code in a fresh interpreter; return its wall time in ms and what it printed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment["HF_HUB_OFFLINE"] = "1"
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code, *args], env=environment, capture_output=True, text=True,
                          encoding="utf-8", check=False)  # fmt: skip
    elapsed = 1000 * (time.perf_counter() - started)
    if done.returncode:
        raise SystemExit(done.stderr)
    return elapsed, done.stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--keep", type=Path, help="build the models in this folder and leave them there")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        if not (folder / "pt" / "model.pt").exists():
            run(BUILD, str(folder), SENTENCE)
        samples: dict[str, list[float]] = {}
        for number in range(options.runs + 1):  # the first round only warms up
            measured = {"import torch (ms)": run("import torch")[0]}
            for form in ("safetensors", "pt"):
                time_ms, mebibytes = run(LOAD, str(folder / form))[1].split()
                measured[f"load {form} (ms)"] = float(time_ms)
                measured[f"load {form} (MiB)"] = float(mebibytes)
                measured[f"start to first prediction, {form} (ms)"] = run(PREDICT, str(folder / form), SENTENCE)[0]
            if number:
                for name, value in measured.items():
                    samples.setdefault(name, []).append(value)
    medians = {name: statistics.median(values) for name, values in samples.items()}
    if options.json:
        print(json.dumps({"python": platform.python_version(), "medians": medians, "samples": samples}, indent=1))
        return
    print("| what | median |")
    print("|---|---|")
    for name, value in medians.items():
        print(f"| {name} | {value:.1f} |")


if __name__ == "__main__":
    main()
