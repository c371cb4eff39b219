"""The prediction engine: many inputs in, results in order out, with as little padding and memory as possible.

Inputs are taken a window at a time. A window is encoded at once, sorted by length, cut into batches that hold about the
same number of tokens, computed, and given back in the order of the inputs. Only one window is in memory at a time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from hezar_models.layers.packing import padding_is_dropped
from hezar_models.windows import Encoded, Windows
from hezar_registry import progress_enabled

#: Inputs that are encoded and sorted together. Larger windows pad less and hold more in memory.
WINDOW = 2048
#: The first window of a stream; each next one is twice as large, so that the first results do not wait for many inputs.
FIRST_WINDOW = 32
#: Tokens per batch. On a CPU more does not help: the matrices are large enough, and caches are small.
CPU_TOKEN_BUDGET = 2048
GPU_TOKEN_BUDGET = 32768


class BatchModel(Protocol):
    """What the engine needs of a model."""

    @property
    def window(self) -> int: ...

    @property
    def sequence_outputs(self) -> frozenset[str]: ...

    def encode(self, inputs: list[Any], **kwargs: Any) -> Sequence[Encoded | Windows]: ...

    def length_of(self, encoded: Encoded) -> int: ...

    def collate(self, encoded: list[Encoded]) -> dict[str, Any]: ...


@dataclass
class Engine:
    """Predicts for any number of inputs.

    Attributes:
        model: Encodes and collates.
        run: From the tensors of a batch to the raw outputs.
        finish: From raw outputs to results: a list with one per row, or a mapping of tensors.
        encode_options: Keywords for ``model.encode``.
        batch_size: Most rows per batch; default as many as the budget allows.
        token_budget: Most padded tokens per batch.
        session: Entered while a window is computed, left before its results are given out.
    """

    model: BatchModel
    run: Callable[[dict[str, Any]], Mapping[str, Any]]
    finish: Callable[[Any], Any]
    encode_options: Mapping[str, Any]
    batch_size: int | None
    token_budget: int
    session: Callable[[], AbstractContextManager[Any]] = nullcontext

    def predict(
        self, inputs: Iterable[Any], *, progress: bool | None, total: int | None, stream: bool
    ) -> Iterator[Any]:
        """Yield one result per input, in the order of the inputs.

        Args:
            inputs: Any iterable; read a window at a time.
            progress: Show a progress bar; default on a terminal, for more than one window.
            total: Number of inputs if known.
            stream: Begin with small windows; when the iterable fails, yield the results of what it gave before.
        """
        limit = self.model.window
        with _progress_bar(total, progress, limit) as bar:
            for window in read_windows(inputs, FIRST_WINDOW if stream else limit, limit, finish_before_error=stream):
                with self.session():
                    results = self._predict_window(window, bar.update)
                yield from results

    def _predict_window(self, inputs: list[Any], report: Callable[[int], Any]) -> list[Any]:
        encoded = self.model.encode(inputs, **self.encode_options)
        results: list[Any] = [None] * len(inputs)
        whole = {i: item for i, item in enumerate(encoded) if not isinstance(item, Windows)}
        for places, outputs, lengths in self._batches(whole):
            finished = self.finish(outputs)
            for place, result in zip(places, self._per_row(finished, lengths), strict=True):
                results[place] = result
            report(len(places))
        long = {i: item for i, item in enumerate(encoded) if isinstance(item, Windows)}
        for place, joined in self._join_long(long):
            results[place] = self._per_row(self.finish(joined), [len(long[place].picks)])[0]
            report(1)
        return results

    def _join_long(self, long: Mapping[int, Windows]) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield the outputs of each input that was cut, as a batch of one."""
        rows: dict[tuple[int, int], Any] = {}
        parts = {(place, i): part for place, item in long.items() for i, part in enumerate(item.parts)}
        for keys, outputs, lengths in self._batches(parts):
            rows.update(zip(keys, rows_of(outputs, lengths, self.model.sequence_outputs), strict=True))
        for place, item in long.items():
            outputs = [rows.pop((place, i)) for i in range(len(item.parts))]
            yield place, join_rows([item.join(outputs, self.model.sequence_outputs | {"tokens", "offsets"})])

    def _batches(self, items: Mapping[Any, Encoded]) -> Iterator[tuple[list[Any], Any, list[int]]]:
        """Compute encoded inputs in batches; yield their keys, the outputs of the batch, and their lengths."""
        keys = list(items)
        lengths = [self.model.length_of(items[key]) for key in keys]
        for batch in make_batches(lengths, self.token_budget, self.batch_size):
            with padding_is_dropped():
                outputs = self.run(self.model.collate([items[keys[i]] for i in batch]))
            yield [keys[i] for i in batch], outputs, [lengths[i] for i in batch]

    def _per_row(self, results: Any, lengths: list[int]) -> Sequence[Any]:
        return rows_of(results, lengths, self.model.sequence_outputs) if isinstance(results, Mapping) else results


