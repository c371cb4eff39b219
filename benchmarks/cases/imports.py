"""What it costs to import the parts that do not need torch, and to ask the command for help."""

from benchmarks.harness import Benchmark, Fresh, at_most, over

_HELP = "import sys; sys.argv = ['hezar', '--help']; from hezar.cli import main; main()"

BENCHMARK = Benchmark(
    title="Import hezar, or only configs and Hub",
    note="Whole processes, from start to end; so what an import costs is the difference to bare Python.",
    sides=(
        Fresh("bare Python", "pass"),
        Fresh("import hezar", "import hezar"),
        Fresh("import hezar_config, hezar_hub", "import hezar_config, hezar_hub"),
        Fresh("hezar --help", _HELP),
        Fresh("1.0.0: import hezar", "import hezar", peer="hezar-1.0.0"),
    ),
    targets=(
        over("import hezar", "bare Python", 15),
        over("import hezar_config, hezar_hub", "bare Python", 80),
        at_most("hezar --help", 200),
    ),
    rounds=15,
)
