"""Runs in an environment that holds `transformers`: generates with the networks described in a folder.

``python generation_oracle.py FOLDER`` reads ``jobs.json``, a list of ``{"name", "class", "config_class", "config", "cases"}``.
``NAME.safetensors`` holds the weights of a job (``weights.*``) and the tensors of a forward pass (``inputs.*``). A case is
``{"options", "prompts", "together"}``: prompts are given to ``generate`` one by one, or together, padded as transformers
wants it. ``NAME.out.safetensors`` gets what the forward pass gives, ``NAME.out.json`` the rows of each case, with their scores.
"""

import json
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
        outputs = network(**part(tensors, "inputs."))
        answers = [generate(network, **case) for case in job["cases"]]
    save_file({"logits": outputs.logits.clone(), "loss": outputs.loss}, folder / f"{job['name']}.out.safetensors")
    (folder / f"{job['name']}.out.json").write_text(json.dumps(answers))


def load(job: dict, weights: dict) -> torch.nn.Module:
    config = getattr(transformers, job["config_class"])(**job["config"])
    network = getattr(transformers, job["class"])(config).eval()
    if not job["config"].get("tie_word_embeddings", True):  # newer versions tie them all the same
        network.lm_head.weight = torch.nn.Parameter(weights["lm_head.weight"].clone())
    network.load_state_dict(weights)
    for name, tensor in network.state_dict().items():
        assert torch.equal(tensor, weights[name]), name
    start = getattr(network.config, "decoder_start_token_id", None)
    network.generation_config = transformers.GenerationConfig(decoder_start_token_id=start)
    return network


def generate(network: torch.nn.Module, options: dict, prompts: list, together: bool) -> list:
    """Return (ids, score) of each row; the score of greedy search is none."""
    rows = []
    for batch in [prompts] if together else [[prompt] for prompt in prompts]:
        longest = max(map(len, batch))
        left = not network.config.is_encoder_decoder
        fill = [[options["pad_token_id"]] * (longest - len(prompt)) for prompt in batch]
        ids = [gap + prompt if left else prompt + gap for gap, prompt in zip(fill, batch, strict=True)]
        ones = [[1] * len(prompt) for prompt in batch]
        zeros = [[0] * len(gap) for gap in fill]
        mask = [zero + one if left else one + zero for zero, one in zip(zeros, ones, strict=True)]
        found = network.generate(
            torch.tensor(ids),
            attention_mask=torch.tensor(mask),
            return_dict_in_generate=True,
            output_scores=True,
            do_sample=False,
            **options,
        )
        scores = getattr(found, "sequences_scores", None)
        per_input = options.get("num_return_sequences", 1)
        for i, row in enumerate(found.sequences.tolist()):
            gap = len(fill[i // per_input]) if left else 0
            rows.append((row[gap:], None if scores is None else float(scores[i])))
    return rows


def part(tensors: dict, prefix: str) -> dict:
    return {key.removeprefix(prefix): value for key, value in tensors.items() if key.startswith(prefix)}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    transformers.logging.set_verbosity_error()
    torch.set_num_threads(1)
    folder = Path(sys.argv[1])
    for job in json.loads((folder / "jobs.json").read_text()):
        run(folder, job)
    print("transformers", transformers.__version__)
