"""Runs in an environment that holds `transformers`: computes the outputs of the networks described in a folder.

``python transformers_oracle.py FOLDER`` reads ``jobs.json``, a list of ``{"name", "class", "config", "inputs", "options",
"renames"}``, with the weights and input tensors of a job in ``NAME.safetensors`` (``weights.*``, ``inputs.*``), and writes
``NAME.out.safetensors``.
"""

import json
import re
import sys
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file, save_file


def run(folder: Path, job: dict) -> None:
    tensors = load_file(folder / f"{job['name']}.safetensors")
    weights = part(tensors, "weights.")
    config_class = getattr(transformers, job["config_class"])
    network = getattr(transformers, job["class"])(config_class(**job["config"]), **job["arguments"]).eval()
    network.load_state_dict({key: weights[published(key, job["renames"], weights)] for key in network.state_dict()})
    with torch.inference_mode():
        outputs = network(**part(tensors, "inputs."), **job["options"], output_hidden_states=True, return_dict=True)
    answers = {key: value for key, value in outputs.items() if isinstance(value, torch.Tensor)}
    answers |= {f"hidden_states.{i}": hidden for i, hidden in enumerate(outputs["hidden_states"])}
    save_file(
        {key: value.clone(memory_format=torch.contiguous_format) for key, value in answers.items()},
        folder / f"{job['name']}.out.safetensors",
    )


def part(tensors: dict, prefix: str) -> dict:
    return {key.removeprefix(prefix): value for key, value in tensors.items() if key.startswith(prefix)}


def published(key: str, renames: list, weights: dict) -> str:
    """Return the name under which our file has a weight of theirs."""
    candidates = [key, *(re.sub(pattern, replacement, f".{key}")[1:] for pattern, replacement in renames)]
    return next(candidate for candidate in candidates if candidate in weights)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    for job in json.loads((folder / "jobs.json").read_text()):
        run(folder, job)
    print("transformers", transformers.__version__)
