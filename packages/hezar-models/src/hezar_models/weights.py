"""Weights files: read them without executing anything, and match their tensors to a model by name."""

from __future__ import annotations

import pickle
import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from hezar_models.errors import UnsafeWeightsError, WeightsFileError, WeightsMismatchError
from hezar_registry import get_logger

logger = get_logger(__name__)

StateDict = Mapping[str, Tensor]

#: A rename of weight names: a regular expression and what replaces it.
Rename = tuple[str, str]

# Position ids were written by older library generations; they count 0, 1, 2, … and are never needed.
IGNORED_KEYS = re.compile(r"(^|\.)embeddings\.position_ids$")


def read_weights(path: Path) -> dict[str, Tensor]:
    """Read a weights file, memory-mapped: a tensor costs memory when it is first used.

    Args:
        path: A ``.safetensors`` file, or one written by ``torch.save``.

    Returns:
        The tensors by name, on the CPU.

    Raises:
        UnsafeWeightsError: The file holds pickled objects other than tensors; nothing of it was executed.
        WeightsFileError: The file is truncated, corrupt, or no weights file.
    """
    weights = _read_safetensors(path) if path.suffix == ".safetensors" else _read_torch(path)
    if not isinstance(weights, dict) or not all(
        isinstance(k, str) and isinstance(v, Tensor) for k, v in weights.items()
    ):
        raise WeightsFileError(
            f"{path} does not hold a mapping of names to tensors, but {type(weights).__name__}. "
            "Save the model's state dict, not the model."
        )
    return weights


def _read_safetensors(path: Path) -> Any:
    try:
        return load_file(path, device="cpu")
    except (SafetensorError, OSError, ValueError, RuntimeError) as error:
        raise _corrupt(path, error) from error


def _read_torch(path: Path) -> Any:
    try:
        with warnings.catch_warnings():
            # torch warns of files that it then refuses; the refusal is reported below.
            warnings.simplefilter("ignore", UserWarning)
            try:
                return torch.load(path, map_location="cpu", weights_only=True, mmap=True)
            except RuntimeError as error:
                # Files of torch < 1.6 are no zip archives and cannot be memory-mapped.
                if "mmap can only be used" not in str(error):
                    raise
                return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        if "GLOBAL" in str(error) or ("Unsupported" in str(error) and _is_pickle(path)):
            raise UnsafeWeightsError(
                f"{path} holds pickled objects other than tensors, which could run code. Nothing was executed. "
                "Ask its author for a safetensors file, or for the bare state dict."
            ) from error
        raise _corrupt(path, error) from error
    except (RuntimeError, OSError, EOFError, ValueError, KeyError, AttributeError, TypeError, IndexError) as error:
        raise _corrupt(path, error) from error


def _is_pickle(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(1) == pickle.PROTO


def _corrupt(path: Path, error: Exception) -> WeightsFileError:
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return WeightsFileError(
        f"{path} is not a readable weights file ({reason}). It may be truncated: delete it and load again."
    )


def write_weights(weights: StateDict, path: Path) -> None:
    """Write a weights file; safetensors, or for another suffix what Hezar 1.0.0 reads (``torch.save``)."""
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in weights.items()}
    if path.suffix != ".safetensors":
        torch.save(tensors, path)
        return
    # safetensors refuses two names for one memory; tied weights are written under both, as published files do.
    seen: set[int] = set()
    for name, tensor in tensors.items():
        if tensor.data_ptr() in seen:
            tensors[name] = tensor.clone()
        seen.add(tensor.data_ptr())
    path.touch()
    mode = path.stat().st_mode
    save_file(tensors, path, metadata={"format": "pt"})
    # safetensors puts a file of its own in place, which only its owner may read.
    path.chmod(mode)


