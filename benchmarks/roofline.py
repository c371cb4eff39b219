"""What this machine can do, and how much of it classification reaches.

    python -m benchmarks.roofline [--quick] [--profile] [--precision float32 bfloat16 int8] [--inputs DIR]

The limit of a model on a CPU is its matrix products: their floating-point operations at the speed of the best matrix
product that torch has here in the same precision, or, for a single short text or a single row, its weights at the speed
of the memory.
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

import torch

from benchmarks.cases._bert import load_ours
from benchmarks.cases.classification import texts_of
from benchmarks.harness import Inputs
from benchmarks.harness.machine import describe
from benchmarks.inputs import build
from hezar_models.layers import kernels
from hezar_models.layers.linear import Linear, quantize_linears, weights_are_fixed

#: How a model is loaded for each precision.
PRECISIONS: dict[str, dict[str, str]] = {"float32": {}, "bfloat16": {"dtype": "bfloat16"}, "int8": {"quantize": "int8"}}
#: Layers of a step of GPT-2 small: (inputs, outputs), and how many of each there are.
STEP = {(768, 2304): 12, (768, 768): 12, (768, 3072): 12, (3072, 768): 12, (768, 42_000): 1}


@dataclass(frozen=True)
class Peak:
    """What this machine can do.

    Attributes:
        products: Precision → library → 10^9 operations per second in its fastest matrix product.
        reading: GB/s of memory that is read.
        copying: GB/s that memory gives and takes, copying.
    """

    products: dict[str, dict[str, float]]
    reading: float
    copying: float

    def best(self, precision: str) -> float:
        """Return the operations (10^9 per second) of the fastest product of a precision."""
        return max(self.products[precision].values())


def measure_peak(size: int = 2048) -> Peak:
    """Measure products of two square matrices, and reads and copies of 256 MiB."""
    a, b = torch.randn(size, size), torch.randn(size, size)
    runs: dict[str, dict[str, Callable[[], object]]] = {"float32": {"torch.matmul": lambda: a @ b}}
    half_a, half_b = a.bfloat16(), b.bfloat16()
    runs["bfloat16"] = {"torch.matmul": lambda: half_a @ half_b}
    for x, y in ((a, b), (half_a, half_b)):
        if kernels.packs(x.dtype):
            product = _packed_product(x, y)
            runs[str(x.dtype).removeprefix("torch.")]["oneDNN, weights prepacked"] = product
    if kernels.has_int8():
        layer = kernels.Int8Kernel(b, None)
        rows = kernels.QuantizedRows.of(a).values.contiguous()
        runs["int8"] = {
            "oneDNN": lambda: kernels.multiply_int8(rows, layer.weight, layer.scale, layer.zero_points),
        }
    operations = 2 * size**3 / 1e9
    products = {
        precision: {name: operations / _seconds(run) for name, run in libraries.items()}
        for precision, libraries in runs.items()
    }
    source = torch.ones(2**13, 2**13)
    target, row = torch.empty_like(source), torch.ones(2**13)
    # A product with one row reads faster than a sum.
    reading = min(_seconds(source.sum), _seconds(lambda: torch.mv(source, row)))
    gigabytes = source.numel() * source.element_size() / 1e9
    return Peak(products, gigabytes / reading, 2 * gigabytes / _seconds(lambda: target.copy_(source)))


def _packed_product(a: torch.Tensor, b: torch.Tensor) -> Callable[[], object]:
    packed = torch.ops.mkldnn._reorder_linear_weight(b)
    return lambda: torch.ops.mkldnn._linear_pointwise(a, packed, None, "none", [], "")


def operations_of(config, lengths: list[int]) -> float:
    """Return the floating-point operations (10^9) that a BERT needs for texts of these lengths, without any padding."""
    hidden, inner, layers = config.hidden_size, config.intermediate_size, config.num_hidden_layers
    linear = 2 * sum(lengths) * (4 * hidden**2 + 2 * hidden * inner)
    attention = 2 * 2 * hidden * sum(length**2 for length in lengths)
    pooler = 2 * len(lengths) * hidden**2
    return (layers * (linear + attention) + pooler) / 1e9


def main() -> None:
    options = _parser().parse_args()
    precisions = options.precision or list(PRECISIONS)
    print(*describe(torch.get_num_threads()).lines(), sep="\n", end="\n\n")
    with ExitStack() as stack:
        folder = options.inputs or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hezar-bench-")))
        build("bert_base", folder)
        inputs = Inputs(folder, "quick" if options.quick else "normal")
        stack.enter_context(torch.inference_mode())
        peak = measure_peak()
        _print_table(
            *((f"{precision} matrix product, {library}", f"{value:,.0f} GFLOP/s")
              for precision, libraries in peak.products.items() for library, value in libraries.items()),
            ("memory, reading", f"{peak.reading:.1f} GB/s"),
            ("memory, copying", f"{peak.copying:.1f} GB/s"),
        )  # fmt: skip
        for precision in precisions:
            if precision in peak.products:
                model = load_ours(inputs, **PRECISIONS[precision])
                report(model, texts_of(inputs), peak, precision, options.profile)
                report_step(peak, precision)


def report(model, texts: list[str], peak: Peak, precision: str, profile: bool) -> None:
    """Print how near a classifier comes to the limits of the machine."""
    best = peak.best(precision)
    lengths = [len(row) for row in model.preprocessor.tokenizer(texts)["token_ids"]]
    operations = operations_of(model.config, lengths)
    seconds = _seconds(lambda: model.predict(texts), rounds=5)
    single = texts[:1]
    latency = _seconds(lambda: model.predict(single), rounds=9)
    # Embedding tables are not read as a whole.
    weights = sum(p.numel() * _bytes(p, precision) for name, p in model.named_parameters() if "embeddings" not in name)
    reading = weights / peak.reading / 1e9
    _print_table(
        (f"classify {len(texts)} texts, {sum(lengths):,} tokens, {precision}", f"{seconds:.2f} s"),
        ("its operations, no padding counted", f"{operations:,.0f} GFLOP"),
        ("reached", f"{operations / seconds:,.0f} GFLOP/s = {operations / seconds / best:.0%} of the best product"),
        (f"one text of {lengths[0]} tokens, {precision}", f"{1000 * latency:.1f} ms"),
        ("its limit by operations", f"{1000 * operations_of(model.config, lengths[:1]) / best:.1f} ms"),
        ("its limit by memory, weights read once", f"{1000 * reading:.1f} ms = {reading / latency:.0%} of the time"),
    )
    if profile:
        with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as run:
            model.predict(texts)
        print("\n```\n" + run.key_averages().table(sort_by="self_cpu_time_total", row_limit=20) + "\n```")


def report_step(peak: Peak, precision: str) -> None:
    """Print how near one row through the layers of a GPT-2 small comes to reading the weights once."""
    layers = torch.nn.ModuleList(Linear(*size) for size, count in STEP.items() for _ in range(count))
    layers.to(torch.bfloat16 if precision == "bfloat16" else torch.float32).eval()
    if precision == "int8":
        quantize_linears(layers)
    rows = [torch.randn(1, 1, layer.in_features).to(layer.weight.dtype) for layer in layers]

    def run() -> None:
        with weights_are_fixed():
            for layer, row in zip(layers, rows, strict=True):
                layer(row)

    seconds = _seconds(run, rounds=9)
    reading = sum(p.numel() * _bytes(p, precision) for p in layers.parameters()) / peak.reading / 1e9
    _print_table(
        (f"one row through the linear layers of GPT-2 small, {precision}", f"{1000 * seconds:.1f} ms"),
        ("its limit by memory, weights read once", f"{1000 * reading:.1f} ms = {reading / seconds:.0%} of the time"),
    )


def _bytes(parameter: torch.Tensor, precision: str) -> int:
    """Return what a number of a parameter takes when it is computed with."""
    return 1 if precision == "int8" and parameter.ndim == 2 else parameter.element_size()


def _print_table(*rows: tuple[str, str]) -> None:
    print("| what | measured |\n| --- | --- |")
    for name, value in rows:
        print(f"| {name} | {value} |")
    print()


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
    parser.add_argument("--precision", nargs="+", choices=PRECISIONS, help="these only")
    parser.add_argument("--inputs", type=Path, help="keep the model here, for the next run")
    return parser


if __name__ == "__main__":
    main()
