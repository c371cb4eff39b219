"""The nearest words of many words, in a vocabulary of published size."""

from typing import Any

from benchmarks.harness import Benchmark, Inputs, Steady, Timed, equal_share, faster

NEAREST = 10


def _words(inputs: Inputs) -> list[str]:
    return [f"w{number * 7}" for number in range(inputs.size(1_000, quick=100))]


def hezar(inputs: Inputs) -> Timed:
    from hezar.embeddings import Embedding

    vectors, words = Embedding.load(inputs.path("word_vectors")), _words(inputs)
    return Timed(lambda: vectors.nearest(words, NEAREST), _answers)


def gensim(inputs: Inputs) -> Timed:
    from gensim.models import Word2Vec

    path = inputs.path("word_vectors") / "embedding" / "embedding.bin"
    vectors, words = Word2Vec.load(str(path), mmap="r").wv, _words(inputs)
    return Timed(lambda: [vectors.most_similar(word, topn=NEAREST) for word in words], _answers)


def _answers(rows: Any) -> list[str]:
    return [word for row in rows for word, _ in row]


BENCHMARK = Benchmark(
    title="Nearest words",
    note=lambda inputs: (
        f"The 10 nearest of {inputs.size(1_000, quick=100):,} words among 500,000 vectors of 300 numbers."
    ),
    inputs=("word_vectors",),
    sides=(Steady("hezar, all at once", hezar), Steady("gensim 4.4, one by one", gensim)),
    targets=(faster("hezar, all at once", "gensim 4.4, one by one", 5),),
    reference="gensim 4.4, one by one",
    compare=equal_share,
)