def read_windows(
    inputs: Iterable[Any], first: int, limit: int, finish_before_error: bool = False
) -> Iterator[list[Any]]:
    """Read an iterable a window at a time: `first` inputs, then twice as many each time, up to `limit`.

    Args:
        inputs: Any iterable.
        first: Size of the first window.
        limit: Size of the largest window.
        finish_before_error: When the iterable raises, yield what it gave before, and raise then.
    """
    iterator, size = iter(inputs), min(first, limit)
    while True:
        window: list[Any] = []
        failure: Exception | None = None
        try:
            for item in islice(iterator, size):
                window.append(item)  # noqa: PERF402 - what was read must survive the error
        except Exception as error:
            if not finish_before_error:
                raise
            failure = error
        if window:
            yield window
        if failure is not None:
            raise failure
        if len(window) < size:
            return
        size = min(2 * size, limit)


@contextmanager
def cpu_threads(count: int | None) -> Iterator[None]:
    """Compute with `count` CPU threads, and with as many as before afterwards."""
    if count is None:
        yield
        return
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def make_batches(lengths: Sequence[int], token_budget: int, batch_size: int | None = None) -> Iterator[list[int]]:
    """Cut rows into batches of similar length, longest first.

    Args:
        lengths: Tokens per row.
        token_budget: Most padded tokens per batch; a longer row gets a batch of its own.
        batch_size: Most rows per batch.

    Yields:
        Row numbers of a batch.
    """
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    start = 0
    while start < len(order):
        longest = max(lengths[order[start]], 1)
        size = max(token_budget // longest, 1)
        size = min(size, batch_size) if batch_size else size
        yield order[start : start + size]
        start += size


def default_token_budget(device: torch.device) -> int:
    """Return the padded tokens per batch that suit a device."""
    return CPU_TOKEN_BUDGET if device.type == "cpu" else GPU_TOKEN_BUDGET


def pad_rows(rows: Sequence[Sequence[int]], pad_value: int) -> Tensor:
    """Return ragged rows as an int64 tensor (rows, longest), padded on the right."""
    width = max((len(row) for row in rows), default=0)
    padded = np.full((len(rows), width), pad_value, dtype=np.int64)
    for target, row in zip(padded, rows, strict=True):
        target[: len(row)] = row
    return torch.from_numpy(padded)


def rows_of(outputs: Any, lengths: Sequence[int], sequence_keys: frozenset[str]) -> list[Any]:
    """Split the outputs of a batch into one mapping per row.

    Args:
        outputs: Mapping of tensors (batch, …), tuples of such tensors, lists with a value per row, and ``None``.
        lengths: Real length of each row.
        sequence_keys: Keys whose second axis is the padded length; it is cut to the length of the row.
    """
    return [
        {key: _row(value, i, lengths[i] if key in sequence_keys else None) for key, value in outputs.items()}
        for i in range(len(lengths))
    ]


def _row(value: Any, i: int, length: int | None) -> Any:
    if isinstance(value, Tensor):
        # A copy: a view would keep the whole padded batch in memory.
        return value[i, :length].clone() if length is not None else value[i].clone()
    if isinstance(value, tuple):
        return tuple(_row(item, i, length) for item in value)
    return value[i] if isinstance(value, list) else value


def join_rows(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Put the mappings of `rows_of` back together: tensors are stacked, shorter ones padded with zeros at the end."""
    return {key: _join([row[key] for row in rows]) for key in (rows[0] if rows else ())}


def _join(values: Sequence[Any]) -> Any:
    first = values[0]
    if isinstance(first, Tensor):
        if all(value.shape == first.shape for value in values):
            return torch.stack(list(values))
        return torch.nn.utils.rnn.pad_sequence(list(values), batch_first=True)
    if isinstance(first, tuple):
        return tuple(_join([value[i] for value in values]) for i in range(len(first)))
    return first if first is None else list(values)


def _progress_bar(total: int | None, progress: bool | None, window: int) -> Any:
    from tqdm import tqdm

    wanted = (total is None or total > window) and progress_enabled(sys.stderr.isatty())
    return tqdm(total=total, unit=" inputs", desc="Predicting", disable=not (wanted if progress is None else progress))
