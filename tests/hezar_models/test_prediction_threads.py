"""Threads and processes that share a model."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import torch

from hezar_models.prediction import session
from tiny_models import tiny_model


@pytest.mark.parametrize("name", ["bert_text_classification", "gpt2_text_generation"])
def test_eight_threads_on_a_model_in_training_mode(name: str) -> None:
    model: Any = tiny_model(name)
    model.train()
    network = {} if not model.is_generative else {"max_new_tokens": 4, "num_beams": 1, "do_sample": False}
    threads = torch.get_num_threads()

    def answer(number: int) -> list[Any]:
        ids = torch.tensor([[1 + number % 7, 5, 6, 7]])
        outputs = model.predict(
            {"token_ids": ids, "attention_mask": torch.ones_like(ids)},
            preprocess=False, post_process=False, num_threads=1 + number % 2, **network,
        )  # fmt: skip
        return (outputs if isinstance(outputs, torch.Tensor) else outputs["logits"]).tolist()

    expected = [answer(number) for number in range(7)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(answer, range(96)))
    for number, result in enumerate(found):
        assert torch.allclose(torch.tensor(result), torch.tensor(expected[number % 7]), atol=1e-5)
    assert model.training
    assert all(part.training for part in model.modules())
    assert torch.get_num_threads() == threads


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this platform")
def test_a_forked_child_is_told_what_to_do() -> None:
    code = (
        "import os, torch\n"
        "from hezar_models.errors import ForkedProcessError\n"
        "from hezar_models.prediction.session import cpu_threads\n"
        "with cpu_threads(2): (torch.ones(400, 400) @ torch.ones(400, 400)).sum()\n"
        "torch.set_num_threads(2)\n"
        "if os.fork() == 0:\n"
        "    try:\n"
        "        with cpu_threads(None): pass\n"
        "    except ForkedProcessError:\n"
        "        torch.set_num_threads(1)\n"
        "        with cpu_threads(None): os._exit(7)\n"
        "    os._exit(1)\n"
        "print(os.waitstatus_to_exitcode(os.wait()[1]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["7"]


def test_one_thread_is_always_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session._Threads, "lost", True)
    session.check_threads(1)
    with pytest.raises(session.ForkedProcessError, match="spawn"):
        session.check_threads(2)
