"""How long it takes, and how much memory, to load a BERT-base whose files are in the page cache."""

from benchmarks.harness import Benchmark, Fresh, at_most, faster

_MEASURED = """
import json, sys, time
def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * 4096 / 2**20
{imports}
before, started = resident(), time.perf_counter()
model = {load}
elapsed = time.perf_counter() - started
print(json.dumps({{"load_ms": 1000 * elapsed, "resident_mib": resident() - before}}))
"""
_OURS = _MEASURED.format(imports="from hezar.models import Model; Model.load", load="Model.load(sys.argv[1])")
_PUBLISHED = _MEASURED.format(
    imports="from hezar.models import Model", load="Model.load(sys.argv[1], load_locally=True)"
)
_MAPPED = _MEASURED.format(
    imports="import torch; from safetensors import safe_open",
    load="{name: file.get_tensor(name) for file in [safe_open(sys.argv[1], 'pt')] for name in file.keys()}",
)


def _pt(inputs):
    return [str(inputs.path("bert_base") / "pt")]


def _safetensors(inputs):
    return [str(inputs.path("bert_base") / "safetensors")]


def _file(inputs):
    return [str(inputs.path("bert_base") / "safetensors" / "model.safetensors")]


BENCHMARK = Benchmark(
    title="Load a BERT-base from disk",
    note=(
        "118 million random parameters in float32, with tokenizer; fresh processes that have imported `Model`; files in "
        "the page cache. Resident memory is what the load adds before the weights are used. 1.0.0 reads `model.pt` only."
    ),
    inputs=("bert_base",),
    sides=(
        Fresh("hezar, safetensors", _OURS, _safetensors),
        Fresh("hezar, model.pt", _OURS, _pt),
        Fresh("hezar 1.0.0, model.pt", _PUBLISHED, _pt, peer="hezar-1.0.0"),
        Fresh("safetensors alone", _MAPPED, _file),
    ),
    targets=(
        faster("hezar, safetensors", "hezar 1.0.0, model.pt", 25, metric="load_ms"),
        faster("hezar, model.pt", "hezar 1.0.0, model.pt", 25, metric="load_ms"),
        at_most("hezar, safetensors", 20, metric="resident_mib"),
        at_most("hezar, model.pt", 20, metric="resident_mib"),
    ),
    metrics=("load_ms", "resident_mib"),
)
