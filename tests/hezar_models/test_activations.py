"""Activation functions, by the names that published configs use."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable

import pytest
import torch

from hezar_models import build_model
from hezar_models.layers.activations import ACTIVATIONS, get_activation
from hezar_registry import UnknownNameError
from tiny_models import tiny_model

SAMPLES = (-30.0, -2.5, -1.0, -0.1, 0.0, 0.3, 1.0, 2.0, 7.0, 30.0)


def gelu(x: float) -> float:
    return x * (1 + math.erf(x / math.sqrt(2))) / 2


def tanh_gelu(x: float) -> float:
    return x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))) / 2


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def mish(x: float) -> float:
    return x * math.tanh(math.log1p(math.exp(x)))


DEFINITIONS: dict[str, Callable[[float], float]] = {
    "gelu": gelu,
    "gelu_10": lambda x: min(max(gelu(x), -10), 10),
    "gelu_accurate": tanh_gelu,
    "gelu_fast": tanh_gelu,
    "gelu_new": tanh_gelu,
    "gelu_python": gelu,
    "gelu_pytorch_tanh": tanh_gelu,
    "leaky_relu": lambda x: x if x > 0 else 0.01 * x,
    "linear": lambda x: x,
    "mish": mish,
    "quick_gelu": lambda x: x * sigmoid(1.702 * x),
    "relu": lambda x: max(x, 0.0),
    "relu2": lambda x: max(x, 0.0) ** 2,
    "relu6": lambda x: min(max(x, 0.0), 6.0),
    "sigmoid": sigmoid,
    "silu": lambda x: x * sigmoid(x),
    "swish": lambda x: x * sigmoid(x),
    "tanh": math.tanh,
}


def test_every_name_is_defined_here():
    assert DEFINITIONS.keys() == ACTIVATIONS.keys()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_definitions(name: str):
    got = get_activation(name)(torch.tensor(SAMPLES, dtype=torch.float64))
    torch.testing.assert_close(got, torch.tensor([DEFINITIONS[name](x) for x in SAMPLES], dtype=torch.float64))
    assert pickle.loads(pickle.dumps(get_activation(name)))(torch.ones(1)) == get_activation(name)(torch.ones(1))


def test_a_model_uses_the_activation_of_its_config():
    ids = torch.tensor([[2, 5, 7, 3]])
    model = tiny_model("bert")
    for name in ("swish", "gelu_fast"):
        other = build_model("bert", model.config, hidden_act=name).eval()
        other.load_state_dict(model.state_dict())
        assert not torch.equal(other(ids)["last_hidden_state"], model(ids)["last_hidden_state"])


def test_an_unknown_name():
    with pytest.raises(UnknownNameError, match="Did you mean 'gelu_new'"):
        get_activation("gelu_nwe")
