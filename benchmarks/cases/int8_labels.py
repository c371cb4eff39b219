"""How far a trained model's answers move when it is loaded with less precision."""

from benchmarks.cases._bert import scores
from benchmarks.harness import Benchmark, Inputs, Steady, Timed, agrees, score_deviation


def _texts() -> list[str]:
    from hezar.cli.demo.data import read_opinions, read_sentences

    return [example.text for example in [*read_sentences(), *read_opinions()]]


def _side(inputs: Inputs, **options) -> Timed:
    from hezar.cli.demo.data import read_sentences
    from hezar.models import Model

    model, texts = Model.load(inputs.path("sentiment") / "model", **options), _texts()
    test = read_sentences("test")
    answers = model.predict([sentence.text for sentence in test])
    right = sum(answer[0]["label"] == sentence.label for answer, sentence in zip(answers, test, strict=True))
    return Timed(lambda: model.predict(texts, top_k=2), scores, {"test accuracy": round(right / len(test), 4)})


def float32(inputs: Inputs) -> Timed:
    return _side(inputs)


def bfloat16(inputs: Inputs) -> Timed:
    return _side(inputs, dtype="bfloat16")


def int8(inputs: Inputs) -> Timed:
    return _side(inputs, quantize="int8")


BENCHMARK = Benchmark(
    title="Labels of a trained model at lower precision",
    note=(
        "The classifier of `hezar demo` (two layers of 64), trained here on its Persian sentiment sentences; labels of all its "
        "sentences and opinions, against float32. The model is far too small for the times to say anything."
    ),
    inputs=("sentiment",),
    sides=(Steady("float32", float32), Steady("bfloat16", bfloat16), Steady("int8", int8)),
    targets=(agrees("int8", "equal labels", 0.99), agrees("bfloat16", "equal labels", 0.99)),
    reference="float32",
    compare=score_deviation,
)
