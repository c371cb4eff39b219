"""The weights of a repo by themselves, without a model."""

from __future__ import annotations

import os

from torch import Tensor

from hezar_hub import Repo
from hezar_models.weights.files import read_weights


def get_state_dict_from_hub(
    hub_id: str | os.PathLike[str],
    filename: str,
    subfolder: str | None = None,
    *,
    revision: str | None = None,
    token: str | bool | None = None,
    cache_dir: str | os.PathLike[str] | None = None,
    local_files_only: bool = False,
) -> dict[str, Tensor]:
    """Return the tensors of a weights file, on the CPU; nothing in the file is executed.

    Args:
        hub_id: A Hub repo id, or a local folder.
        filename: The file, such as ``"model.pt"`` or ``"model.safetensors"``.
        subfolder: The folder of the file in the repo.
        revision: Branch, tag or commit.
        token: A Hub token; default is the one you are logged in with.
        cache_dir: Where downloads are kept.
        local_files_only: Use what is cached and send no request.

    Raises:
        HubError: The repo or the file cannot be had.
        UnsafeWeightsError: The file holds pickled objects other than tensors.
        WeightsFileError: The file is truncated, corrupt, or no weights file.

    Example:
        >>> weights = get_state_dict_from_hub("hezarai/bert-base-fa", "model.pt")  # doctest: +SKIP
    """
    repo = Repo(hub_id, revision=revision, token=token, cache_dir=cache_dir, local_files_only=local_files_only)
    return read_weights(repo.file(filename, subfolder=subfolder))
