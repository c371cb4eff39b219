"""From a model to files: a folder, or a commit on the Hub."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hezar_config import ConfigError
from hezar_data import PREPROCESSOR_FILES
from hezar_hub import MODEL_PT_FILE, MODEL_SAFETENSORS_FILE, ModelCard, atomic_save, push
from hezar_models.weights.files import write_weights

if TYPE_CHECKING:
    from hezar_models.model import Model

DEFAULT_WEIGHTS_FILE = MODEL_SAFETENSORS_FILE
#: Weights files by preference of `Model.load`. Saving one of them removes the others, which would be older weights.
WEIGHTS_FILES = (MODEL_SAFETENSORS_FILE, MODEL_PT_FILE)


def save_model(
    model: Model, path: str | os.PathLike[str], filename: str | None, config_filename: str, save_preprocessor: bool
) -> str:
    """Write a model into a folder, all or nothing; see `Model.save`."""
    filename = filename or model.model_filename
    texts = _text_files(model, config_filename, save_preprocessor)
    with atomic_save(path) as staging:
        for name, content in texts.items():
            staging.path(name).write_bytes(content)
        write_weights(model.weight_table.write(model.state_dict()), staging.path(filename))
        for name in _outdated(filename, texts, save_preprocessor):
            staging.delete(name)
    return os.fspath(path)


def push_model(
    model: Model,
    repo_id: str,
    filename: str | None,
    commit_message: str | None,
    private: bool,
    push_preprocessor: bool,
    *,
    token: str | bool | None,
    revision: str | None,
    card: ModelCard | None,
) -> Any:
    """Push a model in one commit; see `Model.push_to_hub`."""
    filename = filename or model.model_filename
    files: dict[str, Any] = dict(_text_files(model, model.config_filename, push_preprocessor))
    with tempfile.TemporaryDirectory(prefix="hezar-push-") as folder:
        weights = Path(folder, Path(filename).name)
        write_weights(model.weight_table.write(model.state_dict()), weights)
        return push(
            repo_id,
            {**files, filename: weights},
            delete=_outdated(filename, files, push_preprocessor),
            commit_message=commit_message or "Hezar: Upload model and config",
            private=private,
            token=token,
            revision=revision,
            card=card or ModelCard(task=getattr(model.config, "task", None)),
        )


def _text_files(model: Model, config_filename: str, with_preprocessor: bool) -> dict[str, bytes]:
    if not model.config.name:
        raise ConfigError(
            f"The config of {type(model).__name__} has no name, so the model could not be loaded again. "
            'Give its config class a name: name = "..."'
        )
    files = {config_filename: model.config.to_yaml().encode()}
    return files | (model.preprocessor.export_files() if with_preprocessor else {})


def _outdated(filename: str, written: Any, with_preprocessor: bool) -> list[str]:
    """Return the files of an older save that would be loaded along with this one."""
    weights = [name for name in WEIGHTS_FILES if name != filename and filename in WEIGHTS_FILES]
    preprocessors = [name for name in PREPROCESSOR_FILES if name not in written] if with_preprocessor else []
    return weights + preprocessors
