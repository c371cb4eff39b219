"""Both directions against Hezar 1.0.0 itself, in an environment of its own, through a loopback Hub.

Run on demand: make the environment, then name its interpreter::

    uv venv .upstream --python 3.11
    uv pip install --python .upstream/bin/python "hezar[nlp]==1.0.0" transformers==5.3.0 requests
    HEZAR_UPSTREAM_PYTHON=.upstream/bin/python uv run pytest -m upstream
"""

from __future__ import annotations

import json
import os
import subprocess

import pytest

from hezar_models import Model
from tiny_models import TEXTS, tiny_model

PYTHON = os.environ.get("HEZAR_UPSTREAM_PYTHON")
pytestmark = [
    pytest.mark.upstream,
    pytest.mark.skipif(PYTHON is None, reason="HEZAR_UPSTREAM_PYTHON names no interpreter with Hezar 1.0.0"),
]
LOAD = """
import json, sys
from hezar.models import Model
model = Model.load("tester/ours")
answers = [model.predict([text], top_k=3)[0] for text in json.loads(sys.argv[1])]
print("ANSWERS", json.dumps([[[o["label"], float(o["score"])] for o in row] for row in answers]))
model.push_to_hub("tester/theirs")
"""


def test_ours_loads_in_theirs_and_theirs_in_ours(hub):
    ours = tiny_model("bert_text_classification")
    ours.push_to_hub("tester/ours", filename="model.pt")
    done = subprocess.run(
        [str(PYTHON), "-c", LOAD, json.dumps(TEXTS)], capture_output=True, text=True, check=False, timeout=280
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "mismatch" not in done.stderr.lower(), done.stderr
    theirs = json.loads(next(line for line in done.stdout.splitlines() if line.startswith("ANSWERS"))[8:])
    for model in (ours, Model.load("tester/theirs")):
        for got, want in zip(model.predict(TEXTS, top_k=3), theirs, strict=True):
            assert [answer.label for answer in got] == [label for label, _ in want]
            assert [answer.score for answer in got] == pytest.approx([score for _, score in want], abs=1e-5)
