"""``hezar env``: what a bug report needs."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import click

from hezar.cli.output import shown, write_columns, write_json

DISTRIBUTIONS = (
    "hezar",
    "hezar-registry",
    "hezar-hub",
    "hezar-config",
    "hezar-data",
    "hezar-models",
    "hezar-train",
    "torch",
    "numpy",
    "tokenizers",
    "safetensors",
    "huggingface-hub",
    "msgspec",
    "pyyaml",
    "accelerate",
    "datasets",
    "matplotlib",
    "soundfile",
    "pillow",
    "opencv-python-headless",
    "gensim",
)
# Settings whose values are no secret.
VARIABLES = (
    "HEZAR_CACHE_DIR",
    "HEZAR_DEBUG",
    "HEZAR_DISABLE_PROGRESS_BARS",
    "HEZAR_EAGER_IMPORT",
    "HF_HOME",
    "HF_HUB_OFFLINE",
    "OMP_NUM_THREADS",
    "TOKENIZERS_PARALLELISM",
    "CUDA_VISIBLE_DEVICES",
)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def env(as_json: bool) -> None:
    """Show versions and settings, as a bug report needs them. It shows no tokens."""
    report = collect()
    if as_json:
        write_json(report)
        return
    for title, values in report.items():
        click.echo(f"{title}:")
        write_columns((f"  {name}", shown(value)) for name, value in values.items())


def collect() -> dict[str, dict[str, Any]]:
    """Return what the command shows, by section; ``None`` is what is absent."""
    from hezar_hub import cache_dir, endpoint, offline

    variables = {name: os.environ.get(name) for name in VARIABLES}
    return {
        "packages": {name: _version(name) for name in DISTRIBUTIONS},
        "python": {"version": platform.python_version(), "executable": sys.executable},
        "machine": {
            "platform": platform.platform(),
            "processor": platform.machine(),
            "cores": os.cpu_count(),
            **_torch(),
        },
        "hub": {
            "cache_dir": str(cache_dir()),
            "endpoint": _without_credentials(endpoint()),
            "offline": offline(),
            "token_set": bool(os.environ.get("HF_TOKEN")),
        },
        "environment": {name: value for name, value in variables.items() if value is not None},
    }


def _version(distribution: str) -> str | None:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def _torch() -> dict[str, Any]:
    try:
        import torch
    except ImportError as error:
        return {"torch_error": str(error)}
    gpus = [torch.cuda.get_device_name(index) for index in range(torch.cuda.device_count())]
    return {"torch_threads": torch.get_num_threads(), "cuda": torch.version.cuda, "gpus": ", ".join(gpus) or None}


def _without_credentials(address: str) -> str:
    parts = urlsplit(address)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
