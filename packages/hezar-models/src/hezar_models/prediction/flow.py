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
from hezar_registry import InputError


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
                if row is not None and not isinstance(row, InputError):
                    rows.append(row)
                    continue
                result = row
                if result is None:
                    [result] = self.results(join_rows([model.join(rows)]), [None])
                rows = []
                bar.update(1)
                yield result

    def rows(self, inputs: Iterable[Any]) -> Iterator[Row | InputError | None]:
        """Yield the outputs of all parts of all inputs, in order; ``None`` marks the end of an input.

        With `return_errors`, the error of an input that cannot be read marks its end.

        In a stream the first part is computed by itself, for somebody waits, and then more and more at a time. When reading
        fails, what was read before comes first there.
        """
        held: list[Example | InputError | None] = []
        size = limit = 0
        try:
            for item in inputs:
                for part in self._parts(item):
                    held.append(part)
                    if not isinstance(part, Example):
                        continue
                    if not limit:
                        limit = self._largest(part)
                        size = 1 if self.options.stream else limit
                    if sum(isinstance(one, Example) for one in held) == size:
                        yield from self._computed(held)
                        held, size = [], min(2 * size, limit)
        except Exception:
            if self.options.stream:
                yield from self._computed(held)
            raise
        yield from self._computed(held)

    def _parts(self, item: Any) -> Iterator[Example | InputError | None]:
        """Yield the parts of an input, and then what marks its end."""
        model: Any = self.model
        try:
            yield from model.cut(item, **self.options.encode)
        except InputError as error:
            if not self.options.return_errors:
                raise
            yield error
        else:
            yield None

    def _computed(self, held: list[Example | InputError | None]) -> list[Row | InputError | None]:
        """Compute parts as one batch."""
        parts = [part for part in held if isinstance(part, Example)]
        if not parts:
            return [mark for mark in held if not isinstance(mark, Example)]
        with session(self.model, self.options.num_threads):
            inputs = to_model(self.model.collate(parts), self.model)
            with torch.inference_mode(), weights_are_fixed():
                outputs = self.model.compute(inputs, raw=not self.options.post_process, **self.options.compute)
            rows = iter(self.model.split(outputs, [part.info for part in parts]))
        return [next(rows) if isinstance(part, Example) else part for part in held]

    def _largest(self, part: Example) -> int:
        """Return how many parts a batch holds; each costs what one of them does."""
        [cost] = self.model.costs([part], **self.options.compute)
        size = max((self.options.token_budget or self.model.default_token_budget()) // max(cost, 1), 1)
        return min(size, self.options.batch_size) if self.options.batch_size else size
