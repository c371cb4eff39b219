"""The way from many inputs to results in order, with as little padding and memory as possible.

Inputs are taken a window at a time. A window is encoded at once, sorted by cost, cut into batches of about the same cost,
computed, and given back in the order of the inputs. Only one window is in memory at a time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from hezar_models.layers.linear import weights_are_fixed
from hezar_models.layers.packing import padding_is_dropped
from hezar_models.prediction.batching import FIRST_WINDOW, make_batches, read_windows
from hezar_models.prediction.examples import Encoded, Example, Parts, Row
from hezar_models.prediction.rows import join_rows
from hezar_models.prediction.session import cpu_threads, evaluation_mode
from hezar_registry import InputError, progress_enabled

if TYPE_CHECKING:
    from hezar_models.model import Model

Options = Mapping[str, Any]


@dataclass
class PredictOptions:
    """What a caller of `Model.predict` asked for.

    Attributes:
        encode: Keywords of `Model.encode`, or of `Model.preprocess` where a call is one batch.
        compute: Keywords of `forward` or `generate`.
        decode: Keywords of `Model.post_process`.
        preprocess: Inputs are raw; otherwise they are the tensors of one batch.
        unpack: Give the network its inputs as keywords.
        post_process: Make results of outputs.
        stream: Yield results as inputs are read.
        batch_size: Most rows per batch; ``None`` as many as the budget allows.
        token_budget: Largest cost of a batch; ``None`` what suits the device and the task.
        num_threads: CPU threads.
        progress: Show a progress bar; ``None`` on a terminal, for more than one window.
        return_errors: Give the error in place of the result of an input that cannot be read.
    """

    encode: Options = field(default_factory=dict[str, Any])
    compute: Options = field(default_factory=dict[str, Any])
    decode: Options = field(default_factory=dict[str, Any])
    preprocess: bool = True
    unpack: bool = True
    post_process: bool = True
    stream: bool = False
    batch_size: int | None = None
    token_budget: int | None = None
    num_threads: int | None = None
    progress: bool | None = None
    return_errors: bool = False


def run(model: Model, inputs: Any, options: PredictOptions) -> Any:
    """Predict; see `Model.predict`."""
    if not (options.preprocess and model.batches_inputs):
        return _run_one_batch(model, inputs, options)
    engine = model.engine(model, options)
    items = model.as_list(inputs)
    results = engine.predict(items, total=len(items) if isinstance(items, (list, tuple)) else None)
    if options.stream:
        return results
    collected = list(results)
    return model.join_results(collected) if options.post_process else model.join_outputs(collected)


def _run_one_batch(model: Model, inputs: Any, options: PredictOptions) -> Any:
    for name in ("stream", "return_errors"):
        if getattr(options, name):
            raise InputError(f"{name}=True needs raw inputs and a model that can batch them ({type(model).__name__}).")
    with session(model, options.num_threads):
        batch = model.preprocess(inputs, **options.encode) if options.preprocess else inputs
        if not isinstance(batch, (Mapping, Tensor)):
            raise InputError(
                f"The inputs of a model are a tensor or a mapping of tensors; found {type(batch).__name__}."
            )
        moved = to_model(batch, model)
        network = model.generate if model.is_generative else model
        with torch.inference_mode():
            if not (isinstance(moved, Mapping) and options.unpack):
                outputs = network(moved, **options.compute)
            elif options.post_process:
                outputs = model.compute(moved, raw=False, **options.compute)
            else:
                outputs = network(**moved, **options.compute)
        return model.post_process(outputs, **options.decode) if options.post_process else outputs


@contextmanager
def session(model: Model, num_threads: int | None) -> Iterator[None]:
    """Be in evaluation mode, with a number of CPU threads, for as long as something is computed."""
    with evaluation_mode(model), cpu_threads(num_threads):
        yield


@dataclass
class Engine:
    """Predicts for any number of inputs."""

    model: Model
    options: PredictOptions

    def predict(self, inputs: Iterable[Any], *, total: int | None) -> Iterator[Any]:
        """Yield one result per input, in the order of the inputs.

        Args:
            inputs: Any iterable; read a window at a time.
            total: Number of inputs if known.
        """
        stream, limit = self.options.stream, self.model.window
        with progress_bar(total, self.options.progress, limit) as bar:
            for window in read_windows(inputs, FIRST_WINDOW if stream else limit, limit, finish_before_error=stream):
                with session(self.model, self.options.num_threads):
                    results = self._predict_window(window, bar.update)
                yield from results

    def _predict_window(self, inputs: list[Any], report: Callable[[int], Any]) -> list[Any]:
        encoded = self._encoded(inputs)
        results: list[Any] = [item if isinstance(item, InputError) else None for item in encoded]
        report(sum(result is not None for result in results))
        whole = {i: item for i, item in enumerate(encoded) if isinstance(item, Example)}
        for places, outputs in self._batches(whole):
            for place, result in zip(places, self.results(outputs, [whole[i].info for i in places]), strict=True):
                results[place] = result
            report(len(places))
        long = {i: item for i, item in enumerate(encoded) if isinstance(item, Parts)}
        for place, row in self._joined(long):
            [results[place]] = self.results(join_rows([row]), [long[place].info])
            report(1)
        return results

    def _encoded(self, inputs: list[Any]) -> Sequence[Encoded | InputError]:
        """Return the example of each input, or with `return_errors` why it has none."""
        try:
            return self.model.encode(inputs, **self.options.encode)
        except InputError:
            if not self.options.return_errors:
                raise
        return [self._encoded_alone(one) for one in inputs]

    def _encoded_alone(self, one: Any) -> Encoded | InputError:
        try:
            [encoded] = self.model.encode([one], **self.options.encode)
        except InputError as error:
            return error
        return encoded

    def results(self, outputs: Any, infos: Sequence[Any]) -> Sequence[Any]:
        """Return what there is for each row of a batch: its result, or its outputs."""
        if self.options.post_process:
            return self.model.decode(outputs, infos, **self.options.decode)
        return self.model.split(outputs, infos)

    def _joined(self, long: Mapping[int, Parts]) -> Iterator[tuple[int, Row]]:
        """Yield the outputs of each input that was cut."""
        rows: dict[tuple[int, int], Row] = {}
        parts = {(place, i): part for place, item in long.items() for i, part in enumerate(item.parts)}
        for keys, outputs in self._batches(parts):
            rows.update(zip(keys, self.model.split(outputs, [parts[key].info for key in keys]), strict=True))
        for place, item in long.items():
            yield place, item.join([rows.pop((place, i)) for i in range(len(item.parts))])

    def _batches(self, items: Mapping[Any, Example]) -> Iterator[tuple[list[Any], Any]]:
        """Compute examples in batches; yield their keys, and the outputs of the batch."""
        model, options, keys = self.model, self.options, list(items)
        costs = model.costs(list(items.values()), **options.compute)
        shapes = [items[key].shape_key for key in keys]
        budget = options.token_budget or model.default_token_budget()
        for batch in make_batches(costs, budget, options.batch_size, shapes):
            inputs = to_model(model.collate([items[keys[i]] for i in batch]), model)
            with torch.inference_mode(), weights_are_fixed(), padding_is_dropped():
                outputs = model.compute(inputs, raw=not options.post_process, **options.compute)
            yield [keys[i] for i in batch], outputs


def to_model(value: Any, model: Model) -> Any:
    """Move tensors to where a model is, those of real numbers in its precision."""
    if isinstance(value, Tensor):
        return value.to(model.device, model.dtype if value.is_floating_point() else None)
    if isinstance(value, Mapping):
        return {key: to_model(item, model) for key, item in value.items()}
    return value


@contextmanager
def progress_hidden() -> Iterator[None]:
    """Take progress bars away while something else is written to the terminal."""
    from tqdm import tqdm

    with tqdm.external_write_mode():
        yield


def progress_bar(total: int | None, progress: bool | None, window: int) -> Any:
    """Return a bar that counts inputs; where nobody says, it shows on a terminal, for more inputs than `window`."""
    from tqdm import tqdm

    wanted = (total is None or total > window) and progress_enabled(sys.stderr.isatty())
    return tqdm(total=total, unit=" inputs", desc="Predicting", disable=not (wanted if progress is None else progress))
