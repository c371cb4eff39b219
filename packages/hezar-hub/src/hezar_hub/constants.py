"""Names of the published layout, and what the environment says; the environment is read at call time."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from hezar_registry import HezarError

HEZAR_HUB_ID = "hezarai"

RepoType = Literal["model", "dataset", "space"]
REPO_TYPES = ("model", "dataset", "space")
MODEL: RepoType = "model"
DATASET: RepoType = "dataset"

# Root of a model repo.
MODEL_CONFIG_FILE = "model_config.yaml"
MODEL_SAFETENSORS_FILE = "model.safetensors"
MODEL_PT_FILE = "model.pt"
LEGACY_CONFIG_FILE = "config.yaml"  # model and dataset config before mid-2023

# preprocessor/
PREPROCESSOR_SUBFOLDER = "preprocessor"
TOKENIZER_FILE = "tokenizer.json"
TOKENIZER_CONFIG_FILE = "tokenizer_config.yaml"
NORMALIZER_CONFIG_FILE = "normalizer_config.yaml"
IMAGE_PROCESSOR_CONFIG_FILE = "image_processor_config.yaml"
FEATURE_EXTRACTOR_CONFIG_FILE = "feature_extractor_config.yaml"

# embedding/
EMBEDDING_SUBFOLDER = "embedding"
EMBEDDING_CONFIG_FILE = "embedding_config.yaml"
EMBEDDING_FILE = "embedding.bin"
EMBEDDING_VECTORS_FILE = "embedding.bin.wv.vectors.npy"

# Root of a dataset repo; also copied to train/ of a trained model.
DATASET_CONFIG_FILE = "dataset_config.yaml"

# train/
TRAINER_SUBFOLDER = "train"
TRAINER_CONFIG_FILE = "train_config.yaml"
TRAINER_STATE_FILE = "trainer_state.yaml"
TRAINER_CSV_LOG_FILE = "training_logs.csv"
TRAINER_LOGS_SUBFOLDER = "logs"
TRAINER_CHECKPOINTS_SUBFOLDER = "checkpoints"
OPTIMIZER_FILE = "optimizer.pt"
LR_SCHEDULER_FILE = "lr_scheduler.pt"

MODEL_CARD_FILE = "README.md"


def cache_dir() -> Path:
    """Return the download cache: ``HEZAR_CACHE_DIR``, or ``~/.cache/hezar``.

    Example:
        >>> cache_dir().name
        'hezar'
    """
    return Path(os.environ.get("HEZAR_CACHE_DIR") or "~/.cache/hezar").expanduser()


def endpoint() -> str:
    """Return the address of the Hub or of its mirror: ``HF_ENDPOINT``, or ``https://huggingface.co``.

    Raises:
        HezarError: ``HF_ENDPOINT`` is no address of a web server.
    """
    address = (os.environ.get("HF_ENDPOINT") or "").strip().rstrip("/")
    if not address:
        return "https://huggingface.co"
    if not _is_web_address(address):
        raise HezarError(
            f"HF_ENDPOINT is {address!r:.200}; it is the address of a Hub, such as 'https://huggingface.co' or 'http://localhost:8080'."
        )
    return address


def _is_web_address(address: str) -> bool:
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(address)
        return (
            parts.scheme in {"http", "https"}
            and bool(parts.hostname)
            and parts.port != 0
            and not (parts.query or parts.fragment)
            and address.isprintable()
            and " " not in address
        )
    except ValueError:  # a port that is no number or too large, a host in half a bracket
        return False


def offline() -> bool:
    """Whether ``HF_HUB_OFFLINE`` forbids the network."""
    return os.environ.get("HF_HUB_OFFLINE", "").lower() in {"1", "true", "yes", "on"}


def hub_timeout() -> float:
    """Return how long one answer of the Hub is waited for, in seconds: ``HEZAR_HUB_TIMEOUT``, or 60.

    Raises:
        HezarError: It is no number of seconds above 0.
    """
    asked = os.environ.get("HEZAR_HUB_TIMEOUT") or "60"
    try:
        seconds = float(asked)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 1e6:
        raise HezarError(f"HEZAR_HUB_TIMEOUT is {asked!r:.100}; it is a number of seconds, such as 60.")
    return seconds
