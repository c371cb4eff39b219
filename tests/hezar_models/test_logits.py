"""A model that computes no numbers does not answer."""

from __future__ import annotations

import pytest
import torch

from golden_replay import GOLDEN
from hezar_models import LogitsError, Model

TASKS = {
    "bert_text_classification": "سلام",
    "bert_sequence_labeling": "سلام",
    "bert_mask_filling": "سلام [MASK]",
}


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
@pytest.mark.parametrize("task", TASKS)
def test_nan_is_no_label(task, value):
    model = Model.load(GOLDEN / f"model_{task}" / "model")
    model.predict(TASKS[task])
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(value)
    with pytest.raises(LogitsError, match="in float32"):
        model.predict(TASKS[task])
