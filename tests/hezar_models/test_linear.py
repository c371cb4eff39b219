"""Linear layers: the same numbers whatever computes them, and never those of old weights."""

from __future__ import annotations

import copy
import pickle
import threading
from contextlib import nullcontext

import pytest
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from hypothesis import given, settings
from hypothesis import strategies as st

from hezar_models.layers import kernels
from hezar_models.layers.linear import Linear, project, quantize_linears, weights_are_fixed


@pytest.fixture
def packing(monkeypatch):
    """Have packed float32 weights for any layer and any number of rows, as with AVX-512 and large layers."""
    if not kernels.packs(torch.float32):
        pytest.skip("needs oneDNN")
    monkeypatch.setattr(kernels, "has_avx512", lambda: True)
    monkeypatch.setitem(kernels.MIN_PACKED_ROWS, torch.float32, 1)
    monkeypatch.setitem(kernels.MIN_PACKED_WORK, torch.float32, 0)


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
        assert module._choice.kernel.packed is not None
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
    assert other._choice is None
    torch.testing.assert_close(predict(other, inputs), want, rtol=0, atol=0)


def test_gradients_and_training_are_torchs(packing):
    module = layer()
    quantize_linears(module)
    inputs = torch.randn(5, 96, requires_grad=True)
    torch.testing.assert_close(module(inputs), F.linear(inputs, module.weight, module.bias), rtol=0, atol=0)
    module(inputs).sum().backward()
    assert module._choice is None
    assert module.weight.grad is not None


def test_autocast_is_torchs(packing):
    module = layer().eval()
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        assert module(torch.randn(5, 96)).dtype is torch.bfloat16


def test_many_threads_pack_once(packing, monkeypatch):
    made = []
    original = kernels.PackedKernel._reorder

    def counted(self):
        made.append(1)
        return original(self)

    monkeypatch.setattr(kernels.PackedKernel, "_reorder", counted)
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


@settings(max_examples=60, deadline=None)
@given(
    rows=st.integers(0, 70),
    inputs=st.integers(1, 130),
    outputs=st.integers(1, 130),
    dtype=st.sampled_from([torch.float32, torch.bfloat16, torch.float16]),
    bias=st.booleans(),
    once=st.booleans(),
    strided=st.booleans(),
)
def test_any_shape_and_precision_is_near_the_exact_result(rows, inputs, outputs, dtype, bias, once, strided):
    torch.manual_seed(rows)
    module = Linear(inputs, outputs, bias=bias).to(dtype)
    batch = torch.randn(rows, 2 * inputs).to(dtype)[:, ::2] if strided else torch.randn(rows, inputs).to(dtype)
    exact = F.linear(batch.double(), module.weight.double(), None if module.bias is None else module.bias.double())
    with torch.inference_mode(), weights_are_fixed() if once else nullcontext():
        got = module(batch)
    assert got.dtype is dtype
    assert got.shape == (rows, outputs)
    torch.testing.assert_close(
        got.double(), exact.detach(), rtol=8 * torch.finfo(dtype).eps, atol=4 * torch.finfo(dtype).eps
    )


@settings(max_examples=50, deadline=None)
@given(
    rows=st.integers(1, 20),
    features=st.integers(1, 200),
    scale=st.sampled_from([1e-12, 1e-6, 1.0, 1e6]),
    offset=st.sampled_from([0.0, 3.0]),
    dtype=st.sampled_from([torch.float32, torch.bfloat16]),
)
def test_quantized_rows_are_within_half_a_step(rows, features, scale, offset, dtype):
    inputs = ((torch.randn(rows, features) + offset) * scale).to(dtype)
    quantized = kernels.QuantizedRows.of(inputs)
    back = quantized.values * quantized.scale + quantized.terms[:, 1:]
    error = (back - inputs.float()).abs()
    assert bool((error <= quantized.scale * 0.501 + 1e-6 * inputs.float().abs() + 1e-8).all())
    assert bool((quantized.terms[:, 0] == 1).all())


def test_rows_are_quantized_alike_in_one_go_and_in_steps():
    if not kernels._is_x86():
        pytest.skip("needs FBGEMM")
    rows = torch.cat([torch.randn(6, 101), torch.zeros(1, 101), torch.full((1, 101), -3.0)])
    (fast, fast_terms), (slow, slow_terms) = kernels._quantize_at_once(rows), kernels._quantize_in_steps(rows)
    torch.testing.assert_close(slow_terms, fast_terms, rtol=1e-6, atol=0)
    # A value in the middle of two steps may go to either.
    assert int((slow.int() - fast.int()).abs().max()) <= 1
    assert float((slow != fast).float().mean()) < 0.01


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
def test_many_rows_are_torchs_without_avx512(packing, rows, monkeypatch):
    monkeypatch.setattr(kernels, "has_avx512", lambda: False)
    module, inputs = layer(), torch.randn(rows, 96)
    torch.testing.assert_close(predict(module, inputs), module(inputs).detach(), rtol=1e-5, atol=1e-5)
    assert (module._choice.kernel.packed is not None) == (rows <= kernels.MAX_PACKED_ROWS)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_few_rows_are_torchs_and_need_no_packed_weights(dtype):
    if not kernels.packs(dtype):
        pytest.skip("needs packed weights of this precision")
    module = Linear(1024, 4096).to(dtype)
    fewest, _ = kernels.packed_rows(module.weight)
    assert fewest == kernels.MIN_PACKED_ROWS[dtype]
    for rows in range(1, fewest):
        inputs = torch.randn(rows, 1024).to(dtype)
        want = F.linear(inputs, module.weight, module.bias).detach()
        torch.testing.assert_close(predict(module, inputs), want, rtol=0, atol=0)
    assert module._choice.kernel.packed is None
    predict(module, torch.randn(fewest, 1024).to(dtype))
    assert module._choice.kernel.packed is not None


