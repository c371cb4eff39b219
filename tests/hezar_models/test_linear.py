"""Linear layers: the same numbers whatever computes them, and never those of old weights."""

from __future__ import annotations

import copy
import pickle
import threading

import pytest
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from hypothesis import given, settings
from hypothesis import strategies as st

from hezar_models.layers import kernels
from hezar_models.layers.linear import Linear, quantize_linears


@pytest.fixture
def packing(monkeypatch):
    """Have packed float32 weights for any number of rows, as with AVX-512."""
    if not kernels.packs(torch.float32):
        pytest.skip("needs oneDNN")
    monkeypatch.setattr(kernels, "has_avx512", lambda: True)


def layer(inputs: int = 96, outputs: int = 128, bias: bool = True, seed: int = 0) -> Linear:
    torch.manual_seed(seed)
    return Linear(inputs, outputs, bias=bias)


def predict(module, inputs):
    with torch.inference_mode():
        return module(inputs)


def relative(got, want) -> float:
    got, want = got.detach().double(), want.detach().double()
    return float((got - want).abs().max() / want.abs().max())


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("shape", [(96,), (1, 96), (3, 7, 96), (2, 3, 40, 96), (0, 96)])
def test_packed_weights_give_the_same_numbers(packing, shape, bias):
    module, inputs = layer(bias=bias), torch.randn(shape)
    want = F.linear(inputs, module.weight, module.bias)
    got = predict(module, inputs)
    assert got.shape == want.shape
    torch.testing.assert_close(got, want.detach(), rtol=1e-5, atol=1e-5)
    if inputs.numel():
        assert isinstance(module._packed.kernel, kernels.PackedKernel)
    torch.testing.assert_close(predict(module, inputs.expand(2, *shape).transpose(0, -1).transpose(0, -1)[0]), got)


def step(module, tmp_path):
    module(torch.randn(4, 96)).sum().backward()
    torch.optim.SGD(module.parameters(), lr=0.5).step()


def load_in_place(module, tmp_path):
    module.load_state_dict(layer(seed=1).state_dict())


def load_assign(module, tmp_path):
    module.load_state_dict(layer(seed=1).state_dict(), assign=True)


def change_in_place(module, tmp_path):
    with torch.no_grad():
        module.weight.mul_(2)


def change_bias(module, tmp_path):
    with torch.no_grad():
        module.bias.add_(1)


def put_other_data(module, tmp_path):
    module.weight.data = module.weight.data + 1


def put_other_parameter(module, tmp_path):
    module.weight = torch.nn.Parameter(torch.randn(128, 96))


def other_dtype_and_back(module, tmp_path):
    module.to(torch.bfloat16).to(torch.float32)


def train_through_data(module, tmp_path):
    module.train()
    module.weight.data.mul_(3)
    module.eval()


@pytest.mark.parametrize("int8", [False, True])
@pytest.mark.parametrize(
    "change",
    [
        step,
        load_in_place,
        load_assign,
        change_in_place,
        change_bias,
        put_other_data,
        put_other_parameter,
        other_dtype_and_back,
        train_through_data,
    ],
)
def test_changed_weights_are_noticed(packing, change, int8, tmp_path):
    module, inputs = layer().eval(), torch.randn(5, 96)
    if int8:
        quantize_linears(module)
    predict(module, inputs)
    change(module, tmp_path)
    want = F.linear(inputs, module.weight, module.bias)
    assert relative(predict(module, inputs), want) < (0.05 if int8 else 1e-5)
    assert set(module.state_dict()) == {"weight", "bias"}


@pytest.mark.parametrize("again", [copy.deepcopy, copy.copy, lambda m: pickle.loads(pickle.dumps(m))])
@pytest.mark.parametrize("int8", [False, True])
def test_copies_compute_the_same_without_the_packed_weights(packing, again, int8):
    module, inputs = layer().eval(), torch.randn(5, 96)
    module.int8 = int8
    want = predict(module, inputs)
    other = again(module)
    assert other._packed is None
    torch.testing.assert_close(predict(other, inputs), want, rtol=0, atol=0)


def test_gradients_and_training_are_torchs(packing):
    module = layer()
    quantize_linears(module)
    inputs = torch.randn(5, 96, requires_grad=True)
    torch.testing.assert_close(module(inputs), F.linear(inputs, module.weight, module.bias), rtol=0, atol=0)
    module(inputs).sum().backward()
    assert module._packed is None
    assert module.weight.grad is not None


def test_autocast_is_torchs(packing):
    module = layer().eval()
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        assert module(torch.randn(5, 96)).dtype is torch.bfloat16


