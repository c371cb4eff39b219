"""Which rows make up which batch: a function of seed and epoch only, so that a run can stop and resume anywhere."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

# Rows are sorted by length within this many batches: enough to save padding, few enough to stay random.
BATCHES_PER_BUCKET = 50


@dataclass(frozen=True)
class Batch:
    """One batch of one process.

    Attributes:
        rows: Indices of the dataset.
        counted: How many of `rows`, from the first, count in evaluation; the others only keep processes in step.
        weight: Factor of its mean loss, so that the gradients of the batches of one optimizer step add up to that of
            the mean loss over all their rows.
        ends_group: Whether the optimizer steps after it.
    """

    rows: list[int]
    counted: int
    weight: float = 1.0
    ends_group: bool = True


def shuffled_order(rows: int, seed: int, epoch: int) -> list[int]:
    """Return the indices of `rows` rows in an order that differs from epoch to epoch."""
    return np.random.default_rng([seed, epoch]).permutation(rows).tolist()


def bucketed_order(lengths: Sequence[int], seed: int, epoch: int, rows_per_step: int) -> list[int]:
    """Return a shuffled order in which the rows of each step have similar lengths.

    Args:
        lengths: Length of each row, in any unit.
        seed: Seed of the run.
        epoch: The epoch, from 1.
        rows_per_step: Rows per step over all processes.
    """
    rng = np.random.default_rng([seed, epoch])
    order = rng.permutation(len(lengths))
    negative = -np.asarray(lengths)
    full: list[list[int]] = []
    rest: list[int] = []
    size = rows_per_step * BATCHES_PER_BUCKET
    for start in range(0, len(order), size):
        bucket = order[start : start + size]
        bucket = bucket[np.argsort(negative[bucket], kind="stable")].tolist()
        steps = [bucket[i : i + rows_per_step] for i in range(0, len(bucket), rows_per_step)]
        if len(steps[-1]) < rows_per_step:
            rest = steps.pop()
        full += [steps[i] for i in rng.permutation(len(steps))]
    # Steps are cut from the order by position, so the one that is not full comes last.
    return [row for step in [*full, rest] for row in step]


def steps_per_epoch(rows: int, rows_per_step: int) -> int:
    """Return the number of steps in which all processes together see `rows` rows."""
    return math.ceil(rows / rows_per_step)


def plan_batches(
    order: Sequence[int], batch_size: int, accumulation: int = 1, process_index: int = 0, num_processes: int = 1
) -> list[Batch]:
    """Cut an order of rows into the batches of one process.

    All processes get the same number of batches. Of a last step with too few rows, each gets its share; a process
    that would get none repeats a row.

    Args:
        order: Indices in the order of the epoch.
        batch_size: Rows per batch.
        accumulation: Batches per optimizer step.
        process_index: This process.
        num_processes: All processes.
    """
    width = batch_size * num_processes
    steps = [order[start : start + width] for start in range(0, len(order), width)]
    batches: list[Batch] = []
    for first in range(0, len(steps), accumulation):
        group = steps[first : first + accumulation]
        group_rows = sum(len(step) for step in group)
        for step in group:
            rows = list(step[process_index::num_processes])
            counted = len(rows)
            rows = rows or [step[0]]
            # Gradients are averaged over processes, hence the factor.
            weight = counted * num_processes / group_rows
            batches.append(Batch(rows, counted, weight, ends_group=step is group[-1]))
    return batches
