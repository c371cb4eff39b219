"""Token ids of many sentences."""

from benchmarks.harness import Benchmark, Inputs, Steady, Timed, equal_share, faster, within
from benchmarks.inputs.text import sentences


def _texts(inputs: Inputs) -> list[str]:
    return sentences(inputs.size(20_000, quick=2_000), seed=2)


def hezar(inputs: Inputs) -> Timed:
    from hezar.preprocessors import Preprocessor

    tokenizer, texts = Preprocessor.load(inputs.path("tokenizer")), _texts(inputs)
    return Timed(lambda: tokenizer(texts, return_attention_mask=False), lambda out: out["token_ids"])


def published(inputs: Inputs) -> Timed:
    from hezar.preprocessors import Preprocessor

    tokenizer, texts = Preprocessor.load(str(inputs.path("tokenizer"))), _texts(inputs)
    return Timed(lambda: tokenizer(texts, return_attention_mask=False), lambda out: out["token_ids"])


def published_by_default(inputs: Inputs) -> Timed:
    from hezar.preprocessors import Preprocessor

    tokenizer, texts = Preprocessor.load(str(inputs.path("tokenizer"))), _texts(inputs)
    return Timed(lambda: tokenizer(texts), lambda out: out["token_ids"])


def bare(inputs: Inputs) -> Timed:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(inputs.path("tokenizer") / "preprocessor" / "tokenizer.json"))
    texts = _texts(inputs)
    return Timed(lambda: [encoding.ids for encoding in tokenizer.encode_batch_fast(texts)], lambda out: out)


BENCHMARK = Benchmark(
    title="Tokenize mixed sentences, ids only",
    note=lambda inputs: (
        f"{len(_texts(inputs)):,} sentences of 5 to 120 words; times are for all of them. By default, 1.0.0 makes attention masks too."
    ),
    inputs=("tokenizer",),
    sides=(
        Steady("hezar", hezar),
        Steady("hezar 1.0.0", published, peer="hezar-1.0.0"),
        Steady("hezar 1.0.0, default options", published_by_default, peer="hezar-1.0.0"),
        Steady("tokenizers, batch call", bare),
    ),
    targets=(
        faster("hezar", "hezar 1.0.0", 4),
        faster("hezar", "hezar 1.0.0, default options", 4),
        within("hezar", 1.15, "tokenizers, batch call"),
    ),
    reference="hezar 1.0.0",
    compare=equal_share,
    rounds=7,
)
