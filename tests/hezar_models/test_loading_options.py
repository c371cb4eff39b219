"""`dtype`, `quantize`, `compile` and `device`; loading without initialising, and memory-mapped."""

from __future__ import annotations

import copy
import subprocess
import sys

import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from hezar_config import ModelConfig
from hezar_hub import RepoNotFoundError
from hezar_models import Model, compilation
from hezar_models.layers.linear import Linear
from hezar_models.repos.loading import build_with_weights
from hezar_models.torch_private import compiles_here
from hezar_registry import InputError
from tiny_models import CASES, IMPLEMENTED, inputs_for, tiny_model

every_model = pytest.mark.parametrize("name", IMPLEMENTED)


def wide_model(name: str):
    """Return a model whose layers are large enough for kernels of their own."""
    return tiny_model(name, **CASES[name].family.wide)


@every_model
@pytest.mark.parametrize(
    ("options", "tolerance"),
    [({"dtype": "bfloat16"}, 0.1), ({"dtype": "float16"}, 0.02), ({"quantize": "int8"}, 0.15)],
)
def test_fewer_bits_are_near(name, options, tolerance, tmp_path):
    model, case = wide_model(name), CASES[name]
    model.save(tmp_path)
    inputs = inputs_for(name)
    want = case.numbers(model, inputs)
    other = Model.load(tmp_path, **options)
    got = case.numbers(other, inputs)
    assert float((got - want).norm() / want.norm()) < tolerance
    assert not torch.equal(got, want)  # it did compute otherwise
    assert torch.equal(case.numbers(other, inputs[:1]), case.numbers(other, inputs[:1]))
    assert len(other.predict(inputs)) == len(inputs) or case.task == "backbone"


@every_model
def test_int8_does_not_depend_on_company(name, tmp_path):
    wide_model(name).save(tmp_path)
    model, inputs = Model.load(tmp_path, quantize="int8"), inputs_for(name)
    if model.is_generative:
        assert model.predict(inputs) == [model.predict(one)[0] for one in inputs]
        return
    for one, row in zip(inputs, model.predict(inputs, stream=True, post_process=False), strict=True):
        [alone] = model.predict([one], stream=True, post_process=False)
        key = "logits" if "logits" in row else "last_hidden_state"
        torch.testing.assert_close(alone[key], row[key], atol=1e-4, rtol=1e-3)


@every_model
def test_a_quantized_model_saves_its_weights(name, tmp_path):
    model = wide_model(name)
    model.save(tmp_path / "float")
    quantized = Model.load(tmp_path / "float", quantize="int8")
    quantized.predict(inputs_for(name)[:1])
    quantized.save(tmp_path / "again")
    ours, theirs = (load_file(tmp_path / folder / "model.safetensors") for folder in ("float", "again"))
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[key], theirs[key]) for key in ours)
    assert not any(layer.int8 for layer in Model.load(tmp_path / "again").modules() if isinstance(layer, Linear))


@every_model
def test_a_cast_keeps_ties(name, tmp_path):
    tiny_model(name).save(tmp_path)
    model = Model.load(tmp_path, dtype="bfloat16")
    assert {parameter.dtype for parameter in model.parameters()} == {torch.bfloat16}
    for tied, source in model.tied_weights.items():
        assert model.get_parameter(tied) is model.get_parameter(source)


def test_wrong_options_say_what_is_right(tmp_path):
    tiny_model("bert").save(tmp_path)
    with pytest.raises(InputError, match="'int8'"):
        Model.load(tmp_path, quantize="int4")
    with pytest.raises(InputError, match="choose one"):
        Model.load(tmp_path, quantize="int8", compile=True)
    for wrong in ("float64", "fp16", "", 16, None, ["float16"], torch.int8):
        with pytest.raises(InputError, match="dtype is 'auto'"):
            Model.load(tmp_path, dtype=wrong)
    for wrong in (None, 1.5, ["cpu"], "", "cpu:x"):
        with pytest.raises(InputError, match="There is no device"):
            Model.load(tmp_path, device=wrong)
    if not torch.cuda.is_available():
        for cuda in ("cuda", "cuda:1", torch.device("cuda")):
            with pytest.raises(InputError, match="sees no CUDA device"):
                Model.load(tmp_path, device=cuda)
    with pytest.raises(InputError, match="computes on the CPU"):
        Model.load(tmp_path, quantize="int8", device=torch.device("meta"))
    assert Model.load(tmp_path, device="auto").device.type in ("cpu", "cuda")


def test_load_locally_takes_a_folder_only(tmp_path, monkeypatch):
    tiny_model("bert").save(tmp_path / "owner/name")
    monkeypatch.chdir(tmp_path)
    for arguments in ({"load_locally": True}, {}):
        assert Model.load("owner/name", **arguments).config.name == "bert"
    assert not Model.load("owner/name", True, False).preprocessor
    with pytest.raises(RepoNotFoundError, match="no local folder"):
        Model.load("owner/other", load_locally=True)


def test_without_a_compiler_the_model_still_predicts(tmp_path, monkeypatch, caplog):
    model = tiny_model("bert_text_classification")
    model.save(tmp_path)
    monkeypatch.delenv("CXX", raising=False)
    monkeypatch.setattr(compilation.shutil, "which", lambda name: None)
    loaded = Model.load(tmp_path, compile=True)
    assert "no C++ compiler was found" in caplog.text
    assert loaded.predict("سلام") == model.predict("سلام")


