"""The loop of an evaluation, over a whole dataset and all processes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import torch
from accelerate.utils import gather_object
from torch import nn

from hezar_train.checkpoints.rng import preserved_rng
from hezar_train.evaluation.handler import MetricsHandler
from hezar_train.sampling import Batch

#: From the rows of a batch, collated, to the outputs of the model, the loss, and the batch as the model got it.
EvaluationStep = Callable[[Mapping[str, Any]], tuple[Mapping[str, Any], torch.Tensor, Mapping[str, Any]]]


def evaluate(
    model: nn.Module,
    batches: Sequence[Batch],
    load: Callable[[Sequence[Batch]], Iterable[Any]],
    step: EvaluationStep,
    handler: MetricsHandler,
    after_batch: Callable[[], None],
) -> dict[str, Any]:
    """Compute the metrics and the mean loss of a model. All processes must call it.

    The model runs in evaluation mode; afterwards its mode and the random states are as before.

    Args:
        model: The model.
        batches: The batches of this process.
        load: Gives the collated rows of each batch, in order.
        step: What is done with the rows of a batch.
        handler: Feeds the metrics.
        after_batch: Called after each batch; may raise to end the evaluation.

    Returns:
        The values of the metrics, and ``loss``: the mean over all rows of all processes.
    """
    loss_sum, rows = 0.0, 0
    handler.reset()
    was_training = model.training
    model.eval()
    try:
        with preserved_rng():
            for batch, inputs in zip(batches, load(batches), strict=True):
                with torch.inference_mode():
                    outputs, loss, prepared = step(inputs)
                handler.update(outputs, prepared, batch.counted)
                loss_sum += float(loss) * batch.counted
                rows += batch.counted
                after_batch()
    finally:
        model.train(was_training)
    totals = gather_object([(loss_sum, rows)])
    results = handler.compute(gather_object)
    results["loss"] = sum(total for total, _ in totals) / sum(count for _, count in totals)
    return results