@dataclass
class LoadReport:
    """What became of every tensor of a weights file.

    Attributes:
        loaded: Names of the model that got their tensor from the file.
        renamed: Names in the file → names of the model, where they differ.
        missing: Names of the model that the file does not have.
        unexpected: Names in the file that the model does not have.
        mismatched: Name of the model → (shape in the file, shape of the model).
        wrong_dtype: Name of the model → (dtype in the file, dtype of the model), where only one holds real numbers.
        ignored: Names in the file that are left out on purpose.
    """

    loaded: list[str] = field(default_factory=list[str])
    renamed: dict[str, str] = field(default_factory=dict[str, str])
    missing: list[str] = field(default_factory=list[str])
    unexpected: list[str] = field(default_factory=list[str])
    mismatched: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = field(
        default_factory=dict[str, tuple[tuple[int, ...], tuple[int, ...]]]
    )
    wrong_dtype: dict[str, tuple[torch.dtype, torch.dtype]] = field(
        default_factory=dict[str, tuple[torch.dtype, torch.dtype]]
    )
    ignored: list[str] = field(default_factory=list[str])

    @property
    def misfits(self) -> set[str]:
        """Names of the model whose tensor in the file cannot be theirs."""
        return {*self.mismatched, *self.wrong_dtype}

    def raise_for_mismatch(self, source: str, model: str) -> None:
        """Raise a `WeightsMismatchError` unless every tensor of the model was found, and nothing else."""
        if self.missing or self.unexpected or self.misfits:
            raise WeightsMismatchError(
                f"The weights in {source} are not those of {model}.{self.details()}\n"
                "Check that model_config.yaml belongs to these weights. To start a model from the weights of another "
                "one, for fine-tuning, use model.init_from_backbone(...)."
            )

    def details(self) -> str:
        """Return the missing, unexpected and mismatched tensors, a line each."""
        lines = [f"missing in the file: {name}" for name in self.missing]
        lines += [f"unknown to the model: {name}" for name in self.unexpected]
        lines += [
            f"wrong shape: {name} is {got}, the model has {want}" for name, (got, want) in self.mismatched.items()
        ]
        lines += [
            f"wrong dtype: {name} is {got}, the model has {want}" for name, (got, want) in self.wrong_dtype.items()
        ]
        return "".join(f"\n  {line}" for line in lines)


def match_by_name(
    weights: StateDict, expected: StateDict, renames: Sequence[Rename], optional: Iterable[str] = ()
) -> tuple[dict[str, Tensor], LoadReport]:
    """Match the tensors of a file to the names of a model: exact names first, then renames; never by position.

    Args:
        weights: Tensors of the file.
        expected: The state dict of the model; only shapes and dtypes are looked at.
        renames: Applied in order to a name the model does not have, until one gives a name that it has.
        optional: Names that need not be in the file, such as tied weights.

    Returns:
        The tensors under the model's names, and the report.
    """
    report = LoadReport()
    matched: dict[str, Tensor] = {}
    for name, tensor in weights.items():
        if IGNORED_KEYS.search(name) and name not in expected:
            report.ignored.append(name)
            continue
        target = name if name in expected else _rename(name, renames, expected, taken=weights)
        if target is None or target in matched:
            report.unexpected.append(name)
        elif _fits(tensor, expected[target], target, report):
            matched[target] = tensor
            if target != name:
                report.renamed[name] = target
    report.loaded = list(matched)
    absent = expected.keys() - matched.keys() - report.misfits - set(optional)
    report.missing = [name for name in expected if name in absent]
    return matched, report


def _fits(tensor: Tensor, expected: Tensor, name: str, report: LoadReport) -> bool:
    """Whether a tensor can take the place of another; if not, the report says why."""
    if tensor.shape != expected.shape:
        report.mismatched[name] = (tuple(tensor.shape), tuple(expected.shape))
    elif tensor.is_floating_point() != expected.is_floating_point():
        report.wrong_dtype[name] = (tensor.dtype, expected.dtype)
    else:
        return True
    return False


def _rename(name: str, renames: Sequence[Rename], expected: Mapping[str, Any], taken: Mapping[str, Any]) -> str | None:
    for pattern, replacement in renames:
        candidate = re.sub(pattern, replacement, name)
        if candidate != name and candidate in expected and candidate not in taken:
            return candidate
    return None


def match_backbone(weights: StateDict, expected: StateDict, backbone: str) -> tuple[dict[str, Tensor], LoadReport]:
    """Match the backbone of another model to the backbone of this one, by the part of the name behind its prefix.

    Args:
        weights: Tensors of the other model's file, such as ``bert_mask_filling.bert.encoder.layer.0…``.
        expected: The state dict of this model; only shapes and dtypes are looked at.
        backbone: Attribute of the backbone in this model, such as ``"bert"``.

    Returns:
        The tensors under this model's names, and the report; `missing` are the tensors that stay new.
    """
    report = LoadReport()
    matched: dict[str, Tensor] = {}
    used: set[str] = set()
    for name, own in expected.items():
        inner = name.removeprefix(f"{backbone}.")
        sources = [key for key in weights if key == inner or key.endswith(f".{inner}")] if inner != name else []
        if len(sources) != 1:
            report.missing.append(name)
            continue
        used.add(sources[0])
        if not _fits(weights[sources[0]], own, name, report):
            continue
        matched[name] = weights[sources[0]]
        if sources[0] != name:
            report.renamed[sources[0]] = name
    report.loaded = list(matched)
    report.ignored = [key for key in weights if key not in used]
    return matched, report
