"""Runs in an environment that holds `transformers`: what its Whisper computes of the networks described in a folder.

``python whisper_oracle.py FOLDER`` reads ``jobs.json``, a list of ``{"name", "config", "generation", "cases"}``.
``NAME.safetensors`` holds the weights of a job (``weights.*``), features and labels. ``NAME.out.safetensors`` gets logits and
loss, ``NAME.out.json`` the rows of each case without prompt, end and padding. ``rules.json`` holds rows and
``rules.safetensors`` scores for the rules of time tokens; ``rules.out.safetensors`` gets what they leave. ``maps.safetensors``
holds attention maps; ``maps.out.safetensors`` gets the way through each.
"""

import json
import sys
import warnings
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers.generation.logits_process import WhisperTimeStampLogitsProcessor
from transformers.models.whisper import generation_whisper


def run(folder: Path, job: dict) -> None:
    tensors = load_file(folder / f"{job['name']}.safetensors")
    network = transformers.WhisperForConditionalGeneration(transformers.WhisperConfig(**job["config"])).eval()
    weights = {key.removeprefix("weights."): value for key, value in tensors.items() if key.startswith("weights.")}
    network.load_state_dict(weights)
    network.generation_config = transformers.GenerationConfig(**job["generation"])
    with torch.inference_mode():
        outputs = network(tensors["features"], labels=tensors["labels"])
        answers = [generate(network, tensors["features"], case, job["generation"]) for case in job["cases"]]
    save_file({"logits": outputs.logits.clone(), "loss": outputs.loss}, folder / f"{job['name']}.out.safetensors")
    (folder / f"{job['name']}.out.json").write_text(json.dumps(answers))


def generate(network: torch.nn.Module, features: torch.Tensor, options: dict, generation: dict) -> list:
    special = {generation["decoder_start_token_id"], generation["no_timestamps_token_id"]}
    special |= {*generation["lang_to_id"].values(), *generation["task_to_id"].values()}
    rows = []
    for whole in network.generate(features, do_sample=False, **options).tolist():
        begin = next((i for i, token in enumerate(whole) if token not in special), len(whole))
        row = whole[begin:]  # some versions give the prompt too
        end = generation["eos_token_id"]
        rows.append(row[: row.index(end)] if end in row else row)
    return rows


def rules(folder: Path) -> None:
    job, scores = json.loads((folder / "rules.json").read_text()), load_file(folder / "rules.safetensors")
    left = {}
    for i, case in enumerate(job):
        config = transformers.GenerationConfig(**case["generation"])
        processor = WhisperTimeStampLogitsProcessor(config, begin_index=case["prompt"])
        left[str(i)] = processor(torch.tensor(case["rows"]), scores[str(i)].clone())
    save_file(left, folder / "rules.out.safetensors")


def ways(folder: Path) -> None:
    found = {}
    for name, weights in load_file(folder / "maps.safetensors").items():
        smooth = generation_whisper._median_filter(weights[None], 7)[0]
        matrix = smooth.mean(0)
        tokens, states = generation_whisper._dynamic_time_warping(-matrix.double().numpy())
        found[f"{name}.smooth"] = smooth.contiguous()
        found[f"{name}.tokens"], found[f"{name}.states"] = (torch.as_tensor(way.copy()) for way in (tokens, states))
    save_file(found, folder / "maps.out.safetensors")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    transformers.logging.set_verbosity_error()
    torch.set_num_threads(1)
    folder = Path(sys.argv[1])
    for job in json.loads((folder / "jobs.json").read_text()):
        run(folder, job)
    rules(folder)
    ways(folder)
    print("transformers", transformers.__version__)
