"""Runs in an environment that holds `transformers`: generates with the encoder-decoders described in a folder.

``python captioning_oracle.py FOLDER`` reads ``jobs.json``, a list of ``{"name", "encoder", "decoder", "renames", "cases"}``;
encoder and decoder are ``{"config_class", "config"}``. ``NAME.safetensors`` holds the weights of a job (``weights.*``), the
tensors of a forward pass (``inputs.*``) and the images (``images``). A case is the options of ``generate``.
``NAME.out.safetensors`` gets what the forward pass gives, ``NAME.out.json`` the rows of each case, with their scores.
"""

import json
import re
import sys
import warnings
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file, save_file


def run(folder: Path, job: dict) -> None:
    tensors = load_file(folder / f"{job['name']}.safetensors")
    network = load(job, part(tensors, "weights."))
    with torch.inference_mode():
        outputs = network(**part(tensors, "inputs."), output_hidden_states=True)
        answers = [generate(network, tensors["images"], options) for options in job["cases"]]
    found = {name: outputs[name] for name in ("logits", "encoder_last_hidden_state")}
    for kind in ("encoder_hidden_states", "decoder_hidden_states"):
        found |= {f"{kind}.{i}": hidden for i, hidden in enumerate(outputs[kind])}
    found = {name: tensor.clone(memory_format=torch.contiguous_format) for name, tensor in found.items()}
    save_file(found, folder / f"{job['name']}.out.safetensors")
    (folder / f"{job['name']}.out.json").write_text(json.dumps(answers))


def load(job: dict, weights: dict) -> torch.nn.Module:
    encoder, decoder = (
        getattr(transformers, job[side]["config_class"])(**job[side]["config"]) for side in ("encoder", "decoder")
    )
    config = transformers.VisionEncoderDecoderConfig.from_encoder_decoder_configs(encoder, decoder)
    network = transformers.VisionEncoderDecoderModel(config).eval()
    expected = network.state_dict()
    network.load_state_dict({key: weights[published(key, job["renames"], weights)] for key in expected})
    for name, tensor in network.state_dict().items():
        assert torch.equal(tensor, weights[published(name, job["renames"], weights)]), name
    network.generation_config = transformers.GenerationConfig()
    return network


def generate(network: torch.nn.Module, images: torch.Tensor, options: dict) -> list:
    """Return (ids, score) of each row; the score of greedy search is none."""
    found = network.generate(
        images, return_dict_in_generate=True, output_scores=True, do_sample=False, bos_token_id=0, **options
    )
    scores = getattr(found, "sequences_scores", None)
    return [(row, None if scores is None else float(scores[i])) for i, row in enumerate(found.sequences.tolist())]


def part(tensors: dict, prefix: str) -> dict:
    return {key.removeprefix(prefix): value for key, value in tensors.items() if key.startswith(prefix)}


def published(key: str, renames: list, weights: dict) -> str:
    """Return the name under which our file has a weight of theirs."""
    candidates = [key, *(re.sub(pattern, replacement, f".{key}")[1:] for pattern, replacement in renames)]
    return next(candidate for candidate in candidates if candidate in weights)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    transformers.logging.set_verbosity_error()
    torch.set_num_threads(1)
    folder = Path(sys.argv[1])
    for job in json.loads((folder / "jobs.json").read_text()):
        run(folder, job)
    print("transformers", transformers.__version__)
