"""What this machine can do, and how much of it classification reaches.

    python -m benchmarks.roofline [--quick] [--profile] [--dtype bfloat16 | --quantize int8] [--inputs DIR]

The limit of a model on a CPU is its matrix products: their floating-point operations at the speed of the best matrix
product that torch has here, or, for a single short text, its weights at the speed of the memory.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from benchmarks.cases._bert import load_ours
from benchmarks.cases.classification import texts_of
from benchmarks.harness import Inputs
from benchmarks.harness.machine import describe
from benchmarks.inputs import build


@dataclass(frozen=True)
class Peak:
    """What this machine can do.

    Attributes:
        gemm: GFLOP/s of the fastest float32 matrix product, by library.
        bandwidth: GB/s that memory gives and takes, copying.
    """

    gemm: dict[str, float]
    bandwidth: float


def measure_peak(size: int = 2048) -> Peak:
    """Measure float32 products of two square matrices, and copies of 256 MiB."""
    a, b = torch.randn(size, size), torch.randn(size, size)
    operations = 2 * size**3 / 1e9
    gemm = {"torch.matmul": operations / _seconds(lambda: a @ b)}
    if torch.backends.mkldnn.is_available():
        packed = torch.ops.mkldnn._reorder_linear_weight(b, size)
        linear = torch.ops.mkldnn._linear_pointwise
        gemm["oneDNN, weights prepacked"] = operations / _seconds(lambda: linear(a, packed, None, "none", [], ""))
    source = np.ones(2**25)
    target = np.empty_like(source)
    return Peak(gemm, 2 * source.nbytes / 1e9 / _seconds(lambda: np.copyto(target, source)))


def operations_of(config, lengths: list[int]) -> float:
    """Return the floating-point operations (10^9) that a BERT needs for texts of these lengths, without any padding."""
    hidden, inner, layers = config.hidden_size, config.intermediate_size, config.num_hidden_layers
    linear = 2 * sum(lengths) * (4 * hidden**2 + 2 * hidden * inner)
    attention = 2 * 2 * hidden * sum(length**2 for length in lengths)
    pooler = 2 * len(lengths) * hidden**2
    return (layers * (linear + attention) + pooler) / 1e9


def main() -> None:
    options = _parser().parse_args()
    with ExitStack() as stack:
        folder = options.inputs or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hezar-bench-")))
        build("bert_base", folder)
        inputs = Inputs(folder, "quick" if options.quick else "normal")
        keywords = {name: value for name in ("dtype", "quantize") if (value := getattr(options, name))}
        model = load_ours(inputs, **keywords)
        with torch.inference_mode():
            report(model, texts_of(inputs), options.profile, " ".join(keywords.values()) or "float32")


def report(model, texts: list[str], profile: bool, precision: str) -> None:
    """Print the limits of the machine, and how near the model comes to them."""
    print(*describe(torch.get_num_threads()).lines(), sep="\n", end="\n\n")
    peak = measure_peak()
    best = max(peak.gemm.values())
    lengths = [len(row) for row in model.preprocessor.tokenizer(texts)["token_ids"]]
    operations = operations_of(model.config, lengths)
    seconds = _seconds(lambda: model.predict(texts), rounds=5)
    single = texts[:1]
    latency = _seconds(lambda: model.predict(single), rounds=9)
    # Embedding tables are not read as a whole.
    weights = sum(p.numel() * p.element_size() for name, p in model.named_parameters() if "embeddings" not in name)
    rows = [
        *((f"float32 matrix product, {name}", f"{value:.0f} GFLOP/s") for name, value in peak.gemm.items()),
        ("memory, copying", f"{peak.bandwidth:.1f} GB/s"),
        (f"classify {len(texts)} texts, {sum(lengths):,} tokens, {precision}", f"{seconds:.2f} s"),
        ("its operations, no padding counted", f"{operations:,.0f} GFLOP"),
        ("reached", f"{operations / seconds:.0f} GFLOP/s = {operations / seconds / best:.0%} of the best product"),
        (f"one text of {lengths[0]} tokens", f"{1000 * latency:.1f} ms"),
        ("its limit by operations", f"{1000 * operations_of(model.config, lengths[:1]) / best:.1f} ms"),
        ("its limit by memory, weights read once", f"{weights / peak.bandwidth / 1e6:.1f} ms"),
    ]
    print("| what | measured |\n| --- | --- |")
    for name, value in rows:
        print(f"| {name} | {value} |")
    if profile:
        with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as run:
            model.predict(texts)
        print("\n```\n" + run.key_averages().table(sort_by="self_cpu_time_total", row_limit=20) + "\n```")


def _seconds(run: Callable[[], object], rounds: int = 7) -> float:
    run()
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        run()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.roofline", description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="24 texts rather than 96")
    parser.add_argument("--profile", action="store_true", help="print torch's profile of one run too")
    parser.add_argument("--dtype", help="as in Model.load")
    parser.add_argument("--quantize", help="as in Model.load")
    parser.add_argument("--inputs", type=Path, help="keep the model here, for the next run")
    return parser


if __name__ == "__main__":
    main()
