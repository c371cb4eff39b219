"""Many sentences of mixed length through a BERT-base."""

from benchmarks.cases._bert import load_ours, load_pipeline, load_published, scores
from benchmarks.harness import Benchmark, Inputs, Steady, Timed, faster, score_deviation
from benchmarks.inputs.text import sentences


def texts_of(inputs: Inputs) -> list[str]:
    return sentences(inputs.size(96, quick=24, full=512), seed=6)


def _ours(inputs: Inputs, **options) -> Timed:
    model, texts = load_ours(inputs, **options), texts_of(inputs)
    return Timed(lambda: model.predict(texts, top_k=3), scores)


def float32(inputs: Inputs) -> Timed:
    return _ours(inputs)


def bfloat16(inputs: Inputs) -> Timed:
    return _ours(inputs, dtype="bfloat16")


def int8(inputs: Inputs) -> Timed:
    return _ours(inputs, quantize="int8")


def one_by_one(inputs: Inputs) -> Timed:
    model, texts = load_published(inputs), texts_of(inputs)
    return Timed(lambda: [model.predict(text, top_k=3)[0] for text in texts], scores)


def one_call(inputs: Inputs) -> Timed:
    model, texts = load_published(inputs), texts_of(inputs)
    tokenizer = model.preprocessor["wordpiece_tokenizer"]

    def run():
        # Its `predict` does not pad, and fails on a list like this; so it is padded here.
        batch = tokenizer(texts, padding=True, return_tensors="torch")
        return model.predict(batch, preprocess=False, top_k=3)

    return Timed(run, scores)


def pipeline(inputs: Inputs) -> Timed:
    import time

    classify, texts = load_pipeline(inputs), texts_of(inputs)

    def seconds(batch_size: int) -> float:
        started = time.perf_counter()
        classify(texts[:64], batch_size=batch_size)
        return time.perf_counter() - started

    best = min((1, 4, 16), key=seconds)
    return Timed(lambda: classify(texts, batch_size=best), scores, {"best batch size": best})


BENCHMARK = Benchmark(
    title="Classify mixed-length sentences",
    note=lambda inputs: (
        f"BERT-base with random weights, {len(texts_of(inputs))} sentences of 5 to 120 words; times are for all of them. "
        "The pipeline of transformers runs at the best batch size of 1, 4 and 16."
    ),
    inputs=("bert_base",),
    sides=(
        Steady("hezar, float32", float32),
        Steady("hezar, bfloat16", bfloat16),
        Steady("hezar, int8", int8),
        Steady("hezar 1.0.0, one by one", one_by_one, peer="hezar-1.0.0"),
        Steady("hezar 1.0.0, one call", one_call, peer="hezar-1.0.0"),
        Steady("transformers pipeline", pipeline, peer="hezar-1.0.0"),
    ),
    targets=(
        faster("hezar, float32", "hezar 1.0.0, one by one", 4.2),
        faster("hezar, float32", "hezar 1.0.0, one call", 12),
        faster("hezar, bfloat16", "hezar 1.0.0, one by one", 8, needs=("avx512_bf16",)),
        faster("hezar, bfloat16", "hezar 1.0.0, one call", 24, needs=("avx512_bf16",)),
        faster("hezar, int8", "hezar 1.0.0, one by one", 10, needs=("avx512_vnni",)),
    ),
    reference="hezar 1.0.0, one by one",
    compare=score_deviation,
)
