"""The files of preprocessors in a repo: their published names, and how they are written."""

from __future__ import annotations

import os
from collections.abc import Mapping

from hezar_hub import (
    FEATURE_EXTRACTOR_CONFIG_FILE,
    IMAGE_PROCESSOR_CONFIG_FILE,
    NORMALIZER_CONFIG_FILE,
    PREPROCESSOR_SUBFOLDER,
    TOKENIZER_CONFIG_FILE,
    TOKENIZER_FILE,
    atomic_save,
)

PREPROCESSOR_FILES: tuple[str, ...] = tuple(
    f"{PREPROCESSOR_SUBFOLDER}/{name}"
    for name in (
        FEATURE_EXTRACTOR_CONFIG_FILE,
        IMAGE_PROCESSOR_CONFIG_FILE,
        NORMALIZER_CONFIG_FILE,
        TOKENIZER_CONFIG_FILE,
        TOKENIZER_FILE,
    )
)
"""Every published file name of a preprocessor, relative to the repo: what a full save replaces or deletes."""


def in_folder(folder: str, name: str) -> str:
    """Join a folder of a repo, which may be empty, and a file name."""
    return f"{folder}/{name}" if folder else name


def write_files(path: str | os.PathLike[str], files: Mapping[str, bytes]) -> None:
    """Write files into a folder, all or none."""
    with atomic_save(path) as staging:
        for name, content in files.items():
            staging.path(name).write_bytes(content)