def test_small_layers_are_packed_for_many_rows_only():
    fewest, _ = kernels.packed_rows(torch.empty(64, 64))
    assert fewest == kernels.MIN_PACKED_WORK[torch.float32] // 64**2


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
        assert kernels.kernel_for(torch.zeros(96, 96), None, int8=False) is None
    finally:
        monkeypatch.undo()
        kernels.packs.cache_clear()
        kernels.widens.cache_clear()


# Weights that are looked at once --------------------------------------------------------------------------------------


def model_of(dtype=torch.float32, int8: bool = False) -> torch.nn.Sequential:
    torch.manual_seed(0)
    model = torch.nn.Sequential(Linear(96, 128), torch.nn.GELU(), Linear(128, 96), Linear(96, 3)).to(dtype).eval()
    if int8:
        quantize_linears(model)
    return model


@pytest.mark.parametrize("rows", [1, 3, 64])
@pytest.mark.parametrize("int8", [False, True])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_fixed_weights_compute_the_same(packing, dtype, int8, rows):
    model, inputs = model_of(dtype, int8), torch.randn(rows, 96).to(dtype)
    want = predict(model, inputs)
    with torch.inference_mode(), weights_are_fixed():
        got = model(inputs)
        assert model(inputs[:0]).shape == (0, 3)
    torch.testing.assert_close(got, want, rtol=0, atol=0)


def test_within_the_context_weights_are_looked_at_once(packing, monkeypatch):
    model, inputs, looked = model_of(), torch.randn(5, 96), []
    original = Linear._choose
    monkeypatch.setattr(Linear, "_choose", lambda self: looked.append(self) or original(self))
    with torch.inference_mode(), weights_are_fixed():
        for _ in range(3):
            model(inputs)
        with weights_are_fixed():
            model(inputs)
        model(inputs)
    assert looked == [model[0], model[2], model[3]]
    predict(model, inputs)
    assert len(looked) == 6


def test_after_the_context_changed_weights_are_noticed(packing):
    model, inputs = model_of(), torch.randn(5, 96)
    with torch.inference_mode(), weights_are_fixed():
        before = model(inputs)
    with torch.no_grad():
        model[2].weight.mul_(2)
    want = model(inputs).detach()
    assert not torch.allclose(before, want)
    torch.testing.assert_close(predict(model, inputs), want, rtol=1e-5, atol=1e-5)
    with torch.inference_mode(), weights_are_fixed():
        torch.testing.assert_close(model(inputs), want, rtol=1e-5, atol=1e-5)


def test_another_thread_is_not_in_the_context(packing):
    """Whoever changes weights is not in it; so a thread beside it sees them as they are."""
    model, inputs, results = model_of(), torch.randn(5, 96), []
    with torch.inference_mode(), weights_are_fixed():
        model(inputs)
        thread = threading.Thread(target=lambda: results.append(model(inputs)))
        thread.start()
        thread.join()
    assert results[0].requires_grad


def test_two_threads_predict_with_one_model(packing):
    model, inputs = model_of(), torch.randn(5, 96)
    want, results = predict(model, inputs), []

    def work():
        for _ in range(20):
            with torch.inference_mode(), weights_are_fixed():
                results.append(model(inputs))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 80
    assert all(torch.equal(result, want) for result in results)


def test_the_context_does_nothing_where_kernels_are_not_used(packing):
    model, inputs = model_of(int8=True), torch.randn(5, 96)
    with weights_are_fixed():
        got = model(inputs)
    assert got.requires_grad
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16), weights_are_fixed():
        assert model(inputs).dtype is torch.bfloat16


def test_wrong_inputs_are_errors_in_the_context(packing):
    for model in (model_of(), model_of(int8=True)):
        with torch.inference_mode(), weights_are_fixed():
            model(torch.randn(5, 96))
            with pytest.raises(RuntimeError):
                model(torch.randn(5, 90))


# Several layers with the same inputs -----------------------------------------------------------------------------------


@pytest.mark.parametrize("int8", [False, True])
@pytest.mark.parametrize("shape", [(1, 96), (2, 7, 96)])
def test_layers_with_the_same_inputs_are_computed_together(packing, int8, shape, monkeypatch):
    layers = [layer(96, 64, seed=seed).eval() for seed in range(3)]
    for module in layers:
        module.int8 = int8
    inputs = torch.randn(shape)
    want = [predict(module, inputs) for module in layers]
    quantized = []
    original = kernels.quantizer_of_rows()
    monkeypatch.setattr(kernels, "quantizer_of_rows", lambda: lambda rows: quantized.append(1) or original(rows))
    with torch.inference_mode():
        got = project(layers, inputs)
    torch.testing.assert_close(got, want, rtol=0, atol=0)
    assert len(quantized) == int8


def test_layers_computed_together_are_called_where_somebody_listens(packing):
    layers = [layer(96, 64, seed=seed).eval() for seed in range(2)]
    heard = []
    layers[1].register_forward_hook(lambda module, args, output: heard.append(module))
    for module in layers:
        module.int8 = True
    with torch.inference_mode():
        project(layers, torch.randn(4, 96))
    assert heard == [layers[1]]


def test_layers_computed_together_have_gradients():
    layers = [layer(96, 64, seed=seed) for seed in range(2)]
    sum(part.sum() for part in project(layers, torch.randn(4, 96))).backward()
    assert all(module.weight.grad is not None for module in layers)
