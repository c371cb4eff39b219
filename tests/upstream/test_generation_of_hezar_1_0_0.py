"""Models saved here generate the same texts in Hezar 1.0.0, and those saved there the same here.

See `test_hezar_1_0_0` for the environment.
"""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

import pytest
import torch
from PIL import Image

from hezar_models import Model
from tiny_models import ROW_GENERATORS, VISION_MODELS, inputs_for, tiny_model

PYTHON = os.environ.get("HEZAR_UPSTREAM_PYTHON")
pytestmark = [
    pytest.mark.upstream,
    pytest.mark.skipif(PYTHON is None, reason="HEZAR_UPSTREAM_PYTHON names no interpreter with Hezar 1.0.0"),
]
PUBLISHED = {
    "num_beams": 4,
    "early_stopping": True,
    "length_penalty": 2.0,
    "no_repeat_ngram_size": 3,
    "decoder_start_token_id": 0,
    "bos_token_id": 0,
    "eos_token_id": 2,
    "pad_token_id": 1,
}
#: Of models that read images: the published search, and the best token each time.
CAPTIONS: list[dict[str, Any]] = [
    {"generation": {**PUBLISHED, "max_length": 14}},
    {"generation": {**PUBLISHED, "num_beams": 1, "early_stopping": False, "max_new_tokens": 14}},
]
#: Name → the config fields of the models that are compared.
VARIANTS: dict[str, list[dict[str, Any]]] = {
    "gpt2_text_generation": [
        {},
        {
            "generation": {
                "max_new_tokens": 12,
                "num_beams": 4,
                "early_stopping": True,
                "length_penalty": 2.0,
                "no_repeat_ngram_size": 3,
                "bos_token_id": 0,
                "eos_token_id": 2,
                "pad_token_id": 1,
            }
        },
        {"generation": {"max_new_tokens": 12, "bos_token_id": 0, "eos_token_id": 2, "pad_token_id": 1}},
    ],
    "trocr_image2text": CAPTIONS,
    "vit_roberta_image2text": CAPTIONS,
    "vit_gpt2_image2text": CAPTIONS,
    "beit_roberta_image2text": CAPTIONS,
    "t5_text_generation": [
        {},
        {"max_length": 15, "min_length": 4},
        {"feed_forward_proj": "relu", "max_length": 12, "input_prefix": "خلاصه کن: "},
        {"feed_forward_proj": "relu", "max_length": 12, "tie_word_embeddings": True},
    ],
}
CASES = [(name, number) for name in ROW_GENERATORS for number in range(len(VARIANTS[name]))]
#: Loads each model, answers, and saves it again.
ANSWER = """
import json, sys
from hezar.models import Model

answers = {}
for name, inputs in json.load(open("jobs.json")).items():
    model = Model.load(name, load_locally=True)
    model.save("theirs_" + name)
    answers[name] = []
    for one in inputs:
        model = Model.load(name, load_locally=True)  # a call leaves its options in the config
        answers[name].append(model.predict([one])[0]["text"])
json.dump(answers, open("answers.json", "w"))
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, dict[str, list[str]], dict[str, Any]]:
    """A folder with models of theirs, their answers, and our models."""
    folder = tmp_path_factory.mktemp("models")
    models, jobs = {}, {}
    for name, number in CASES:
        model = models[f"{name}_{number}"] = tiny_model(name, seed=number, **VARIANTS[name][number])
        model.save(folder / f"{name}_{number}", filename="model.pt")
        jobs[f"{name}_{number}"] = given(name, folder)
    (folder / "jobs.json").write_text(json.dumps(jobs), encoding="utf-8")
    done = subprocess.run(
        [str(PYTHON), "-c", ANSWER], cwd=folder, capture_output=True, text=True, check=False, timeout=280
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "mismatch" not in done.stderr.lower(), done.stderr
    return folder, json.loads((folder / "answers.json").read_text(encoding="utf-8")), models


def given(name: str, folder: Any) -> list[str]:
    """Return texts, or the names of files with pictures."""
    if name not in VISION_MODELS:
        return inputs_for(name)
    for number, picture in enumerate(inputs_for(name)):
        Image.fromarray(picture).save(folder / f"{number}.png")
    return [str(folder / f"{number}.png") for number in range(len(inputs_for(name)))]


@pytest.mark.parametrize(("name", "number"), CASES)
def test_texts_are_theirs(name: str, number: int, answers: Any) -> None:
    folder, theirs, models = answers
    ours = [result.text for result in models[f"{name}_{number}"].predict(given(name, folder))]
    assert ours == theirs[f"{name}_{number}"]
    assert len(set(ours)) > 2


@pytest.mark.parametrize(("name", "number"), CASES)
def test_models_saved_there_load_here(name: str, number: int, answers: Any) -> None:
    folder, theirs, models = answers
    again, ours = Model.load(folder / f"theirs_{name}_{number}"), models[f"{name}_{number}"]
    assert [result.text for result in again.predict(given(name, folder))] == theirs[f"{name}_{number}"]
    assert again.state_dict().keys() == ours.state_dict().keys()
    for key, tensor in ours.state_dict().items():
        torch.testing.assert_close(again.state_dict()[key], tensor, rtol=0, atol=0)
