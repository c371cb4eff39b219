"""Word and character error rates of many pairs of texts."""

import random

from benchmarks.harness import Benchmark, Inputs, Steady, Timed, array_deviation, faster
from benchmarks.inputs.text import sentences


def _pairs(inputs: Inputs) -> tuple[list[str], list[str]]:
    """Return texts with one word in ten left out or doubled, and the texts themselves."""
    references, choice = sentences(inputs.size(100_000, quick=5_000), seed=11), random.Random(12)
    heard = [
        " ".join(word for word in text.split() for _ in range(choice.choice([0, 2] + [1] * 18))) for text in references
    ]
    return heard, references


def hezar(inputs: Inputs) -> Timed:
    from hezar.metrics import CER, WER

    (heard, references), wer, cer = _pairs(inputs), WER(n_decimals=12), CER(n_decimals=12)
    return Timed(
        lambda: [wer.compute(heard, references)["wer"], cer.compute(heard, references)["cer"]], lambda out: out
    )


def jiwer(inputs: Inputs) -> Timed:
    import jiwer as peer

    heard, references = _pairs(inputs)
    return Timed(lambda: [peer.wer(references, heard), peer.cer(references, heard)], lambda out: out)


BENCHMARK = Benchmark(
    title="Word and character error rates",
    note=lambda inputs: f"{inputs.size(100_000, quick=5_000):,} pairs of texts of 5 to 120 words; both rates.",
    sides=(Steady("hezar", hezar), Steady("jiwer 4.0", jiwer, peer="jiwer-4.0")),
    targets=(faster("hezar", "jiwer 4.0", 0.8),),
    reference="jiwer 4.0",
    compare=array_deviation,
)
