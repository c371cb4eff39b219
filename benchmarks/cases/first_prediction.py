"""From the start of the process to the first answer."""

from benchmarks.harness import Benchmark, Fresh, faster

_SENTENCE = "هزار کتابخانه ای برای به کارگیری آسان هوش مصنوعی است"
_PREDICT = "import sys; from hezar.models import Model; print(Model.load(sys.argv[1]).predict(sys.argv[2])[0])"
_PUBLISHED = _PREDICT.replace("sys.argv[1])", "sys.argv[1], load_locally=True)")


def _pt(inputs):
    return [str(inputs.path("bert_base") / "pt"), _SENTENCE]


def _safetensors(inputs):
    return [str(inputs.path("bert_base") / "safetensors"), _SENTENCE]


BENCHMARK = Benchmark(
    title="From the start of the process to the first prediction",
    note="BERT-base, one sentence, files in the page cache. `import torch` is the part that nobody can avoid.",
    inputs=("bert_base",),
    sides=(
        Fresh("hezar, safetensors", _PREDICT, _safetensors),
        Fresh("hezar, model.pt", _PREDICT, _pt),
        Fresh("hezar 1.0.0, model.pt", _PUBLISHED, _pt, peer="hezar-1.0.0"),
        Fresh("import torch", "import torch; print()"),
    ),
    targets=(
        faster("hezar, safetensors", "hezar 1.0.0, model.pt", 3.5, metric="first_ms"),
        faster("hezar, model.pt", "hezar 1.0.0, model.pt", 3.5, metric="first_ms"),
    ),
    metrics=("first_ms", "peak_mib"),
)
