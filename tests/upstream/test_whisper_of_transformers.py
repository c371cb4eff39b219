"""Whisper against `transformers`: logits, losses, ids of every kind of search, rules of time tokens, and alignment.

Run on demand, with interpreters that hold `transformers`; see `test_transformers` for how to make them::

    HEZAR_TRANSFORMERS_PYTHON=.transformers-5/bin/python \
        uv run pytest -m upstream tests/upstream/test_whisper_of_transformers.py -s
"""

from __future__ import annotations

import itertools
import json
import os
import random
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from hezar_models import build_model
from hezar_models.generation.rows import Rows
from hezar_models.speech.rules import SpeechTokens, TimeRules
from hezar_models.speech.word_times import median_filter, warping_path

PYTHONS = [path for path in os.environ.get("HEZAR_TRANSFORMERS_PYTHON", "").split(os.pathsep) if path]
pytestmark = [
    pytest.mark.upstream,
    pytest.mark.skipif(not PYTHONS, reason="HEZAR_TRANSFORMERS_PYTHON names no interpreter with transformers"),
]

TOLERANCE = 1e-5
SEEDS = range(5)
END, START, FIRST_LANGUAGE, TRANSLATE, TRANSCRIBE, NO_TIMES = 40, 41, 42, 45, 46, 49
VOCABULARY = NO_TIMES + 1 + 61
CONFIG: dict[str, Any] = {
    "vocab_size": VOCABULARY,
    "num_mel_bins": 12,
    "encoder_layers": 2,
    "decoder_layers": 3,
    "encoder_attention_heads": 2,
    "decoder_attention_heads": 4,
    "encoder_ffn_dim": 40,
    "decoder_ffn_dim": 36,
    "d_model": 24,
    "max_source_positions": 60,
    "max_target_positions": 32,
    "decoder_start_token_id": START,
    "pad_token_id": END,
    "bos_token_id": END,
    "eos_token_id": END,
}
GENERATION: dict[str, Any] = {
    "decoder_start_token_id": START,
    "pad_token_id": END,
    "bos_token_id": END,
    "eos_token_id": END,
    "lang_to_id": {"<|en|>": FIRST_LANGUAGE, "<|fa|>": FIRST_LANGUAGE + 1, "<|ar|>": FIRST_LANGUAGE + 2},
    "task_to_id": {"translate": TRANSLATE, "transcribe": TRANSCRIBE},
    "is_multilingual": True,
    "no_timestamps_token_id": NO_TIMES,
    "prev_sot_token_id": NO_TIMES - 2,
    "max_initial_timestamp_index": 9,
    "max_new_tokens": 24,  # the versions differ in whether max_length counts the prompt
    # Time tokens too: where they are, theirs generates for the sound behind them again, and again.
    "suppress_tokens": [*range(END + 1, VOCABULARY), 3, 7],
    "begin_suppress_tokens": [5, END],
    "return_timestamps": False,
}


