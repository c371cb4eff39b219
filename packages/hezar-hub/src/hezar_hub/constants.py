"""Names of the published layout, and what the environment says; the environment is read at call time."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

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
    """Return the address of the Hub or of its mirror: ``HF_ENDPOINT``, or ``https://huggingface.co``."""
    return (os.environ.get("HF_ENDPOINT") or "https://huggingface.co").rstrip("/")


def offline() -> bool:
    """Whether ``HF_HUB_OFFLINE`` forbids the network."""
    return os.environ.get("HF_HUB_OFFLINE", "").lower() in {"1", "true", "yes", "on"}