def test_a_compiled_model_is_compiled_when_it_predicts(tmp_path, monkeypatch):
    model = tiny_model("bert_text_classification")
    model.save(tmp_path)
    calls = []

    def compile_(function, **options):
        assert options["dynamic"]

        def compiled(*args, **kwargs):
            calls.append(1)
            return function(*args, **kwargs)

        return compiled

    monkeypatch.setattr(torch, "compile", compile_)
    monkeypatch.setattr(compilation, "missing_compiler", lambda device: None)
    loaded = Model.load(tmp_path, compile=True)
    assert loaded.predict("سلام") == model.predict("سلام")
    assert calls
    assert loaded.state_dict().keys() == model.state_dict().keys()


@pytest.mark.parametrize(
    ("name", "times"),
    [
        ("bert_sequence_labeling", 1),
        # the prompts, and a token of each row; once more with other rows than the first time
        pytest.param("gpt2_text_generation", 3, marks=pytest.mark.slow),
        pytest.param("t5_text_generation", 3, marks=pytest.mark.slow),
        # the encoder; and with beams, of which there are more than images, the decoder of each twice
        pytest.param("beit_roberta_image2text", 5, marks=pytest.mark.slow),
    ],
)
def test_a_model_is_compiled_once_for_any_number_of_rows(name, times, tmp_path, monkeypatch):
    if not compiles_here():
        pytest.skip("torch does not compile for this Python")
    graphs, compile_ = [], torch.compile

    def backend(graph, inputs):
        graphs.append(graph)
        return graph.forward

    torch.compiler.reset()
    monkeypatch.setattr(torch, "compile", lambda part, **options: compile_(part, **options, backend=backend))
    monkeypatch.setattr(compilation, "missing_compiler", lambda device: None)
    model, inputs = tiny_model(name), inputs_for(name)
    model.save(tmp_path)
    compiled = Model.load(tmp_path, compile=True)
    for rows in (2, 3, 5, 6, 4):
        some = (inputs * 2)[:rows]
        assert compiled.predict(some) == model.predict(some)
    assert 0 < len(graphs) <= times


@pytest.mark.slow
@pytest.mark.timeout(900)  # 40 s with nothing else running and nothing compiled yet, minutes on a busy machine
@pytest.mark.parametrize(
    "name",
    ["bert_text_classification", "vit", "gpt2_text_generation", "t5_text_generation", "beit_roberta_image2text"],
)
def test_torchs_compiler_gives_the_same_answers(name, tmp_path):
    if compilation.missing_compiler(torch.device("cpu")):
        pytest.skip("needs a C++ compiler")
    model, case = tiny_model(name), CASES[name]
    model.save(tmp_path)
    torch._dynamo.reset()
    torch._dynamo.utils.counters.clear()
    compiled, inputs = Model.load(tmp_path, compile=True), inputs_for(name)
    for part in (inputs, inputs[:1], inputs[::-1] * 3):
        torch.testing.assert_close(case.numbers(compiled, part), case.numbers(model, part), atol=5e-5, rtol=1e-4)
    assert not torch._dynamo.utils.counters["graph_break"]
    for _ in range(2 if model.is_generative else 0):  # again, when everything is compiled
        assert compiled.predict(inputs) == model.predict(inputs)
    compiled.save(tmp_path / "again")
    assert case.numbers(copy.deepcopy(compiled), inputs[:1]).isfinite().all()


LOAD = """
import sys
from hezar_models import Model
import hezar_models.architectures.bert.text_classification

def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * 4096 / 2**20

Model.load(sys.argv[1])  # what is imported late is not what is measured
before = resident()
models = [Model.load(sys.argv[2])]
print(resident() - before, "torch._dynamo" in sys.modules)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("filename", ["model.safetensors", "model.pt"])
def test_loading_touches_neither_weights_nor_the_compiler(filename, tmp_path):
    tiny_model("bert_text_classification").save(tmp_path / "tiny", filename=filename)
    large = tiny_model("bert_text_classification", vocab_size=100_000, hidden_size=128)
    large.save(tmp_path / "large", filename=filename)
    assert (tmp_path / "large" / filename).stat().st_size > 50e6
    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(tmp_path / "tiny"), str(tmp_path / "large")],
        capture_output=True,
        text=True,
        check=True,
    )
    mebibytes, dynamo = done.stdout.split()
    assert float(mebibytes) < 20
    assert dynamo == "False"


class Odd(Model):
    """Has a buffer that is in no file, and computes with it while it is built."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config)
        self.layer = nn.Linear(3, 3)
        self.register_buffer("steps", torch.arange(4), persistent=False)
        self.total = int(self.steps.sum())
        self.register_buffer("scale", torch.empty(2).fill_(7.0), persistent=False)


def test_buffers_that_are_in_no_file_have_their_values():
    weights = {"layer.weight": torch.ones(3, 3), "layer.bias": torch.ones(3)}
    model = build_with_weights(Odd, ModelConfig(), {}, weights, "test")
    assert model.steps.tolist() == [0, 1, 2, 3]
    assert model.total == 6
    assert model.scale.tolist() == [7.0, 7.0]
    assert model.layer.weight is not weights["layer.weight"]
    assert torch.equal(model.layer.weight, weights["layer.weight"])


def test_new_models_are_still_initialised():
    model = tiny_model("bert")
    Model.load  # noqa: B018 - loading must leave nothing switched off
    assert all(float(p.detach().std()) > 0 for name, p in model.named_parameters() if name.endswith("dense.weight"))