def cases() -> list[dict[str, Any]]:
    common = {"language": "fa", "task": "transcribe"}
    found = [common, {"language": "en", "task": "translate"}, {"task": "transcribe"}, {**common, "max_new_tokens": 4}]
    for beams, penalty in itertools.product((2, 3, 5), (0.0, 1.0)):
        found.append({**common, "num_beams": beams, "length_penalty": penalty})
    return [*found, {**common, "no_repeat_ngram_size": 2}, {**common, "num_beams": 3, "early_stopping": True}]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A folder with everything that theirs is asked, and our models."""
    folder = tmp_path_factory.mktemp("whispers")
    models, jobs = {}, []
    for seed in SEEDS:
        torch.manual_seed(seed)
        scale = {"scale_embedding": bool(seed % 2)}  # which changes nothing
        model = build_model("whisper_speech_recognition", **CONFIG, **scale, generation_config=GENERATION).eval()
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                if parameter.ndim == 1:
                    parameter.add_(torch.randn_like(parameter) * 0.2)
                elif "encoder.embed_positions" not in name:
                    parameter.copy_(torch.randn_like(parameter) * 0.35)
        name = f"whisper-{seed}"
        weights = {f"weights.{key.removeprefix('whisper.')}": value for key, value in model.state_dict().items()}
        inputs = {"features": torch.randn(5, 12, 120), "labels": torch.randint(0, END, (5, 9))}
        save_file({key: value.clone() for key, value in (weights | inputs).items()}, folder / f"{name}.safetensors")
        models[name] = model
        jobs.append({"name": name, "config": CONFIG | scale, "generation": GENERATION, "cases": cases()})
    (folder / "jobs.json").write_text(json.dumps(jobs), encoding="utf-8")
    make_rules(folder)
    make_maps(folder)
    return folder, models


def make_rules(folder: Path) -> None:
    """Write rows of text and times as they may come, and scores of what follows."""
    found: list[dict[str, Any]] = []
    scores = {}
    for seed in range(60):
        chance = random.Random(seed)
        prompt = chance.choice([1, 3])
        rows, length = [], chance.randrange(12)
        while len(rows) < 8:
            row = [NO_TIMES + 1 + chance.randrange(4)][:length]
            while len(row) < length:
                latest = max(token for token in row if token > NO_TIMES)
                pair = row[-1] > NO_TIMES and (len(row) == 1 or row[-2] > NO_TIMES)
                time = chance.randrange(latest, min(latest + 6, VOCABULARY))
                row.append(time if chance.random() < 0.4 and not pair else chance.randrange(END))
            rows.append([*[START] * prompt, *row])
        found.append({"generation": GENERATION, "prompt": prompt, "rows": rows})
        torch.manual_seed(seed)
        scores[str(seed)] = torch.randn(len(rows), VOCABULARY) * chance.choice([0.5, 3.0])
    (folder / "rules.json").write_text(json.dumps(found), encoding="utf-8")
    save_file(scores, folder / "rules.safetensors")


def make_maps(folder: Path) -> None:
    torch.manual_seed(3)
    maps = {
        f"{i}": torch.randn(3, tokens, states)
        for i, (tokens, states) in enumerate([(9, 40), (1, 12), (30, 31), (5, 4)])
    }
    maps["ties"] = torch.randint(0, 2, (1, 12, 30)).float()
    save_file(maps, folder / "maps.safetensors")


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("python", PYTHONS)
def test_everything_is_theirs(python: str, made: tuple[Path, dict[str, Any]]) -> None:
    folder, models = made
    script = Path(__file__).with_name("whisper_oracle.py")
    done = subprocess.run([python, str(script), str(folder)], capture_output=True, text=True, check=False, timeout=1700)
    assert done.returncode == 0, done.stderr[-3000:]
    print(f"\n{done.stdout.strip()}")
    compare_generation(folder, models)
    compare_rules(folder)
    compare_ways(folder)


def compare_generation(folder: Path, models: dict[str, Any]) -> None:
    problems: list[str] = []
    lengths: set[int] = set()
    count = 0
    for name, model in models.items():
        tensors, want = load_file(folder / f"{name}.safetensors"), load_file(folder / f"{name}.out.safetensors")
        with torch.inference_mode():
            logits = model(tensors["features"], labels=tensors["labels"])["logits"]
            loss = model.compute_loss(logits, tensors["labels"])
        assert float((logits - want["logits"]).abs().max() / want["logits"].abs().max()) < TOLERANCE, name
        assert float((loss - want["loss"]).abs() / want["loss"]) < TOLERANCE, name
        for options, rows in zip(cases(), json.loads((folder / f"{name}.out.json").read_text()), strict=True):
            got = without_padding(model.generate(tensors["features"], **options))
            alone = [without_padding(model.generate(one[None], **options))[0] for one in tensors["features"]]
            assert alone == got
            count += len(rows)
            lengths |= {len(row) for row in rows}
            if got != rows:
                problems.append(f"{name} {options}\n  ours   {got}\n  theirs {rows}")
    print(f"{count} rows of {len(lengths)} lengths")
    assert not problems, "\n".join(problems)
    assert len(lengths) > 5


def without_padding(rows: torch.Tensor) -> list[list[int]]:
    return [row[: row.index(END)] if END in row else row for row in rows.tolist()]


def compare_rules(folder: Path) -> None:
    tokens = SpeechTokens(START, (END,), NO_TIMES, NO_TIMES - 2)
    scores, want = load_file(folder / "rules.safetensors"), load_file(folder / "rules.out.safetensors")
    forbidden = 0
    for i, case in enumerate(json.loads((folder / "rules.json").read_text())):
        ids = torch.tensor(case["rows"])
        prompts = torch.full((len(ids),), case["prompt"])
        rows = Rows(ids, torch.full((len(ids),), ids.shape[1]), prompts + 99)
        rows.prompts, rows.new = prompts, ids.shape[1] - case["prompt"]
        got = scores[str(i)].clone()
        TimeRules(tokens, 9, VOCABULARY, got.device)(got, rows)
        assert torch.equal(got, want[str(i)]), (i, case["rows"])
        forbidden += int((got == -float("inf")).sum())
    print(f"rules: {forbidden} tokens forbidden")


def compare_ways(folder: Path) -> None:
    maps, want = load_file(folder / "maps.safetensors"), load_file(folder / "maps.out.safetensors")
    for name, weights in maps.items():
        smooth = median_filter(weights, 7)
        torch.testing.assert_close(smooth, want[f"{name}.smooth"])
        tokens, states = warping_path(-smooth.mean(0).double().numpy())
        assert np.array_equal(tokens, want[f"{name}.tokens"].numpy()), name
        assert np.array_equal(states, want[f"{name}.states"].numpy()), name
