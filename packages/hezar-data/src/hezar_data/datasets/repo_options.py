"""What the repo of a dataset may ask of the `datasets` library: a configuration, and files of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, cast

from hezar_data.errors import DatasetError
from hezar_hub import Repo

#: Options of ``datasets.load_dataset`` that a ``dataset_config.yaml`` may set. Files are named relative to the repo.
ALLOWED = ("name", "data_dir", "data_files", "keep_in_memory", "verification_mode")
_FILES = ("data_dir", "data_files")
#: Files in which the `datasets` library itself looks for files to read.
_CARDS = ("README.md", ".huggingface.yaml")


def check_options(options: Mapping[str, Any], source: str) -> None:
    """Check the options in the config of a repo that somebody else may have written.

    Raises:
        DatasetError: One is not allowed, or names files outside the repo.
    """
    for name, value in options.items():
        if name not in ALLOWED:
            raise DatasetError(
                f"{source} sets {name!r} in hf_load_kwargs; a repo may set {', '.join(ALLOWED)}. If you trust it, set it "
                f"yourself: Dataset.load(..., hf_load_kwargs={{{name!r}: ...}})."
            )
        if name in _FILES:
            check_files(value, source)


def check_card(repo: Repo) -> None:
    """Check the files that the card of a repo names; the `datasets` library reads what stands there.

    Raises:
        DatasetError: Some are outside the repo.
    """
    from hezar_config import ConfigError, parse_yaml

    for name in _CARDS:
        path = repo.find(name)
        if path is None:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        if name.endswith(".md"):
            begin, _, rest = text.lstrip("\ufeff").partition("---")
            text = rest.partition("\n---")[0] if not begin.strip() else ""
        if not any(word in text for word in _FILES):
            continue
        try:
            values = parse_yaml(text, f"{repo}/{name}")
        except ConfigError as error:
            raise DatasetError(f"{repo}/{name} says which files are the data, and cannot be read: {error}") from error
        configs = cast("dict[str, Any]", values).get("configs") if isinstance(values, dict) else None
        for config in cast("list[Any]", configs) if isinstance(configs, list) else []:
            for key in _FILES if isinstance(config, dict) else ():
                check_files(cast("dict[str, Any]", config).get(key), f"{repo}/{name}")


def check_files(value: Any, source: str) -> None:
    """Check that all files in a value, however nested, are named relative to a repo.

    Raises:
        DatasetError: One is not.
    """
    for text in _texts(value):
        parts = {*PurePosixPath(text).parts, *PureWindowsPath(text).parts}
        is_address = "://" in text or "::" in text
        is_absolute = text.startswith(("/", "\\", "~")) or bool(PureWindowsPath(text).drive)
        if is_address or is_absolute or ".." in parts:
            raise DatasetError(
                f"{source} names {text!r:.200} as its data; a repo may name files inside itself only. If you trust it, set "
                "it yourself: Dataset.load(..., hf_load_kwargs={'data_files': ...})."
            )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for item in cast("dict[Any, Any]", value).values():
            yield from _texts(item)
    elif isinstance(value, (list, tuple)):
        for item in cast("list[Any]", value):
            yield from _texts(item)
    elif value is not None:
        yield str(value)
