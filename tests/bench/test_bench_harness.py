"""The harness of the benchmarks: what it measures is not tested, how it measures is."""

import json
import statistics
import sys
from pathlib import Path
from types import ModuleType

import pytest
from benchmarks.harness import (
    Benchmark,
    BenchmarkError,
    Inputs,
    Steady,
    agrees,
    array_deviation,
    at_most,
    equal_share,
    faster,
    over,
    peers,
    processes,
    report,
    score_deviation,
    within,
)
from benchmarks.harness import machine as machines
from benchmarks.harness.benchmark import find
from benchmarks.harness.measure import measure, peers_of

HERE = Path(__file__).parent


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The toy module, importable in this process and in workers."""
    root = tmp_path / "root"
    root.mkdir()
    (root / "benchmarks").symlink_to(HERE.parents[1] / "benchmarks")
    (root / "toy.py").symlink_to(HERE / "toy.py")
    monkeypatch.setattr(processes, "ROOT", root)
    monkeypatch.syspath_prepend(root)
    monkeypatch.delitem(sys.modules, "toy", raising=False)
    import toy

    return toy


@pytest.fixture
def machine() -> machines.Machine:
    return machines.Machine(
        cpu="A CPU", cores=2, features=("avx2",), memory_gib=8, system="Linux", python="3.11", torch="2", threads=2, load=0.1,
        date="2026-01-01",
    )  # fmt: skip


def test_steady_sides_take_turns_and_are_compared(toy, tmp_path, machine):
    inputs = Inputs(tmp_path, "quick")
    results = measure("toy", inputs)
    assert [len(samples) for samples in results.samples.values()] == [3, 3]
    assert results.medians["slow"]["ms"] >= 50 > results.medians["quick"]["ms"]
    assert results.agreement == {"slow": {"equal": 0.75}}
    assert results.figures["quick"] == {"size": 2}
    rates = report.per_second(toy.BENCHMARK, results, inputs)
    assert rates["slow"] == pytest.approx(4000 / results.medians["slow"]["ms"])

    text = report.section(toy.BENCHMARK, results, machine, inputs)
    assert "| quick: ≥ 2 × as fast as slow |" in text
    assert "**no** (set with no_such_unit, which this machine lacks)" in text
    assert "A quick run" in text
    assert "| items/s |" in text
    data = json.loads(json.dumps(report.to_json(toy.BENCHMARK, results, machine, inputs)))
    assert [target["reached"] for target in data["targets"]] == [True, False, True]
    assert data["per_second"] == rates
    assert data["targets"][1]["missing"] == ["no_such_unit"]
    assert len(data["samples"]["slow"]) == 3


def test_fresh_sides_may_tell_metrics_of_their_own(toy, tmp_path, machine):
    results = measure("toy:FRESH", Inputs(tmp_path))
    sample = results.samples["told"][0]
    assert sample["answer"] == 42
    assert sample["n"] == 3
    assert 0 < sample["first_ms"] <= sample["ms"]
    assert sample["peak_mib"] > 1
    text = report.section(toy.FRESH, results, machine, Inputs(tmp_path))
    assert "/s |" not in text
    assert "| nothing |" in text
    assert "| – |" in text
    assert "told: ≤ 41 (answer) | 42.0 | **no** |" in text


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("BROKEN", "broken failed.*this side is broken"),
        ("CRASHING", "crashing ended with 3.*about to crash"),
        ("FAILING", "failing ended with 1.*went wrong"),
    ],
)
def test_a_side_that_fails_says_so(toy, tmp_path, name, told):
    with pytest.raises(BenchmarkError, match=f"(?s){told}"):
        measure(f"toy:{name}", Inputs(tmp_path))


def test_processes_get_no_python_variables_and_equal_threads(monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    environment = processes.environment(threads=3)
    assert "PYTHONDONTWRITEBYTECODE" not in environment
    assert {environment[name] for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")} == {"3"}


def test_targets():
    medians = {"ours": {"ms": 10.0, "load_ms": 1.0}, "theirs": {"ms": 40.0, "load_ms": 2.0}}
    judged = [
        (faster("ours", "theirs", 4), 4.0, True),
        (faster("ours", "theirs", 4.1), 4.0, False),
        (faster("ours", "theirs", 3, metric="load_ms"), 2.0, False),
        (within("theirs", 3.9, "ours"), 4.0, False),
        (within("theirs", 4, "ours"), 4.0, True),
        (over("theirs", "ours", 30), 30.0, True),
        (over("theirs", "ours", 29), 30.0, False),
        (at_most("ours", 10), 10.0, True),
        (at_most("ours", 9), 10.0, False),
        (agrees("ours", "equal", 0.99), 0.98, False),
        (agrees("ours", "equal", 0.98), 0.98, True),
    ]
    for target, value, reached in judged:
        assert target.value(medians, {"ours": {"equal": 0.98}}) == pytest.approx(value), target
        assert target.reached(value) is reached, target
        assert "ours" in target.describe()


def test_a_target_names_a_side_that_there_is():
    side = Steady("ours", lambda inputs: pytest.fail("not run"))
    with pytest.raises(BenchmarkError, match="there is no side thiers"):
        Benchmark("Title", (side,), targets=(faster("ours", "thiers", 2),))
    with pytest.raises(BenchmarkError, match="same name"):
        Benchmark("Title", (side, side))


def test_comparisons():
    assert equal_share([[1], [2]], [[1], [3]]) == {"equal": 0.5}
    assert array_deviation([[1, 2.5]], [[1, 2]]) == {"max |Δ|": 0.5, "mean |Δ|": 0.25}
    ours = [{"good": 0.6, "bad": 0.4}, {"good": 0.4, "bad": 0.6}]
    theirs = [{"bad": 0.4, "good": 0.6}, {"good": 0.55, "bad": 0.45}]
    assert score_deviation(ours, theirs) == pytest.approx({"equal labels": 0.5, "max |Δscore|": 0.15})
    with pytest.raises(ValueError, match="1 items, the other with 2"):
        equal_share([1], [1, 2])


def test_sections_are_replaced_between_their_markers():
    page = report.replace_section("# Results\n", "one", "first")
    page = report.replace_section(page, "two", r"other \1")
    again = report.replace_section(page, "one", "second")
    assert again == "# Results\n\n<!-- one -->\nsecond\n<!-- /one -->\n\n<!-- two -->\nother \\1\n<!-- /two -->\n"


def test_results_are_written(tmp_path):
    report.write(tmp_path / "results", tmp_path / "RESULTS.md", "case", "## Title", {"ü": 1})
    assert json.loads((tmp_path / "results" / "case.json").read_text(encoding="utf-8")) == {"ü": 1}
    assert "## Title" in (tmp_path / "RESULTS.md").read_text(encoding="utf-8")


def test_the_torch_of_a_peer_is_ours(tmp_path, monkeypatch):
    monkeypatch.setattr(peers, "LISTS", tmp_path)
    (tmp_path / "peer-1.txt").write_text("# A peer\n# python: 3.12\npeer==1\n\ntorch\n", encoding="utf-8")
    version = peers.torch_build().partition("+")[0]
    assert peers.read_list("peer-1") == (["peer==1", f"torch=={version}"], "3.12")
    with pytest.raises(BenchmarkError, match=r"no list of requirements 'other\.txt'; there are peer-1"):
        peers.read_list("other")


def test_an_environment_is_made_once(tmp_path, monkeypatch):
    monkeypatch.setattr(peers, "LISTS", tmp_path)
    monkeypatch.setenv("HEZAR_BENCH_PEERS", str(tmp_path / "peers"))
    (tmp_path / "peer-1.txt").write_text("peer==1\n", encoding="utf-8")
    calls = []

    def uv(*arguments: str) -> None:
        calls.append(arguments)
        (tmp_path / "peers" / "peer-1").mkdir(exist_ok=True)

    monkeypatch.setattr(peers, "_uv", uv)
    assert peers.python_of("peer-1") == str(tmp_path / "peers" / "peer-1" / "bin" / "python")
    assert [arguments[0] for arguments in calls] == ["venv", "pip"]
    peers.python_of("peer-1")
    assert len(calls) == 2
    (tmp_path / "peer-1.txt").write_text("peer==2\n", encoding="utf-8")
    peers.python_of("peer-1")
    assert len(calls) == 4
    assert peers.python_of(None) == sys.executable


def test_every_pin_is_exact():
    for path in peers.LISTS.glob("*.txt"):
        requirements, _ = peers.read_list(path.stem)
        assert requirements
        assert all("==" in requirement for requirement in requirements), path


def test_this_machine_can_be_described():
    machine = machines.describe(threads=2)
    assert machine.threads == 2
    assert machine.cores >= 1
    assert machine.torch in machine.lines()[0]
    busy = machines.Machine(**{**machine.to_dict(), "load": 99.0})
    assert "not to be quoted" in busy.lines()[0]


def test_every_case_can_be_loaded():
    from benchmarks.cases import CASES

    for case in CASES:
        benchmark = find(f"benchmarks.cases.{case}")
        assert benchmark.rounds >= 5, "medians are of five samples or more"
        assert peers_of(benchmark) <= {path.stem for path in peers.LISTS.glob("*.txt")}
    folder = HERE.parents[1] / "benchmarks" / "cases"
    modules = (path.relative_to(folder).with_suffix("").parts for path in folder.rglob("[!_]*.py"))
    assert {".".join(module) for module in modules} == set(CASES)


def test_inputs_of_cases_have_builders():
    from benchmarks.cases import CASES
    from benchmarks.inputs import builders

    for name in {name for case in CASES for name in find(f"benchmarks.cases.{case}").inputs}:
        assert callable(getattr(builders, name))


def test_sentences_are_the_same_for_the_same_seed():
    from benchmarks.inputs.text import sentences, untidy

    texts = sentences(50, seed=3)
    assert texts == sentences(50, seed=3) != sentences(50, seed=4)
    lengths = [len(text.split()) for text in texts]
    assert min(lengths) >= 5
    assert statistics.mean(lengths) == pytest.approx(62, abs=15)
    assert max(lengths) < 140
    assert untidy(texts, 1) == untidy(texts, 1) != texts


def test_operations_of_a_bert():
    from benchmarks.roofline import operations_of

    from hezar.builders import build_model

    model = build_model(
        "bert", hidden_size=8, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2, vocab_size=10
    )
    # One token: each weight of the layer and of the pooler multiplies once (an operation to multiply, one to add), and
    # attention takes two products of 8 numbers.
    weights = sum(p.numel() for name, p in model.named_parameters() if p.ndim == 2 and "embeddings" not in name)
    assert operations_of(model.config, [1]) == pytest.approx((2 * weights + 2 * 2 * 8) / 1e9)
