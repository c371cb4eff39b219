"""Every helper of `hezar.utils` against what Hezar 1.0.0 answered."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image

from golden_replay import case_id, cases, replay
from hezar import utils


def named(a: Any, b: Any = 2, *args: Any, c: Any = 3, **kwargs: Any) -> None:
    """What the recorded calls of `sanitize_function_parameters` are about."""


@pytest.mark.parametrize("case", cases("utils"), ids=case_id)
def test_golden(case: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch")
    monkeypatch.chdir(case)
    containers = {"numpy": np.asarray, "torch": torch.tensor}
    recorded = iter(replayed_calls(case))
    batch: dict[str, Any] = {}

    def call(_: Any, method: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        label = next(recorded).get("label")
        if method == "shift_tokens_right" and label in containers:
            args = [containers[label](args[0])]
        elif method == "sanitize_function_parameters":
            args = [named, *args]
        elif method == "convert_batch_dict_dtype":  # one batch went through all of these calls, and stayed converted
            batch.update({} if batch else args[0])
            args = [batch, *args[1:]]
        elif method == "spectrogram":  # the case leaves these out
            kwargs = {"window": utils.window_function(64), "frame_length": 64, "hop_length": 32} | kwargs
        elif method in ("draw_boxes", "crop_boxes"):
            args = [utils.load_image("inputs/a.png"), *args]
        result = getattr(utils, method)(*args, **kwargs)
        if method == "crop_boxes":
            return [np.asarray(crop) for crop in result]
        return np.asarray(result) if isinstance(result, Image.Image) else result

    assert replay(case, lambda folder, init: None, call) == len(replayed_calls(case))


def replayed_calls(case: Any) -> list[dict[str, Any]]:
    """Return the recorded calls of a case; none of them is left out."""
    import json

    calls: list[dict[str, Any]] = json.loads((case / "expected.json").read_text(encoding="utf-8"))["calls"]
    assert not any("upstream_bug" in call for call in calls)
    return calls
