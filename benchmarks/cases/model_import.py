"""What `Model` costs to import, beside torch, which it cannot do without."""

from benchmarks.harness import Benchmark, Fresh, within

_IMPORT = "from hezar.models import Model"

BENCHMARK = Benchmark(
    title="from hezar.models import Model",
    note="Whole processes, from start to end.",
    sides=(
        Fresh("import torch", "import torch"),
        Fresh("hezar", _IMPORT),
        Fresh("hezar 1.0.0", _IMPORT, peer="hezar-1.0.0"),
    ),
    targets=(within("hezar", 1.15, "import torch"), within("hezar", 1.15, "import torch", metric="peak_mib")),
    metrics=("ms", "peak_mib"),
)
