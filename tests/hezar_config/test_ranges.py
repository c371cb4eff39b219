"""Ranges of fields: checked with the type, and written into the JSON Schema."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Annotated, Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hezar_config import ConfigValidationError, ModelConfig, TrainerConfig
from hezar_config.ranges import FilePath, Finite, Layers, Range, Share, Size, ranges_of
from hezar_models.architectures.vision_encoder_decoder.parts import BeitEncoderConfig, RobertaDecoderConfig
from hezar_registry import (
    datasets_registry,
    embeddings_registry,
    metrics_registry,
    models_registry,
    preprocessors_registry,
)


@dataclass
class RangedConfig(ModelConfig):
    name = "ranged"

    width: Size = 8
    depth: Layers = 2
    dropout: Share | None = None
    amount: Annotated[int | float, Range(above=0)] | None = None
    means: list[Finite] | None = None
    folder: FilePath = "runs"


@pytest.mark.parametrize(
    "values",
    [
        {"width": 0}, {"width": -1}, {"width": 10**9}, {"depth": 10**9}, {"dropout": math.nan}, {"dropout": 1.01},
        {"dropout": -math.inf}, {"amount": 0}, {"amount": 0.0}, {"amount": math.nan}, {"amount": math.inf},
        {"means": [0.0, math.nan]}, {"folder": "a/" + "x" * 201}, {"folder": "آ" * 150},
    ],
)  # fmt: skip
def test_values_out_of_range_name_the_field(values: dict[str, Any]) -> None:
    [field] = values
    with pytest.raises(
        ConfigValidationError, match=f"model_config.yaml: invalid RangedConfig: {field}.*: expected .*; found"
    ):
        RangedConfig.from_dict(values, source="model_config.yaml")
    with pytest.raises(ConfigValidationError, match=field):
        RangedConfig().update(values)


@given(st.floats(0, 1), st.integers(1, 2**20))
def test_values_in_range_stay(dropout: float, width: int) -> None:
    config = RangedConfig.from_dict({"dropout": dropout, "width": width, "amount": dropout + 1})
    assert (config.dropout, config.width) == (dropout, width)


def test_ranges_are_in_the_schema() -> None:
    properties = RangedConfig.json_schema()["$defs"]["RangedConfig"]["properties"]
    assert properties["width"] == {"type": "integer", "minimum": 1, "maximum": 2**20, "default": 8}
    assert {"type": "number", "minimum": 0, "maximum": 1} in properties["dropout"]["anyOf"]
    assert str(properties["amount"]).count("'exclusiveMinimum': 0") == 2
    assert TrainerConfig.json_schema()["$defs"]["TrainerConfig"]["properties"]["batch_size"]["minimum"] == 1


@pytest.mark.parametrize("name", ["bert", "roberta", "distilbert", "vit", "gpt2_text_generation", "t5_text_generation"])
def test_sizes_of_published_configs_have_ranges(name: str) -> None:
    config_class: Any = models_registry[name].config_class
    layers = {"num_hidden_layers", "n_layers", "n_layer", "num_layers"} & set(config_class.fields())
    for field in layers:
        with pytest.raises(ConfigValidationError, match=f"{field}: expected a number at least 0 and at most 1,000"):
            config_class.from_dict({field: 10**9})


# Numbers that may be anything: class ids, lengths for which published files have 10**30, weights of a metric.
WITHOUT_RANGE = {"id2label", "ignore_index", "pos_label", "sample_weight", "zero_division", "max_length", "save_freq"}
CONFIGS = {
    entry.config_class
    for registry in (datasets_registry, embeddings_registry, metrics_registry, models_registry, preprocessors_registry)
    for entry in registry.values()
    if entry.config_class is not None
} | {BeitEncoderConfig, RobertaDecoderConfig, TrainerConfig}


@pytest.mark.parametrize("config_class", sorted(CONFIGS, key=lambda found: found.__name__))
def test_every_number_of_a_config_has_a_range(config_class: Any) -> None:
    hints = get_type_hints(config_class, include_extras=True)
    for field in set(config_class.fields()) - WITHOUT_RANGE:
        if re.search(r"\b(int|float)\b", str(hints[field])):
            assert any(ranges_of(hints[field])), field
