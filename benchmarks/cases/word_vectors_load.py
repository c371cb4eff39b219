"""How long it takes, and how much memory, to load word vectors whose files are in the page cache."""

from benchmarks.harness import Benchmark, Fresh, at_most, faster

_MEASURED = """
import json, sys, time
def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * 4096 / 2**20
{imports}
before, started = resident(), time.perf_counter()
vectors = {load}
elapsed = time.perf_counter() - started
print(json.dumps({{"load_ms": 1000 * elapsed, "resident_mib": resident() - before}}))
"""
_OURS = _MEASURED.format(
    imports="from hezar.embeddings import Embedding; import hezar_models.embeddings.gensim_files, hezar_models.embeddings.word2vec",
    load="Embedding.load(sys.argv[1])",
)
_GENSIM = _MEASURED.format(
    imports="from gensim.models import Word2Vec", load="Word2Vec.load(sys.argv[1] + '/embedding/embedding.bin')"
)


def _folder(inputs):
    return [str(inputs.path("word_vectors"))]


BENCHMARK = Benchmark(
    title="Load word vectors from disk",
    note=(
        "500,000 vectors of 300 numbers in the published layout; fresh processes, files in the page cache. Hezar 1.0.0 loads with gensim, as the "
        "second side does. Resident memory is what the load adds."
    ),
    inputs=("word_vectors",),
    sides=(Fresh("hezar", _OURS, _folder), Fresh("gensim 4.4", _GENSIM, _folder)),
    targets=(
        faster("hezar", "gensim 4.4", 10, metric="load_ms"),
        at_most("hezar", 50, metric="resident_mib"),
    ),
    metrics=("load_ms", "resident_mib"),
)
