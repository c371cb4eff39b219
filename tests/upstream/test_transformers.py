"""Our encoders against those of `transformers`, in environments of their own, on random weights.

Run on demand: make an environment per version, then name their interpreters, with ``:`` between them::

    uv venv .transformers-4 --python 3.11
    uv pip install --python .transformers-4/bin/python "transformers==4.57.*" torch
    uv venv .transformers-5 --python 3.11
    uv pip install --python .transformers-5/bin/python "transformers>=5" torch
    HEZAR_TRANSFORMERS_PYTHON=.transformers-4/bin/python:.transformers-5/bin/python \
        uv run pytest -m upstream tests/upstream/test_transformers.py -s

Each network is built with its random weights here, written to a folder, computed by both sides in float32 on the CPU, and
every hidden state, pooled output and logit is compared at the real tokens. ``-s`` shows the largest differences.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from hezar_models import build_model
from hezar_models.architectures.vit.weights import NEWER_NAMES

PYTHONS = [path for path in os.environ.get("HEZAR_TRANSFORMERS_PYTHON", "").split(os.pathsep) if path]
pytestmark = [
    pytest.mark.upstream,
    pytest.mark.skipif(not PYTHONS, reason="HEZAR_TRANSFORMERS_PYTHON names no interpreter with transformers"),
]

#: Largest difference of a tensor, relative to its largest value.
TOLERANCE = 1e-5
#: Our name → (their class, their config class, prefix of our weight names that theirs do not have).
NETWORKS = {
    "bert": ("BertModel", "BertConfig", "bert."),
    "bert_mask_filling": ("BertForMaskedLM", "BertConfig", "bert_mask_filling."),
    "bert_text_classification": ("BertForSequenceClassification", "BertConfig", ""),
    "bert_sequence_labeling": ("BertForTokenClassification", "BertConfig", ""),
    "roberta": ("RobertaModel", "RobertaConfig", "roberta."),
    "roberta_mask_filling": ("RobertaForMaskedLM", "RobertaConfig", "roberta_mask_filling."),
    "roberta_text_classification": ("RobertaForSequenceClassification", "RobertaConfig", ""),
    "distilbert": ("DistilBertModel", "DistilBertConfig", "distilbert."),
    "distilbert_mask_filling": ("DistilBertForMaskedLM", "DistilBertConfig", "distilbert_mask_filling."),
    "distilbert_text_classification": ("DistilBertForSequenceClassification", "DistilBertConfig", ""),
    "distilbert_sequence_labeling": ("DistilBertForTokenClassification", "DistilBertConfig", ""),
    "vit": ("ViTModel", "ViTConfig", "vit."),
}
#: (hidden size, layers, heads, feed-forward size, rows, longest row or picture size in patches)
SHAPES = [(32, 2, 2, 48, 3, 9), (96, 4, 3, 160, 5, 33), (128, 3, 8, 512, 1, 64), (768, 3, 12, 3072, 4, 128)]
SEEDS = [0, 1, 2]
ACTIVATIONS = ["gelu", "gelu_new", "relu"]


@pytest.fixture(scope="module")
def jobs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    """A folder with the weights, inputs and our outputs of every network, and what there is."""
    folder = tmp_path_factory.mktemp("networks")
    made = [make_job(folder, name, shape, seed) for name in NETWORKS for shape in SHAPES for seed in SEEDS]
    (folder / "jobs.json").write_text(json.dumps(made), encoding="utf-8")
    return folder, made


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("python", PYTHONS)
def test_hidden_states_are_theirs(python: str, jobs: tuple[Path, list[dict[str, Any]]]) -> None:
    folder, made = jobs
    script = Path(__file__).with_name("transformers_oracle.py")
    done = subprocess.run([python, str(script), str(folder)], capture_output=True, text=True, check=False, timeout=1500)
    assert done.returncode == 0, done.stderr[-3000:]
    worst: dict[str, float] = {}
    for job in made:
        theirs = load_file(folder / f"{job['name']}.out.safetensors")
        ours = load_file(folder / f"{job['name']}.ours.safetensors")
        assert theirs.keys() == ours.keys(), job["name"]
        real = load_file(folder / f"{job['name']}.safetensors").get("inputs.attention_mask")
        for key, got in ours.items():
            difference = relative_difference(got, theirs[key], real)
            worst[job["ours"]] = max(worst.get(job["ours"], 0.0), difference)
            assert difference <= TOLERANCE, f"{job['name']}, {key}: {difference:.2e}"
    print(f"\n{done.stdout.strip()}, {len(made)} networks; largest relative difference of each kind:")
    print("\n".join(f"  {name:32} {value:.1e}" for name, value in worst.items()))


def relative_difference(got: torch.Tensor, want: torch.Tensor, real: torch.Tensor | None) -> float:
    assert got.shape == want.shape
    if real is not None and got.shape[:2] == real.shape:
        got, want = got[real.bool()], want[real.bool()]
    return float((got - want).abs().max() / want.abs().max())


def make_job(folder: Path, ours: str, shape: tuple[int, ...], seed: int) -> dict[str, Any]:
    """Build our network, write its weights, its inputs and its outputs."""
    theirs, config_class, prefix = NETWORKS[ours]
    config = sizes(config_class, shape, seed)
    masks = {"use_mask_token": seed == 1} if ours == "vit" else {}
    torch.manual_seed(seed)
    labels = {} if ours in ("vit",) or "mask" in ours or prefix else {"num_labels": 5}
    model = build_model(ours, **config, **labels, **masks).eval()
    inputs, options = (pictures if ours == "vit" else texts)(model.config, shape, seed)
    with torch.inference_mode():
        outputs = model(**inputs, **options, output_hidden_states=True)
    name = f"{ours}-{shape[0]}-{seed}"
    answers = {key: value for key, value in outputs.items() if isinstance(value, torch.Tensor) and key != "token_ids"}
    answers |= {f"hidden_states.{i}": hidden for i, hidden in enumerate(outputs["hidden_states"])}
    save_file(
        {key: value.clone(memory_format=torch.contiguous_format) for key, value in answers.items()},
        folder / f"{name}.ours.safetensors",
    )
    weights = {f"weights.{key.removeprefix(prefix)}": value.clone() for key, value in model.state_dict().items()}
    named = {f"inputs.{'input_ids' if key == 'token_ids' else key}": value for key, value in inputs.items()}
    save_file(weights | named, folder / f"{name}.safetensors")
    return {
        "name": name,
        "ours": ours,
        "class": theirs,
        "config_class": config_class,
        "config": config | labels,
        "arguments": masks,
        "options": options,
        "renames": NEWER_NAMES if ours == "vit" else [],
    }


def sizes(config_class: str, shape: tuple[int, ...], seed: int) -> dict[str, Any]:
    hidden, layers, heads, inner, _, longest = shape
    activation = ACTIVATIONS[seed % len(ACTIVATIONS)]
    if config_class == "ViTConfig":
        patches = min(int(longest**0.5) + 1, 8)
        common = {"hidden_act": activation, "image_size": 8 * patches, "patch_size": 8, "qkv_bias": seed != 2}
    elif config_class == "DistilBertConfig":
        return {
            "dim": hidden,
            "n_layers": layers,
            "n_heads": heads,
            "hidden_dim": inner,
            "activation": activation,
            "max_position_embeddings": 160,
            "vocab_size": 500,
            "initializer_range": 0.05,
        }
    else:
        common = {"hidden_act": activation, "max_position_embeddings": 160, "vocab_size": 500, "type_vocab_size": 2}
    return common | {
        "hidden_size": hidden,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "intermediate_size": inner,
        "layer_norm_eps": 1e-12,
        "initializer_range": 0.05,
    }


def texts(config: Any, shape: tuple[int, ...], seed: int) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
    rows, longest = shape[4:]
    generator = torch.Generator().manual_seed(seed)
    token_ids = torch.randint(5, config.vocab_size, (rows, longest), generator=generator)
    lengths = torch.randint(1, longest + 1, (rows, 1), generator=generator).index_fill(0, torch.tensor([0]), longest)
    mask = (torch.arange(longest) < lengths).long()
    inputs = {"token_ids": token_ids.where(mask.bool(), config.pad_token_id), "attention_mask": mask}
    if "type_vocab_size" in config.fields() and seed and config.name != "bert_text_classification":
        inputs["token_type_ids"] = torch.randint(0, 2, (rows, longest), generator=generator)
    return inputs, {}


def pictures(config: Any, shape: tuple[int, ...], seed: int) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
    generator = torch.Generator().manual_seed(seed)
    stretched = seed == 2
    height, width = (config.image_size + 16, config.image_size - 8) if stretched else (config.image_size,) * 2
    inputs = {"pixel_values": torch.randn(shape[4], config.num_channels, height, width, generator=generator)}
    if seed == 1:
        patches = (height // config.patch_size) * (width // config.patch_size)
        inputs["bool_masked_pos"] = torch.rand(shape[4], patches, generator=generator) < 0.3
    return inputs, {"interpolate_pos_encoding": stretched}
