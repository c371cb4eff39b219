"""Every encoder saved here must give the same answers in Hezar 1.0.0; see `test_hezar_1_0_0` for the environment."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tiny_models import ENCODERS, VISION_MODELS, inputs_for, tiny_model

PYTHON = os.environ.get("HEZAR_UPSTREAM_PYTHON")
pytestmark = [
    pytest.mark.upstream,
    pytest.mark.skipif(PYTHON is None, reason="HEZAR_UPSTREAM_PYTHON names no interpreter with Hezar 1.0.0"),
]
#: Options of `predict` by task; 1.0.0 is asked one input at a time, because it does not pad.
OPTIONS = {"mask_filling": {"top_k": 3}, "text_classification": {"top_k": 3}}
LABELING = {"return_offsets": True, "return_scores": True}
FIELDS = {
    # 1.0.0 has no `hidden_dim` in this config: its network is always 3,072 wide.
    "distilbert_sequence_labeling": {"hidden_dim": 3072},
    # The tokenizer here is not the one of RoBERTa, and 1.0.0 leaves out only what the config lists.
    "roberta_sequence_labeling": {"prediction_skip_tokens": ["[CLS]", "[SEP]"]},
}
ANSWER = """
import json, sys
from hezar.models import Model

def plain(value):
    if hasattr(value, "to_dict"):
        return plain(value.to_dict())
    if hasattr(value, "tolist"):
        return value.tolist()
    if hasattr(value, "items"):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, (list, tuple)) else value

answers = {}
for name, (inputs, options) in json.load(open("jobs.json")).items():
    model = Model.load(name, load_locally=True)
    answers[name] = [plain(model.predict([one], **options)) for one in inputs]
json.dump(answers, open("answers.json", "w"))
"""


def test_answers_are_theirs(tmp_path):
    models, jobs = {}, {}
    for name in ENCODERS:
        models[name] = tiny_model(name, **FIELDS.get(name, {}))
        models[name].save(tmp_path / name, filename="model.pt")
        inputs = [picture(tmp_path, i, one) if name in VISION_MODELS else one for i, one in enumerate(inputs_for(name))]
        task = models[name].config.get("task")
        jobs[name] = (inputs, LABELING if task == "sequence_labeling" else OPTIONS.get(task, {}))
    (tmp_path / "jobs.json").write_text(json.dumps(jobs), encoding="utf-8")
    done = subprocess.run(
        [str(PYTHON), "-c", ANSWER], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=280
    )
    assert done.returncode == 0, done.stderr[-3000:]
    answers = json.loads((tmp_path / "answers.json").read_text(encoding="utf-8"))
    for name, (inputs, options) in jobs.items():
        assert len(answers[name]) == len(inputs)
        for one, want in zip(inputs, answers[name], strict=True):
            compare(models[name].predict([one], **options), want, name)


def picture(folder: Any, number: int, pixels: np.ndarray) -> str:
    path = folder / f"{number}.png"
    Image.fromarray(pixels).save(path)
    return str(path)


def compare(got: Any, want: Any, where: str) -> None:
    if isinstance(want, dict):
        assert list(got.keys()) == list(want), where
        for key, value in want.items():
            compare(got[key], value, f"{where}.{key}")
    elif isinstance(want, list) and hasattr(got, "numpy"):
        np.testing.assert_allclose(got.numpy(), np.array(want), atol=2e-5, rtol=1e-4, err_msg=where)
    elif isinstance(want, list):
        assert len(got) == len(want), where
        for i, value in enumerate(want):
            compare(got[i], value, f"{where}[{i}]")
    elif isinstance(want, float):
        assert got == pytest.approx(want, abs=1e-5), where
    else:
        assert got == want, where
