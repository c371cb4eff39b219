"""The published options of the text normalizer: Unicode normal forms and replacements."""

from benchmarks.harness import Benchmark, Inputs, Steady, Timed, equal_share, faster
from benchmarks.inputs.text import sentences, untidy

# As published repos have them: Arabic letters to Persian ones, marks away, a half-space for what 1.0.0 calls one.
PATTERNS = [
    ["\u0643", "\u06a9"],
    ["\u064a", "\u06cc"],
    ["[\u0649\u06d2]", "\u06cc"],
    ["[\u064b-\u0652\u0640]", ""],
    [" +", " "],
]


def _texts(inputs: Inputs) -> list[str]:
    return untidy(sentences(inputs.size(2_000, quick=500), seed=3))


def hezar(inputs: Inputs) -> Timed:
    from hezar.preprocessors import TextNormalizer

    normalizer, texts = TextNormalizer(replace_patterns=PATTERNS), _texts(inputs)
    return Timed(lambda: normalizer(texts), lambda out: out)


def published(inputs: Inputs) -> Timed:
    from hezar.preprocessors import TextNormalizer, TextNormalizerConfig

    normalizer, texts = TextNormalizer(TextNormalizerConfig(replace_patterns=PATTERNS)), _texts(inputs)
    return Timed(lambda: normalizer(texts), lambda out: out)


BENCHMARK = Benchmark(
    title="Normalize text with the published options",
    note=lambda inputs: f"{len(_texts(inputs)):,} untidy sentences, NFKD, NFKC and {len(PATTERNS)} replacements.",
    sides=(Steady("hezar", hezar), Steady("hezar 1.0.0", published, peer="hezar-1.0.0")),
    targets=(faster("hezar", "hezar 1.0.0", 1),),
    reference="hezar 1.0.0",
    compare=equal_share,
    rounds=7,
)
