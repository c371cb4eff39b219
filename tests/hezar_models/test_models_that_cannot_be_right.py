"""A model that cannot be right does not answer; one that is only old does."""

from __future__ import annotations

import re

import pytest
import torch
from safetensors.torch import load_file, save_file

from hezar_config import ConfigError
from hezar_models import LogitsError, Model, build_model
from hezar_registry import models_registry
from tiny_models import IMPLEMENTED, TEXTS, tiny_model

LABELLING = [n for n in IMPLEMENTED if models_registry[n].task in ("text_classification", "sequence_labeling")]
ANSWERING = [*LABELLING, *(n for n in IMPLEMENTED if models_registry[n].task == "mask_filling")]


@pytest.mark.parametrize("name", LABELLING)
@pytest.mark.parametrize(
    ("labels", "advice"),
    [
        ({"id2label": {1: "a", 2: "b"}, "num_labels": None}, "id2label={0: 'a', 1: 'b'}."),
        ({"id2label": {0: "a", 2: "b"}, "num_labels": 2}, "id2label={0: 'a', 1: 'b'}."),
        ({"id2label": {0: "a"}, "num_labels": 2}, "num_labels=1."),
        ({"id2label": {0: "a", 1: "b", 2: "c"}, "num_labels": 2}, "num_labels=3."),
    ],
)
def test_labels_are_those_of_the_outputs(name, labels, advice, tmp_path):
    with pytest.raises(ConfigError, match=f"class ids 0 to 1; .*{re.escape(advice)}$"):
        build_model(name, tiny_model(name).config.replace(**labels))
    tiny_model(name).save(tmp_path, save_preprocessor=False)
    with pytest.raises(ConfigError, match="class ids 0 to 1"):
        Model.load(tmp_path, **labels)


def test_numbers_alone_are_labels():
    config = tiny_model("bert_text_classification").config.replace(num_labels=2, id2label=None)
    assert build_model("bert_text_classification", config).config.num_labels == 2


@pytest.mark.parametrize("name", ANSWERING)
@pytest.mark.parametrize(("value", "says"), [(float("nan"), "NaN"), (float("inf"), "infinite")])
def test_no_answer_of_nan(name, value, says):
    model = tiny_model(name)
    with torch.no_grad():
        list(model.parameters())[-1].fill_(value)
    texts = [text.replace("[MASK]", "") for text in TEXTS]
    if models_registry[name].task == "mask_filling":
        texts = [f"{texts[1]} {model.preprocessor.tokenizer.mask_token}"]
    with pytest.raises(LogitsError, match=f"The logits of .* are (NaN|{says}) in float32"):
        model.predict(texts)
    model.predict(texts, post_process=False)  # raw numbers are what they are


def test_a_class_may_be_impossible():
    """A single -inf says that something cannot be; the answer is among the others."""
    model = tiny_model("bert_text_classification")
    with torch.no_grad():
        model.classifier.bias[0] = float("-inf")
    [[answer]] = model.predict(TEXTS[1])
    assert answer.label != model.config.id2label[0]


@pytest.mark.parametrize("name", ["bert_text_classification", "bert_mask_filling", "distilbert", "roberta"])
def test_old_names_of_layer_norms(name, tmp_path):
    """BERT files of 2018 have gamma and beta, as TensorFlow has."""
    model = tiny_model(name)
    model.save(tmp_path)
    path = tmp_path / "model.safetensors"
    old = {re.sub(r"(?i)(layer_?norm)\.weight$", r"\1.gamma", key): t for key, t in load_file(path).items()}
    old = {re.sub(r"(?i)(layer_?norm)\.bias$", r"\1.beta", key): t for key, t in old.items()}
    assert any(key.endswith("gamma") for key in old)
    save_file(old, path)
    loaded = Model.load(tmp_path)
    for key, tensor in model.state_dict().items():
        assert torch.equal(loaded.state_dict()[key], tensor), key
    assert not any(key.endswith((".gamma", ".beta")) for key in loaded.state_dict())
    if loaded.backbone:
        report = tiny_model(name, seed=1).init_from_backbone(tmp_path)
        assert any(key.endswith("gamma") for key in report.renamed)
