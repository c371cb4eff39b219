"""One row through linear layers, which is what writing word by word is made of."""

from __future__ import annotations

from functools import partial
from typing import Any

from benchmarks.harness import Benchmark, Inputs, Steady, Timed, within

#: (inputs, outputs) of the layers, and how many of each there are.
Sizes = dict[tuple[int, int], int]

#: Rows that each layer gets, one after the other, in a sample.
STEPS = 16
SMALL: Sizes = {(64, 64): 200}
MEDIUM: Sizes = {(384, 384): 100}
#: A step of GPT-2 small: its layers, and the scores of a vocabulary of 42,000.
GPT2: Sizes = {(768, 2304): 12, (768, 768): 12, (768, 3072): 12, (3072, 768): 12, (768, 42_000): 1}


def _layers(make: Any, sizes: Sizes, dtype: str) -> Any:
    import torch

    torch.manual_seed(0)
    layers = [make(*size) for size, count in sizes.items() for _ in range(count)]
    return torch.nn.ModuleList(layers).to(getattr(torch, dtype)).eval()


def _rows(layers: Any, sizes: Sizes) -> list[Any]:
    import torch

    dtype = layers[0].weight.dtype
    return [torch.randn(1, 1, inputs).to(dtype) for (inputs, _), count in sizes.items() for _ in range(count)]


def torchs(inputs: Inputs, sizes: Sizes, dtype: str) -> Timed:
    import torch

    layers = _layers(torch.nn.Linear, sizes, dtype)
    rows = _rows(layers, sizes)

    @torch.inference_mode()
    def run() -> None:
        for _ in range(STEPS):
            for layer, row in zip(layers, rows, strict=True):
                layer(row)

    return Timed(run, figures=_weights(layers))


def ours(inputs: Inputs, sizes: Sizes, dtype: str, int8: bool = False) -> Timed:
    import torch

    from hezar_models.layers.linear import Linear, quantize_linears, weights_are_fixed

    layers = _layers(Linear, sizes, dtype)
    rows = _rows(layers, sizes)
    if int8:
        quantize_linears(layers)

    @torch.inference_mode()
    def run() -> None:
        # As in generation: weights are looked at with the first step, not with each.
        with weights_are_fixed():
            for _ in range(STEPS):
                for layer, row in zip(layers, rows, strict=True):
                    layer(row)

    return Timed(run, figures=_weights(layers, 1 if int8 else None))


def _weights(layers: Any, size: int | None = None) -> dict[str, float]:
    """Return how much has to be read for a step, in MB."""
    weights = [layer.weight for layer in layers]
    return {"MB of weights per step": round(sum(w.numel() * (size or w.element_size()) for w in weights) / 1e6, 1)}


BENCHMARK = Benchmark(
    title="One row through linear layers",
    note=(
        f"{SMALL[64, 64]} layers of 64 × 64, {MEDIUM[384, 384]} of 384 × 384, and those of a step of GPT-2 small with a "
        f"vocabulary of 42,000; times are for {STEPS} steps through all of them. torch is `torch.nn.Linear`."
    ),
    sides=(
        Steady("torch, 64 × 64", partial(torchs, sizes=SMALL, dtype="float32")),
        Steady("hezar, 64 × 64", partial(ours, sizes=SMALL, dtype="float32")),
        Steady("torch, 384 × 384", partial(torchs, sizes=MEDIUM, dtype="float32")),
        Steady("hezar, 384 × 384", partial(ours, sizes=MEDIUM, dtype="float32")),
        Steady("torch, GPT-2", partial(torchs, sizes=GPT2, dtype="float32")),
        Steady("hezar, GPT-2", partial(ours, sizes=GPT2, dtype="float32")),
        Steady("torch, GPT-2, bfloat16", partial(torchs, sizes=GPT2, dtype="bfloat16")),
        Steady("hezar, GPT-2, bfloat16", partial(ours, sizes=GPT2, dtype="bfloat16")),
        Steady("hezar, GPT-2, int8", partial(ours, sizes=GPT2, dtype="float32", int8=True)),
    ),
    targets=(
        within("hezar, 64 × 64", 1, "torch, 64 × 64"),
        within("hezar, 384 × 384", 1, "torch, 384 × 384"),
        within("hezar, GPT-2", 1, "torch, GPT-2"),
        within("hezar, GPT-2, bfloat16", 1, "torch, GPT-2, bfloat16"),
        within("hezar, GPT-2, int8", 0.5, "torch, GPT-2"),
    ),
)
