"""The way for inputs that are cut while they are read, such as recordings of any length.

At no time is more in memory than what one batch holds, however long an input is, and however many there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

import torch

from hezar_models.layers.linear import weights_are_fixed
from hezar_models.prediction.engine import Engine, progress_bar, session, to_model
from hezar_models.prediction.examples import Example, Row
from hezar_models.prediction.rows import join_rows


class Cutting(Protocol):
    """What `Flow` asks of a model besides what `Engine` does."""

    def cut(self, item: Any, **options: Any) -> Iterator[Example]:
        """Read an input and yield its parts; `options` are keywords of `encode`."""
        ...

    def join(self, rows: list[Row]) -> Row:
        """Return the outputs of an input from those of its parts, in order; there may be none."""
        ...


class Flow(Engine):
    """Predicts for any number of inputs that are cut while they are read."""

    def predict(self, inputs: Iterable[Any], *, total: int | None) -> Iterator[Any]:
        model: Any = self.model
        rows: list[Row] = []
        with progress_bar(total, self.options.progress, 1) as bar:
            for row in self.rows(inputs):
                if row is not None:
                    rows.append(row)
                    continue
                [result] = self.results(join_rows([model.join(rows)]), [None])
                rows = []
                bar.update(1)
                yield result

    def rows(self, inputs: Iterable[Any]) -> Iterator[Row | None]:
        """Yield the outputs of all parts of all inputs, in order; ``None`` marks the end of an input.

        In a stream the first part is computed by itself, for somebody waits, and then more and more at a time. When reading
        fails, what was read before comes first there.
        """
        model: Any = self.model
        held: list[Example | None] = []
        size = limit = 0
        try:
            for item in inputs:
                for part in model.cut(item, **self.options.encode):
                    if not limit:
                        limit = self._largest(part)
                        size = 1 if self.options.stream else limit
                    held.append(part)
                    if sum(one is not None for one in held) == size:
                        yield from self._computed(held)
                        held, size = [], min(2 * size, limit)
                held.append(None)
        except Exception:
            if self.options.stream:
                yield from self._computed(held)
            raise
        yield from self._computed(held)

    def _computed(self, held: list[Example | None]) -> list[Row | None]:
        """Compute parts as one batch."""
        parts = [part for part in held if part is not None]
        if not parts:
            return list[Row | None]([None] * len(held))
        with session(self.model, self.options.num_threads):
            inputs = to_model(self.model.collate(parts), self.model)
            with torch.inference_mode(), weights_are_fixed():
                outputs = self.model.compute(inputs, raw=not self.options.post_process, **self.options.compute)
            rows = iter(self.model.split(outputs, [part.info for part in parts]))
        return [None if part is None else next(rows) for part in held]

    def _largest(self, part: Example) -> int:
        """Return how many parts a batch holds; each costs what one of them does."""
        [cost] = self.model.costs([part], **self.options.compute)
        size = max((self.options.token_budget or self.model.default_token_budget()) // max(cost, 1), 1)
        return min(size, self.options.batch_size) if self.options.batch_size else size
