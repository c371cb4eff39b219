"""Match the tensors of a file to a model, by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from hezar_models.errors import WeightsMismatchError
from hezar_models.weights.files import StateDict
from hezar_models.weights.table import LAYER_NORMS, POSITION_IDS, Named, WeightTable


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
    weights: StateDict, expected: StateDict, table: WeightTable, optional: Iterable[str] = ()
) -> tuple[dict[str, Tensor], LoadReport]:
    """Match the tensors of a file to the names of a model; never by position.

    Args:
        weights: Tensors of the file.
        expected: The state dict of the model; only shapes and dtypes are looked at.
        table: From names on disk to names of the model. The most literal reading that the model knows is taken.
        optional: Names that need not be in the file, such as tied weights.

    Returns:
        The tensors under the model's names, and the report.

    Raises:
        WeightsMismatchError: Aliases give a tensor several names that the model has.
    """
    report = LoadReport()
    matched: dict[str, Tensor] = {}
    table = WeightTable((POSITION_IDS, *LAYER_NORMS)) + table
    for name, tensor in weights.items():
        named = _reading(name, tensor, table, expected, weights)
        if named is None or any(target in matched for target, _ in named):
            report.unexpected.append(name)
            continue
        if not named:
            report.ignored.append(name)
        for target, part in named:
            if _fits(part, expected[target], target, report):
                matched[target] = part
                if target != name:
                    report.renamed[name] = target
    report.loaded = list(matched)
    absent = expected.keys() - matched.keys() - report.misfits - set(optional)
    report.missing = [name for name in expected if name in absent]
    return matched, report


def _reading(
    name: str, tensor: Tensor, table: WeightTable, expected: StateDict, weights: StateDict
) -> list[Named] | None:
    """Return what a tensor of a file is to the model: itself, or the one other reading whose names it knows."""
    others: dict[tuple[str, ...], list[Named]] = {}
    dropped: list[Named] | None = None
    for named in table.read(name, tensor):
        names = tuple(target for target, _ in named)
        if not named:
            dropped = named
        elif all(target in expected for target in names):
            if name in names or len(names) > 1:
                return named
            if named[0][0] not in weights:
                others[names] = named
    if len(others) > 1:
        raise WeightsMismatchError(
            f"The tensor {name} may be {' or '.join(repr(names[0]) for names in others)} of the model. Rename it in the "
            "file, so that only one of them is meant."
        )
    return next(iter(others.values()), dropped)


def _fits(tensor: Tensor, expected: Tensor, name: str, report: LoadReport) -> bool:
    """Whether a tensor can take the place of another; if not, the report says why."""
    if tensor.shape != expected.shape:
        report.mismatched[name] = (tuple(tensor.shape), tuple(expected.shape))
    elif tensor.is_floating_point() != expected.is_floating_point():
        report.wrong_dtype[name] = (tensor.dtype, expected.dtype)
    else:
        return True
    return False


def match_backbone(
    weights: StateDict, expected: StateDict, backbone: str, prefix: str | None = None
) -> tuple[dict[str, Tensor], LoadReport]:
    """Match the backbone of another model to the backbone of this one, by the part of the name after its prefix.

    Args:
        weights: Tensors of the other model's file, such as ``bert_mask_filling.bert.encoder.layer.0…``.
        expected: The state dict of this model; only shapes and dtypes are looked at.
        backbone: Attribute of the backbone in this model, such as ``"bert"``.
        prefix: Name of the backbone in the file, such as ``"trocr.decoder.roberta"``; by default it is found.

    Returns:
        The tensors under this model's names, and the report; `missing` are the tensors that stay new.

    Raises:
        WeightsMismatchError: The file holds a tensor in several places, as one with an encoder and a decoder does.
    """
    report = LoadReport()
    matched: dict[str, Tensor] = {}
    used: set[str] = set()
    current = {key: _current_name(key) for key in weights}
    for name, own in expected.items():
        inner = name.removeprefix(f"{backbone}.")
        sources = _sources(current, inner, prefix) if inner != name else []
        if len(sources) > 1:
            raise _ambiguous(sources, inner)
        if not sources:
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


def _current_name(name: str) -> str:
    """Return what a tensor is called today, by those aliases that every architecture has."""
    for step in LAYER_NORMS:
        name = re.sub(step.pattern, step.new, name)
    return name


def _sources(names: Mapping[str, str], inner: str, prefix: str | None) -> list[str]:
    """Return the names in the file of what is called `inner` today; `names` maps the one to the other."""
    if prefix is not None:
        whole = f"{prefix}.{inner}" if prefix else inner
        return [key for key, name in names.items() if name == whole]
    return [key for key, name in names.items() if name == inner or name.endswith(f".{inner}")]


def _ambiguous(sources: list[str], inner: str) -> WeightsMismatchError:
    prefixes = [source.removesuffix(inner).rstrip(".") for source in sources]
    return WeightsMismatchError(
        f"The file holds several backbones: {inner} is in {' and in '.join(map(repr, prefixes))}. Say which one is meant, "
        f"such as prefix={prefixes[-1]!r}."
    )
