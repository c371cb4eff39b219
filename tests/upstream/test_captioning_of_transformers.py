"""Image-to-text models against `transformers`: states, logits, and the ids of every kind of search, on random weights.

Run on demand, with interpreters that hold `transformers`; see `test_transformers` for how to make them::

    HEZAR_TRANSFORMERS_PYTHON=.transformers-5/bin/python \
        uv run pytest -m upstream tests/upstream/test_captioning_of_transformers.py -s

Weights are large, so that rows vary and many end early. Ours are also generated one by one. ``-s`` shows how many rows were
compared.
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
from hezar_models.weights.table import Rename

PYTHONS = [path for path in os.environ.get("HEZAR_TRANSFORMERS_PYTHON", "").split(os.pathsep) if path]
pytestmark = [
    pytest.mark.upstream,
    pytest.mark.skipif(not PYTHONS, reason="HEZAR_TRANSFORMERS_PYTHON names no interpreter with transformers"),
]

#: Largest difference of states, logits and scores, relative to the largest value.
TOLERANCE = 1e-5
SEEDS = range(2)
VISION = {
    "hidden_size": 24,
    "num_hidden_layers": 2,
    "num_attention_heads": 3,
    "intermediate_size": 40,
    "image_size": 24,
    "patch_size": 8,
    "initializer_range": 0.3,
}
ROBERTA = {
    "vocab_size": 26,
    "hidden_size": 24,
    "num_hidden_layers": 2,
    "num_attention_heads": 3,
    "intermediate_size": 40,
    "max_position_embeddings": 40,
    "type_vocab_size": 1,
    "layer_norm_eps": 1e-12,
    "pad_token_id": 2,
    "bos_token_id": 0,
    "eos_token_id": 1,
    "initializer_range": 0.35,
}
GPT2 = {
    "vocab_size": 26,
    "n_embd": 24,
    "n_head": 3,
    "n_layer": 2,
    "n_positions": 40,
    "bos_token_id": 0,
    "eos_token_id": 1,
    "initializer_range": 0.35,
}
BEIT: dict[str, Any] = {"layer_scale_init_value": 0.6, "drop_path_rate": 0.1}
#: Name → (our model, their config of the encoder, our encoder, their config of the decoder, our decoder).
NETWORKS: dict[str, tuple[str, str, dict[str, Any], str, dict[str, Any]]] = {
    "trocr": ("trocr_image2text", "ViTConfig", VISION, "RobertaConfig", ROBERTA),
    "wide": (
        "trocr_image2text",
        "ViTConfig",
        VISION | {"hidden_size": 36, "qkv_bias": False},
        "RobertaConfig",
        ROBERTA,
    ),
    "relu": ("vit_roberta_image2text", "ViTConfig", VISION, "RobertaConfig", ROBERTA | {"hidden_act": "relu"}),
    # Rows begin with the padding token, as those of published models do.
    "padding": ("vit_roberta_image2text", "ViTConfig", VISION, "RobertaConfig", ROBERTA | {"pad_token_id": 0}),
    "gpt2": ("vit_gpt2_image2text", "ViTConfig", VISION, "GPT2Config", GPT2),
    "gpt2-wide": ("vit_gpt2_image2text", "ViTConfig", VISION, "GPT2Config", GPT2 | {"n_embd": 36, "n_inner": 50}),
    "beit": ("beit_roberta_image2text", "BeitConfig", VISION | BEIT, "RobertaConfig", ROBERTA),
    "beit-relative": (
        "beit_roberta_image2text",
        "BeitConfig",
        VISION | BEIT | {"use_relative_position_bias": True, "use_mask_token": True},
        "RobertaConfig",
        ROBERTA,
    ),
    "beit-shared": (
        "beit_roberta_image2text",
        "BeitConfig",
        VISION
        | BEIT
        | {
            "use_shared_relative_position_bias": True,
            "use_absolute_position_embeddings": True,
            "use_mean_pooling": False,
        },
        "RobertaConfig",
        ROBERTA | {"hidden_size": 30},
    ),
    "beit-unscaled": (
        "beit_roberta_image2text",
        "BeitConfig",
        VISION | {"layer_scale_init_value": 0.0, "hidden_act": "gelu_new"},
        "RobertaConfig",
        ROBERTA,
    ),
}
NEW_TOKENS = 12
RULES: list[dict[str, Any]] = [
    {},
    {"no_repeat_ngram_size": 2},
    {"repetition_penalty": 1.4, "min_new_tokens": 3},
    {"forced_eos_token_id": 1},
    {"bad_words_ids": [[4], [9, 6]]},
    {"suppress_tokens": [1, 8, 12], "begin_suppress_tokens": [1, 2]},
    {"eos_token_id": [1, 11, 17]},
]


def cases(seed: int) -> Iterator[dict[str, Any]]:
    """Yield options: greedy with all rules, and each kind of beam search with some of them."""
    chance = random.Random(seed)
    common = {"max_new_tokens": NEW_TOKENS, "decoder_start_token_id": 0, "eos_token_id": 1, "pad_token_id": 3}
    ends = [1, 6, 11, 16]  # so that many rows end early
    for rules in RULES:
        yield common | rules
        yield common | {"eos_token_id": ends} | rules
    for beams, penalty, early in itertools.product((2, 4), (0.0, 2.0), (True, False, "never")):
        for rules in ({}, chance.choice(RULES[1:])):
            several = {"num_return_sequences": chance.choice([1, beams])}
            search = {"num_beams": beams, "length_penalty": penalty, "early_stopping": early}
            yield common | {"eos_token_id": chance.choice([1, ends])} | search | several | rules
    published = {"num_beams": 4, "early_stopping": True, "length_penalty": 2.0, "no_repeat_ngram_size": 3}
    yield {key: value for key, value in common.items() if key != "max_new_tokens"} | published | {"max_length": 15}


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
    """Build our network, write its weights, images, and the tensors of a forward pass."""
    name, encoder_class, encoder, decoder_class, decoder = NETWORKS[kind]
    torch.manual_seed(seed)
    model = build_model(name, encoder=encoder, decoder=decoder, generation={}).eval()
    with torch.no_grad():
        for key, parameter in model.named_parameters():
            if parameter.ndim == 1 or "relative_position" in key:  # what begins as ones and zeros
                parameter.add_(torch.randn_like(parameter) * 0.3)
    images = torch.randn(5, 3, 24, 24)
    pad = decoder.get("pad_token_id", -1)
    read = torch.randint(4, 26, (3, 9))
    read[:, 0] = 0
    read[1, 6:] = max(pad, 2)
    mask = torch.ones(3, 9, dtype=torch.long)
    mask[1, 6:] = 0
    inputs = {"pixel_values": images[:3].clone(), "decoder_input_ids": read, "decoder_attention_mask": mask}
    weights = {
        f"weights.{key.removeprefix(f'{model.backbone}.')}": value.clone() for key, value in model.state_dict().items()
    }
    named = {f"inputs.{key}": value for key, value in inputs.items()}
    save_file(weights | named | {"images": images}, folder / f"{kind}-{seed}.safetensors")
    renames = [(step.pattern, step.new) for step in model.weight_table.steps if isinstance(step, Rename)]
    return {
        "name": f"{kind}-{seed}",
        "encoder": {"config_class": encoder_class, "config": encoder},
        "decoder": {"config_class": decoder_class, "config": decoder},
        "renames": renames,
        "cases": list(cases(seed)),
    }, model


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("python", PYTHONS)
def test_ids_are_theirs(python: str, jobs: tuple[Path, list[dict[str, Any]], dict[str, Any]]) -> None:
    folder, made, models = jobs
    script = Path(__file__).with_name("captioning_oracle.py")
    done = subprocess.run([python, str(script), str(folder)], capture_output=True, text=True, check=False, timeout=3400)
    assert done.returncode == 0, done.stderr[-3000:]
    print(f"\n{done.stdout.strip()}, {len(made)} networks")
    counts = dict.fromkeys(("rows", "ended", "different rows"), 0)
    distinct: set[tuple[int, ...]] = set()
    problems: list[str] = []
    for job in made:
        model = models[job["name"]]
        compare_forward(folder, job["name"], model)
        images = load_file(folder / f"{job['name']}.safetensors")["images"]
        answers = json.loads((folder / f"{job['name']}.out.json").read_text())
        for number, (options, want) in enumerate(zip(job["cases"], answers, strict=True)):
            got = [
                row
                for rows in model.generate_rows({"pixel_values": images}, return_scores=True, **options)
                for row in rows
            ]
            assert len(got) == len(want)
            if number % 3 == 0:
                check_alone(model, images, options, got)
            for row, (ids, score) in zip(got, want, strict=True):
                counts["rows"] += 1
                counts["ended"] += len(row.ids) - row.prompt < NEW_TOKENS
                distinct.add(tuple(row.ids))
                same = ids[: len(row.ids)] == row.ids and set(ids[len(row.ids) :]) <= {3}
                if not (same and score in (None, near(row.score))):
                    problems.append(f"{job['name']} {options}\n  ours   {row}\n  theirs {ids} {score}")
    counts["different rows"] = len(distinct)
    print(counts)
    assert not problems, f"{len(problems)} of {counts['rows']} rows differ\n" + "\n".join(problems[:20])


def near(score: float | None) -> Any:
    return pytest.approx(score, rel=TOLERANCE, abs=TOLERANCE)


def check_alone(model: Any, images: torch.Tensor, options: dict[str, Any], together: list[Any]) -> None:
    alone = [
        row
        for image in images
        for rows in model.generate_rows({"pixel_values": image[None]}, return_scores=True, **options)
        for row in rows
    ]
    assert [row.ids for row in alone] == [row.ids for row in together], options
    assert [row.score for row in alone] == [near(row.score) for row in together]


def compare_forward(folder: Path, name: str, model: Any) -> None:
    tensors, want = load_file(folder / f"{name}.safetensors"), load_file(folder / f"{name}.out.safetensors")
    inputs = {key.removeprefix("inputs."): value for key, value in tensors.items() if key.startswith("inputs.")}
    with torch.inference_mode():
        outputs = model(**inputs, output_hidden_states=True)
    real = inputs["decoder_attention_mask"].bool()
    for key, tensor in want.items():
        kind, dot, index = key.partition(".")
        got, theirs = outputs[kind][int(index)] if dot else outputs[key], tensor
        if got.shape[:2] == real.shape:  # what padding sees is nobody's business
            got, theirs = got[real], theirs[real]
        assert float((got - theirs).abs().max() / theirs.abs().max()) < TOLERANCE, f"{name}, {key}"
