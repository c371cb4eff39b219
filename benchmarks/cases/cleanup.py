"""A full Persian clean-up of one sentence after the other, with what each library does by default."""

from itertools import cycle

from benchmarks.harness import Benchmark, Inputs, Steady, Timed, equal_share, faster
from benchmarks.inputs.text import sentences, untidy


def _texts(inputs: Inputs) -> list[str]:
    return untidy(sentences(inputs.size(500, quick=100), seed=4, longest=40))


def hezar(inputs: Inputs) -> Timed:
    from hezar.preprocessors import TextNormalizer

    normalizer, texts = TextNormalizer(rules="persian"), _texts(inputs)
    return Timed(lambda: [normalizer(text)[0] for text in texts], lambda out: out)


def hezar_with_new_sentences(inputs: Inputs) -> Timed:
    from hezar.preprocessors import TextNormalizer

    normalizer, texts = TextNormalizer(rules="persian"), _texts(inputs)
    others = cycle([untidy(sentences(len(texts), seed=seed, longest=40), seed=seed) for seed in range(100, 228)])
    return Timed(
        lambda: [normalizer(text)[0] for text in next(others)], lambda _: [normalizer(text)[0] for text in texts]
    )


def hazm(inputs: Inputs) -> Timed:
    from hazm import Normalizer

    normalizer, texts = Normalizer(), _texts(inputs)
    return Timed(lambda: [normalizer.normalize(text) for text in texts], lambda out: out)


def shekar(inputs: Inputs) -> Timed:
    from shekar import Normalizer

    normalizer, texts = Normalizer(), _texts(inputs)
    return Timed(lambda: [normalizer(text) for text in texts], lambda out: out)


BENCHMARK = Benchmark(
    title="Clean Persian sentences up",
    note=lambda inputs: (
        f"{len(_texts(inputs)):,} untidy sentences of 5 to 40 words, one call each. The libraries do not have the same "
        "rules: `equal` is the share of sentences that come out as ours do, for information. Ours remembers words, and all "
        "sides get the same sentences again and again; `new sentences` are others every time, with words never seen among them."
    ),
    sides=(
        Steady("hezar", hezar),
        Steady("hezar, new sentences", hezar_with_new_sentences),
        Steady("hazm 0.10", hazm, peer="hazm-0.10"),
        Steady("shekar 1.6", shekar, peer="shekar-1.6"),
    ),
    targets=(faster("hezar", "hazm 0.10", 8), faster("hezar", "shekar 1.6", 8)),
    reference="hezar",
    compare=equal_share,
)
