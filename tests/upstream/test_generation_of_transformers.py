"""GPT-2 and T5 against `transformers`: logits, losses, and the ids of every kind of search, on random weights.

Run on demand, with interpreters that hold `transformers`; see `test_transformers` for how to make them::

    HEZAR_TRANSFORMERS_PYTHON=.transformers-5/bin/python \
        uv run pytest -m upstream tests/upstream/test_generation_of_transformers.py -s

Weights are large, so that rows vary and many end early. Ours are generated all together, filled up on the right; theirs one
by one, or together where none of the rules looks at their padding. ``-s`` shows how many rows were compared.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from hezar_models import build_model
from hezar_models.generation.rows import Finished

PYTHONS = [path for path in os.environ.get("HEZAR_TRANSFORMERS_PYTHON", "").split(os.pathsep) if path]
pytestmark = [
    pytest.mark.upstream,
    pytest.mark.skipif(not PYTHONS, reason="HEZAR_TRANSFORMERS_PYTHON names no interpreter with transformers"),
]

#: Largest difference of logits, losses and scores, relative to the largest value.
TOLERANCE = 1e-5
SEEDS = range(5)
NEW_TOKENS = 14

T5 = {
    "vocab_size": 26,
    "d_model": 24,
    "d_kv": 8,
    "d_ff": 40,
    "num_layers": 2,
    "num_decoder_layers": 2,
    "num_heads": 3,
    "relative_attention_num_buckets": 8,
    "relative_attention_max_distance": 12,
    "dropout_rate": 0.0,
}
GPT2 = {
    "vocab_size": 26,
    "n_embd": 24,
    "n_head": 3,
    "n_layer": 2,
    "n_positions": 64,
    "bos_token_id": 0,
    "eos_token_id": 1,
}
#: Name → (our model, their class, their config class, prefix of our weight names, config, how much larger weights are).
NETWORKS: dict[str, tuple[str, str, str, str, dict[str, Any], float]] = {
    "gpt2": ("gpt2_text_generation", "GPT2LMHeadModel", "GPT2Config", "gpt2.", GPT2 | {"initializer_range": 0.35}, 1),
    "t5": (
        "t5_text_generation",
        "T5ForConditionalGeneration",
        "T5Config",
        "t5.",
        T5 | {"feed_forward_proj": "relu", "tie_word_embeddings": True},
        1.5,
    ),
    "t5-1.1": (
        "t5_text_generation",
        "T5ForConditionalGeneration",
        "T5Config",
        "t5.",
        T5 | {"feed_forward_proj": "gated-gelu", "tie_word_embeddings": False},
        1.2,
    ),
    # Heads whose sizes do not add up to the hidden size, another depth on each side, a large vocabulary.
    "mt5": (
        "t5_text_generation",
        "T5ForConditionalGeneration",
        "T5Config",
        "t5.",
        T5
        | {
            "feed_forward_proj": "gated-gelu",
            "tie_word_embeddings": False,
            "vocab_size": 2011,
            "d_model": 32,
            "d_kv": 16,
            "num_heads": 6,
            "num_layers": 3,
            "num_decoder_layers": 1,
            "relative_attention_num_buckets": 32,
            "relative_attention_max_distance": 128,
        },
        1.2,
    ),
}
RULES: list[dict[str, Any]] = [
    {},
    {"no_repeat_ngram_size": 2},
    {"repetition_penalty": 1.4},
    {"no_repeat_ngram_size": 3, "repetition_penalty": 0.8},
    {"no_repeat_ngram_size": 1, "min_new_tokens": 3},
    {"min_length": 9},
    {"forced_eos_token_id": 1},
    {"forced_bos_token_id": 7, "begin_suppress_tokens": [2, 3, 5]},
    {"bad_words_ids": [[4], [9, 6], [3, 3, 3]]},
    {"suppress_tokens": [1, 8, 12], "begin_suppress_tokens": [1, 2]},
    {"eos_token_id": [1, 11, 17]},
]
#: Options for which transformers counts its padding in front of a prompt as tokens of the row.
SEES_PADDING = {
    "no_repeat_ngram_size",
    "repetition_penalty",
    "bad_words_ids",
    "min_length",
    "max_length",
    "forced_bos_token_id",
}


def cases(seed: int) -> Iterator[dict[str, Any]]:
    """Yield options: greedy with all rules, and each kind of beam search with some of them."""
    chance = random.Random(seed)
    common = {"max_new_tokens": NEW_TOKENS, "eos_token_id": 1, "pad_token_id": 0}
    for rules in RULES:
        yield common | rules
    for beams, penalty, early in itertools.product((2, 3, 4, 5), (-1.0, 0.0, 1.0), (True, False, "never")):
        for rules in ({}, *chance.sample(RULES[1:], 2)):
            several = {"num_return_sequences": chance.choice([1, beams])}
            search = {"num_beams": beams, "length_penalty": penalty, "early_stopping": early}
            yield common | search | several | rules
    yield common | {"num_beams": 3, "max_new_tokens": 1}
    length = {"max_length": 30, "num_beams": 2, "length_penalty": 2.0}
    yield {key: value for key, value in common.items() if key != "max_new_tokens"} | length


@pytest.fixture(scope="module")
def jobs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]], dict[str, Any]]:
    """A folder with weights and inputs of every network, what there is in it, and our models."""
    folder = tmp_path_factory.mktemp("networks")
    made, models = [], {}
    for kind, seed in itertools.product(NETWORKS, SEEDS):
        job, models[job["name"]] = make_job(folder, kind, seed)
        made.append(job)
    (folder / "jobs.json").write_text(json.dumps(made), encoding="utf-8")
    return folder, made, models


def make_job(folder: Path, kind: str, seed: int) -> tuple[dict[str, Any], Any]:
    """Build our network, write its weights, and the tensors of a forward pass."""
    ours, theirs, config_class, prefix, config, factor = NETWORKS[kind]
    torch.manual_seed(seed)
    own = {"generation": {}} if ours.startswith("gpt2") else {}
    model = build_model(ours, **config, **own).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.ndim == 1:  # norms and biases, which begin as ones and zeros
                parameter.add_(torch.randn_like(parameter) * 0.2)
            elif "wpe" not in name:
                parameter.mul_(factor)
    name = f"{kind}-{seed}"
    chance = random.Random(seed)
    vocabulary = config["vocab_size"]
    prompts = [[chance.randrange(2, vocabulary) for _ in range(length)] for length in chance.sample(range(1, 13), 4)]
    inputs = {"input_ids": torch.randint(2, vocabulary, (3, 11)), "labels": torch.randint(2, vocabulary, (3, 11))}
    if not own:
        inputs["labels"] = torch.randint(2, vocabulary, (3, 7))
    weights = {f"weights.{key.removeprefix(prefix)}": value.clone() for key, value in model.state_dict().items()}
    save_file(weights | {f"inputs.{key}": value for key, value in inputs.items()}, folder / f"{name}.safetensors")
    found = [
        {"options": options, "prompts": prompts, "together": not (own and SEES_PADDING & options.keys())}
        for options in cases(seed)
    ]
    fixed = {} if own else {"decoder_start_token_id": 0, "pad_token_id": 0, "eos_token_id": 1}
    job = {"name": name, "class": theirs, "config_class": config_class, "config": config | fixed, "cases": found}
    return job, model


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("python", PYTHONS)
def test_ids_are_theirs(python: str, jobs: tuple[Path, list[dict[str, Any]], dict[str, Any]]) -> None:
    folder, made, models = jobs
    script = Path(__file__).with_name("generation_oracle.py")
    done = subprocess.run([python, str(script), str(folder)], capture_output=True, text=True, check=False, timeout=3400)
    assert done.returncode == 0, done.stderr[-3000:]
    print(f"\n{done.stdout.strip()}, {len(made)} networks")
    counts = dict.fromkeys(("rows", "ended", "different rows"), 0)
    distinct: set[tuple[int, ...]] = set()
    problems: list[str] = []
    for job in made:
        model = models[job["name"]]
        compare_forward(folder, job["name"], model)
        answers = json.loads((folder / f"{job['name']}.out.json").read_text())
        for number, (case, want) in enumerate(zip(job["cases"], answers, strict=True)):
            got = ours(model, case, alone_too=number % 3 == 0)
            assert len(got) == len(want)
            for row, (ids, score) in zip(got, want, strict=True):
                counts["rows"] += 1
                counts["ended"] += len(row.ids) - row.prompt < NEW_TOKENS
                distinct.add(tuple(row.ids))
                # Their beam search fills up with the end token where the padding token is 0.
                padding = set(ids[len(row.ids) :]) <= {0, 1}
                same = ids[: len(row.ids)] == row.ids and padding
                if not (same and score in (None, near(row.score))):
                    problems.append(f"{job['name']} {case['options']}\n  ours   {row}\n  theirs {ids} {score}")
    counts["different rows"] = len(distinct)
    print(counts)
    assert not problems, f"{len(problems)} of {counts['rows']} rows differ\n" + "\n".join(problems[:20])


def near(score: float | None) -> Any:
    return pytest.approx(score, rel=TOLERANCE, abs=TOLERANCE)


def compare_forward(folder: Path, name: str, model: Any) -> None:
    tensors, want = load_file(folder / f"{name}.safetensors"), load_file(folder / f"{name}.out.safetensors")
    token_ids, labels = tensors["inputs.input_ids"], tensors["inputs.labels"]
    with torch.inference_mode():
        logits = model(token_ids, **({"labels": labels} if "t5" in name else {}))["logits"]
        loss = model.compute_loss(logits, labels)
    assert float((logits - want["logits"]).abs().max() / want["logits"].abs().max()) < TOLERANCE, name
    assert float((loss - want["loss"]).abs() / want["loss"]) < TOLERANCE, name


def ours(model: Any, case: dict[str, Any], *, alone_too: bool = True) -> list[Finished]:
    """Return our rows of a case, all prompts together; with `alone_too`, each is checked to be what it is alone."""
    prompts, options = case["prompts"], case["options"]
    longest = max(map(len, prompts))
    batch = {
        "token_ids": torch.tensor([prompt + [0] * (longest - len(prompt)) for prompt in prompts]),
        "attention_mask": torch.tensor([[1] * len(prompt) + [0] * (longest - len(prompt)) for prompt in prompts]),
    }
    together = model.generate_rows(batch, return_scores=True, **options)
    for prompt, rows in zip(prompts, together, strict=True) if alone_too else ():
        one = {"token_ids": torch.tensor([prompt]), "attention_mask": torch.ones(1, len(prompt), dtype=torch.long)}
        [alone] = model.generate_rows(one, return_scores=True, **options)
        assert [row.ids for row in alone] == [row.ids for row in rows], options
        assert [row.score for row in alone] == [near(row.score) for row in rows]
    return [row for rows in together for row in rows]
