"""Parity of models with Hezar 1.0.0: one checker for every implemented model; a new case is only a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from golden_replay import GOLDEN, assert_matches, case_id, cases, load_tensors, meta, replay, tolerance
from hezar_models import Model, build_model
from hezar_registry import UnknownKeywordError, models_registry

# Calls on which the design asks for something else than upstream, by their label, each with a test of ours.
DEVIATIONS = {
    "unknown keyword only warns": "an unknown keyword is an error: test_unknown_keywords_are_errors",
}
RAGGED_BACKBONE = {"ragged batch": "one padded tensor: test_ragged_backbone_rows_equal_single_ones"}


def implemented(kind: str) -> list[Path]:
    return [case for case in cases(kind) if (case / "model").is_dir() and models_registry[_name(case)].implemented]


def _name(case: Path) -> str:
    own = meta(case)
    return own.get("registry_name") or meta(GOLDEN / own["same_weights_as"])["registry_name"]


def call(model: Model, method: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    # A bare array that is predicted is a picture, which stays one.
    given = [arg if method == "predict" and isinstance(arg, np.ndarray) else as_tensors(arg) for arg in args]
    return getattr(model, method)(*given, **kwargs)


def as_tensors(value: Any) -> Any:
    """Return what a network is given: arrays as tensors, and all that a mapping holds."""
    if isinstance(value, dict):
        return {key: torch.as_tensor(item) for key, item in value.items()}
    return torch.as_tensor(value) if isinstance(value, np.ndarray) else value


def recorded_calls(case: Path) -> list[dict[str, Any]]:
    path = case / "expected.json"
    return json.loads(path.read_text(encoding="utf-8"))["calls"] if path.exists() else []


def deviations(case: Path) -> dict[tuple[str, int], str]:
    by_label = DEVIATIONS | (RAGGED_BACKBONE if meta(case).get("task") == "backbone" else {})
    return {
        (case.name, recorded["id"]): by_label[recorded["label"]]
        for recorded in recorded_calls(case)
        if recorded.get("label") in by_label
    }


@pytest.mark.parametrize("case", implemented("model"), ids=case_id)
@pytest.mark.filterwarnings("ignore:Attention maps")
def test_calls(case: Path):
    assert replay(case, lambda folder, init: Model.load(folder, **init), call, deviations(case))


@pytest.mark.parametrize("case", implemented("legacy_checkpoint"), ids=case_id)
def test_old_checkpoints_give_the_same_answers(case: Path):
    ordinary = Model.load(GOLDEN / meta(case)["same_weights_as"] / "model", load_preprocessor=False).state_dict()
    old = Model.load(case / "model", load_preprocessor=False).state_dict()
    assert old.keys() == ordinary.keys()
    for name, tensor in old.items():
        torch.testing.assert_close(tensor, ordinary[name], rtol=0, atol=0)
    if recorded_calls(case):
        assert replay(case, lambda folder, init: Model.load(folder, **init), call, deviations(case))
    else:
        check_forward(case)


@pytest.mark.parametrize("case", implemented("model"), ids=case_id)
def test_forward_and_loss(case: Path):
    check_forward(case)


def check_forward(case: Path) -> None:
    """Compare what `forward` computes of every recorded batch, and the loss of it."""
    tensors = {name: torch.from_numpy(array) for name, array in load_tensors(case).items()}
    model = Model.load(case / "model", load_preprocessor=False)
    batches = {name.split(".")[1] for name in tensors if name.startswith("forward.")}
    assert batches
    for batch in batches:
        inputs, wanted = (part(tensors, f"forward.{batch}.{side}.") for side in ("in", "out"))
        assert wanted
        with torch.inference_mode():
            outputs = model(**inputs, output_hidden_states=True)
        for key, expected in wanted.items():
            name, dot, index = key.partition(".")
            got, want = outputs[name][int(index)] if dot else outputs[name], expected
            real = inputs.get("attention_mask")
            if real is not None and want.shape[:2] == real.shape:  # what padding attends to is nobody's business
                got, want = got[real.bool()], want[real.bool()]
            torch.testing.assert_close(got, want, **tolerance(case), msg=lambda message, key=key: f"{key}: {message}")
        if "loss.out" in tensors:
            labels = {"labels": inputs.get("labels"), **part(tensors, "loss.in.")}
            logits = outputs["logits"]
            if "loss.logits_from_labels" in tensors:  # of labels that the decoder reads itself
                read = {key: value for key, value in inputs.items() if not key.startswith("decoder")}
                logits = model(**read, labels=labels["labels"])["logits"]
                torch.testing.assert_close(logits, tensors["loss.logits_from_labels"], **tolerance(case))
            loss = model.compute_loss(logits, **labels)
            torch.testing.assert_close(loss, tensors["loss.out"], **tolerance(case))


def part(tensors: dict[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


@pytest.mark.parametrize("case", implemented("model"), ids=case_id)
def test_weight_names_are_the_published_ones(case: Path):
    published = json.loads((case / "state_dict.json").read_text(encoding="utf-8"))
    model = Model.load(case / "model", load_preprocessor=False)
    ours = {name: list(tensor.shape) for name, tensor in model.state_dict().items()}
    assert ours == {name: shape for name, shape, _ in published}


@pytest.mark.parametrize(
    "case", [case for case in implemented("model") if meta(case)["task"] == "backbone"], ids=case_id
)
def test_ragged_backbone_rows_equal_single_ones(case: Path):
    recorded = [one for one in recorded_calls(case) if one.get("label") == "ragged batch"]
    for one in recorded:
        hidden = Model.load(case / "model").predict(*one["args"])["last_hidden_state"]
        for row, want in zip(hidden, one["want"], strict=True):
            length = want["shape"][0]
            assert_matches(row[:length], want, load_tensors(case), **tolerance(case))
            assert not row[length:].any()


def test_unknown_keywords_are_errors():
    model = Model.load(GOLDEN / "model_bert_text_classification/model")
    with pytest.raises(UnknownKeywordError, match="'nonsense'"):
        model.predict("سلام", nonsense=1)
    with pytest.raises(UnknownKeywordError, match="Did you mean 'top_k'"):
        model.predict("سلام", topk=1)


def test_backbone_weights_start_a_task_model():
    expected = json.loads((GOLDEN / "legacy_backbone_to_head/expected.json").read_text(encoding="utf-8"))
    source = GOLDEN / expected["backbone_case"] / "model"
    backbone = Model.load(source)
    model = build_model(expected["target"], backbone.config.replace().to_dict() and _task_config(backbone, expected))
    head = {name: tensor.clone() for name, tensor in model.state_dict().items() if not name.startswith("bert.")}
    report = model.init_from_backbone(source)
    assert sorted(report.loaded) == sorted(expected["keys_taken_from_backbone"])
    assert sorted(report.missing) == sorted(head)
    for name, tensor in model.state_dict().items():
        torch.testing.assert_close(tensor, head.get(name, backbone.state_dict().get(name)), rtol=0, atol=0)


def _task_config(backbone: Model, expected: dict) -> Any:
    config_class = models_registry[expected["target"]].config_class
    values = {key: value for key, value in backbone.config.to_dict().items() if key != "task"}
    return config_class.from_dict(values, id2label={0: "a", 1: "b"})


def test_numpy_is_not_needed_for_equal_answers():
    """Answers are plain Python values, not tensors or numpy scalars."""
    model = Model.load(GOLDEN / "model_bert_text_classification/model")
    [[answer]] = model.predict("سلام")
    assert type(answer.score) is float
    assert not isinstance(answer.label, np.generic)
