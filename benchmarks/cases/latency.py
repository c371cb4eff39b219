"""One sentence at a time."""

from benchmarks.cases._bert import load_ours, load_published, scores
from benchmarks.harness import Benchmark, Inputs, Steady, Timed, faster, score_deviation
from benchmarks.inputs.text import sentences


def _texts(inputs: Inputs) -> list[str]:
    return sentences(inputs.size(16, quick=4), seed=5, shortest=10, longest=20)


def _one_by_one(model, inputs: Inputs) -> Timed:
    texts = _texts(inputs)
    return Timed(lambda: [model.predict(text, top_k=3)[0] for text in texts], scores)


def float32(inputs: Inputs) -> Timed:
    return _one_by_one(load_ours(inputs), inputs)


def bfloat16(inputs: Inputs) -> Timed:
    return _one_by_one(load_ours(inputs, dtype="bfloat16"), inputs)


def int8(inputs: Inputs) -> Timed:
    return _one_by_one(load_ours(inputs, quantize="int8"), inputs)


def published(inputs: Inputs) -> Timed:
    return _one_by_one(load_published(inputs), inputs)


BENCHMARK = Benchmark(
    title="One sentence at a time",
    note=lambda inputs: (
        f"BERT-base, {len(_texts(inputs))} sentences of 10 to 20 words, one call each; times are for all of them."
    ),
    inputs=("bert_base",),
    sides=(
        Steady("hezar, float32", float32),
        Steady("hezar, bfloat16", bfloat16),
        Steady("hezar, int8", int8),
        Steady("hezar 1.0.0", published, peer="hezar-1.0.0"),
    ),
    targets=(
        faster("hezar, float32", "hezar 1.0.0", 1.3),
        faster("hezar, bfloat16", "hezar 1.0.0", 2.5, needs=("avx512_bf16",)),
    ),
    reference="hezar 1.0.0",
    compare=score_deviation,
)
