"""What lies between the names on disk and the names of a model: ordered steps that are walked in both directions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

Named = tuple[str, Tensor]


class Step(Protocol):
    """One step of a `WeightTable`."""

    def read(self, name: str, tensor: Tensor) -> list[list[Named]]:
        """Return what a tensor of a file may become: one or several alternatives, each a list of named tensors."""
        ...

    def write(self, weights: dict[str, Tensor]) -> dict[str, Tensor]:
        """Return the tensors as they were before `read`."""
        ...


@dataclass(frozen=True)
class Rename:
    """Rename by a regular expression, as `re.sub` does.

    With `back` the name on disk is always the other one, and is written again. Without, it is an alias that older files
    may hold: it is tried where the model has no such name, and never written.

    Attributes:
        pattern: Regular expression of the name in the file.
        new: Replacement.
        back: Pattern and replacement of the way back.
    """

    pattern: str
    new: str
    back: tuple[str, str] | None = None

    def read(self, name: str, tensor: Tensor) -> list[list[Named]]:
        renamed = re.sub(self.pattern, self.new, name)
        if renamed == name:
            return [[(name, tensor)]]
        return [[(renamed, tensor)]] if self.back else [[(name, tensor)], [(renamed, tensor)]]

    def write(self, weights: dict[str, Tensor]) -> dict[str, Tensor]:
        if self.back is None:
            return weights
        pattern, published = self.back
        return {re.sub(pattern, published, name): tensor for name, tensor in weights.items()}


@dataclass(frozen=True)
class Transpose:
    """Swap the two axes of a matrix; a view, which costs nothing."""

    pattern: str

    def read(self, name: str, tensor: Tensor) -> list[list[Named]]:
        return [[(name, tensor.t() if re.search(self.pattern, name) else tensor)]]

    def write(self, weights: dict[str, Tensor]) -> dict[str, Tensor]:
        return {name: tensor.t() if re.search(self.pattern, name) else tensor for name, tensor in weights.items()}


@dataclass(frozen=True)
class Split:
    """Cut a tensor into equal parts, such as one projection into those of queries, keys and values.

    Attributes:
        name: The end of the name in the file, such as ``"c_attn.weight"``.
        into: The ends of the names of the parts, in order.
        axis: Axis that is cut.
    """

    name: str
    into: tuple[str, ...]
    axis: int = 0

    def read(self, name: str, tensor: Tensor) -> list[list[Named]]:
        if not name.endswith(self.name) or tensor.shape[self.axis] % len(self.into):
            return [[(name, tensor)]]
        stem = name.removesuffix(self.name)
        parts = tensor.chunk(len(self.into), self.axis)
        return [[(stem + end, part) for end, part in zip(self.into, parts, strict=True)]]

    def write(self, weights: dict[str, Tensor]) -> dict[str, Tensor]:
        joined: dict[str, Tensor] = {}
        for name, tensor in weights.items():
            stem = name.removesuffix(self.into[0])
            parts = [stem + end for end in self.into]
            if name == parts[0] and all(part in weights for part in parts):
                joined[stem + self.name] = torch.cat([weights[part] for part in parts], self.axis)
            elif not any(self._is_part(name, end, weights) for end in self.into[1:]):
                joined[name] = tensor
        return joined

    def _is_part(self, name: str, end: str, weights: Mapping[str, Tensor]) -> bool:
        stem = name.removesuffix(end)
        return stem != name and all(stem + other in weights for other in self.into)


@dataclass(frozen=True)
class Drop:
    """Leave out a tensor that the model does not have; it is not written again."""

    pattern: str

    def read(self, name: str, tensor: Tensor) -> list[list[Named]]:
        return [[(name, tensor)], []] if re.search(self.pattern, name) else [[(name, tensor)]]

    def write(self, weights: dict[str, Tensor]) -> dict[str, Tensor]:
        return weights


@dataclass(frozen=True)
class WeightTable:
    """Steps that are applied one after the other: forwards to read a file, backwards to write one.

    Example:
        >>> table = WeightTable((Rename("^model[.]", "", back=("^", "model.")), Transpose("weight$")))
        >>> [[(name, tensor)]] = table.read("model.weight", torch.zeros(2, 6))
        >>> name, tuple(tensor.shape), list(table.write({name: tensor}))
        ('weight', (6, 2), ['model.weight'])
    """

    steps: tuple[Step, ...] = ()

    def read(self, name: str, tensor: Tensor) -> Iterator[list[Named]]:
        """Yield what a tensor of a file may become, the most literal reading first."""
        yield from self._read([(name, tensor)], self.steps)

    def _read(self, named: Sequence[Named], steps: Sequence[Step]) -> Iterator[list[Named]]:
        if not steps or not named:
            yield list(named)
            return
        for combination in _combinations([steps[0].read(*one) for one in named]):
            yield from self._read(combination, steps[1:])

    def write(self, weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Return the tensors of a model under their published names."""
        published = dict(weights)
        for step in reversed(self.steps):
            published = step.write(published)
        return published

    def __add__(self, other: WeightTable) -> WeightTable:
        return WeightTable((*self.steps, *other.steps))


def _combinations(alternatives: Sequence[list[list[Named]]]) -> Iterator[list[Named]]:
    """Yield each way to choose one alternative for every tensor."""
    if not alternatives:
        yield []
        return
    for chosen in alternatives[0]:
        for rest in _combinations(alternatives[1:]):
            yield [*chosen, *rest]


#: Position ids were written by older library generations; they count 0, 1, 2, … and are never needed.
POSITION_IDS = Drop(r"(^|\.)embeddings\.position_ids$")


#: BERT files of 2018 and 2019 call weight and bias of layer norms as TensorFlow does.
LAYER_NORMS = (
    Rename(r"(?i)(layer_?norm)\.gamma$", r"\1.weight"),
    Rename(r"(?i)(layer_?norm)\.beta$", r"\1.bias"),
)


def former_attributes(attribute: str, *former: str) -> WeightTable:
    """Return the aliases of weights that were published while the network had another attribute.

    Args:
        attribute: What it is called today, such as ``"bert"``.
        *former: What it was called besides ``"model"``.
    """
    older = "|".join(("model", *former))
    return WeightTable(
        (
            Rename(rf"^({older})\.{attribute}\.", f"{attribute}."),
            Rename(rf"^({older})\.", f"{attribute}."),
            Rename(r"^model\.", ""),
        )
    )


def aliases(pairs: Iterable[tuple[str, str]]) -> WeightTable:
    """Return a table of aliases, as (regular expression, replacement)."""
    return WeightTable(tuple(Rename(pattern, new) for pattern, new in pairs))