def test_many_threads_pack_once(packing, monkeypatch):
    made = []
    original = kernels.PackedKernel.__init__

    def counted(self, weight, bias):
        made.append(1)
        original(self, weight, bias)

    monkeypatch.setattr(kernels.PackedKernel, "__init__", counted)
    module, inputs, results = layer(), torch.randn(5, 96), []
    threads = [threading.Thread(target=lambda: results.append(predict(module, inputs))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert all(torch.equal(result, results[0]) for result in results)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("rows", [1, 7, 8, 50])
def test_half_precision_is_rounded_once(dtype, rows):
    module, inputs = layer().to(dtype), torch.randn(rows, 96).to(dtype)
    exact = F.linear(inputs.double(), module.weight.double(), module.bias.double())
    got = predict(module, inputs)
    assert got.dtype is dtype
    assert relative(got, exact) < 4 * torch.finfo(dtype).eps


@settings(max_examples=25, deadline=None)
@given(
    rows=st.integers(1, 40),
    inputs=st.integers(64, 200),
    outputs=st.integers(64, 150),
    scale=st.sampled_from([1e-6, 1.0, 1e4]),
    bias=st.booleans(),
    seed=st.integers(0, 99),
)
def test_int8_is_near_and_row_by_row(rows, inputs, outputs, scale, bias, seed):
    torch.manual_seed(seed)
    module = Linear(inputs, outputs, bias=bias).eval()
    quantize_linears(module)
    batch = torch.randn(rows, inputs) * scale
    got = predict(module, batch)
    want = F.linear(batch, module.weight, module.bias).detach()
    without_bias = want if module.bias is None else want - module.bias.detach()
    assert float((got - want).abs().max() / without_bias.abs().max()) < 0.06
    for i in range(rows):
        torch.testing.assert_close(predict(module, batch[i : i + 1])[0], got[i], rtol=1e-6, atol=1e-6 * scale)


def test_int8_of_extreme_values():
    module = layer().eval()
    quantize_linears(module)
    zero = predict(module, torch.zeros(2, 96))
    torch.testing.assert_close(zero, module.bias.detach().expand(2, -1), rtol=1e-6, atol=1e-6)
    with torch.no_grad():
        module.weight.fill_(1.0)
        module.bias.zero_()
    # The largest sums there are: an overflow of the multiplier would show.
    torch.testing.assert_close(
        predict(module, torch.full((3, 96), 5.0)), torch.full((3, 128), 480.0), rtol=1e-4, atol=0
    )
    torch.testing.assert_close(
        predict(module, torch.full((3, 96), -5.0)), torch.full((3, 128), -480.0), rtol=1e-4, atol=0
    )
    with torch.no_grad():
        module.weight.zero_()
    assert not predict(module, torch.randn(3, 96)).any()


def test_int8_without_kernels_computes_the_same_numbers(monkeypatch):
    module, inputs = layer().eval(), torch.randn(5, 96)
    quantize_linears(module)
    fast = predict(module, inputs)
    levels = kernels.multiplies_full_int8()
    monkeypatch.setattr(kernels, "has_int8", lambda: False)
    monkeypatch.setattr(kernels, "multiplies_full_int8", lambda: levels)
    torch.testing.assert_close(predict(layer_like(module), inputs), fast, rtol=1e-4, atol=1e-4)


def layer_like(module: Linear) -> Linear:
    return copy.deepcopy(module)


def test_int8_keeps_the_dtype_of_its_inputs():
    module = layer().to(torch.bfloat16).eval()
    quantize_linears(module)
    inputs = torch.randn(5, 96).to(torch.bfloat16)
    got = predict(module, inputs)
    assert got.dtype is torch.bfloat16
    assert relative(got, F.linear(inputs.float(), module.weight.float(), module.bias.float())) < 0.05


@pytest.mark.parametrize("rows", [1, kernels.MAX_PACKED_ROWS, kernels.MAX_PACKED_ROWS + 1])
def test_many_rows_are_torchs_without_avx512(rows, monkeypatch):
    monkeypatch.setattr(kernels, "has_avx512", lambda: False)
    module, inputs = layer(), torch.randn(rows, 96)
    torch.testing.assert_close(predict(module, inputs), module(inputs).detach(), rtol=1e-5, atol=1e-5)
    packed = rows <= kernels.MAX_PACKED_ROWS and kernels.packs(torch.float32)
    assert (module._packed is not None) == packed


def test_bfloat16_is_widened_where_it_would_be_emulated(monkeypatch):
    kernels.packs.cache_clear()
    kernels.widens.cache_clear()
    monkeypatch.setattr(kernels, "has_avx512", lambda: True)
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False, raising=False)
    try:
        assert not kernels.packs(torch.bfloat16)
        assert kernels.widens(torch.bfloat16) == kernels._is_x86()
    finally:
        kernels.packs.cache_clear()
        kernels.widens.cache_clear()


def test_small_layers_are_torchs(packing):
    module = Linear(96, 3)
    quantize_linears(module)
    inputs = torch.randn(5, 96)
    torch.testing.assert_close(predict(module, inputs), module(inputs).detach(), rtol=0, atol=0)


def test_machines_without_any_kernels(monkeypatch):
    kernels.packs.cache_clear()
    kernels.widens.cache_clear()
    monkeypatch.setattr(kernels.platform, "machine", lambda: "riscv64")
    try:
        assert not kernels.packs(torch.float32)
        assert not kernels.widens(torch.bfloat16)
        assert not kernels.gains(torch.zeros(96, 96), int8=False, rows=10)
    finally:
        monkeypatch.undo()
        kernels.packs.cache_clear()
        kernels.widens.cache_clear()
