"""Orders of rows and their cutting into batches."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hezar_train.sampling import bucketed_order, plan_batches, shuffled_order, steps_per_epoch


@given(st.integers(1, 200), st.integers(0, 2**31), st.integers(1, 9))
def test_shuffled_order_is_a_permutation_that_differs_by_epoch(rows, seed, epoch):
    order = shuffled_order(rows, seed, epoch)
    assert sorted(order) == list(range(rows))
    assert order == shuffled_order(rows, seed, epoch)
    if rows > 20:
        assert order != shuffled_order(rows, seed, epoch + 1)
        assert order != shuffled_order(rows, seed + 1, epoch)


@given(st.lists(st.integers(1, 100), min_size=1, max_size=300), st.integers(1, 9), st.integers(1, 5))
def test_bucketed_order(lengths, rows_per_step, epoch):
    order = bucketed_order(lengths, 1, epoch, rows_per_step)
    assert sorted(order) == list(range(len(lengths)))
    assert order == bucketed_order(lengths, 1, epoch, rows_per_step)


def test_bucketed_order_saves_padding():
    lengths = [(7 * i) % 101 + 1 for i in range(400)]

    def padded(order):
        return sum(len(batch.rows) * max(lengths[r] for r in batch.rows) for batch in plan_batches(order, 8))

    bucketed = padded(bucketed_order(lengths, 0, 1, 8))
    assert bucketed < 0.7 * padded(shuffled_order(400, 0, 1))
    assert bucketed < 1.15 * sum(lengths)


@given(st.integers(1, 80), st.integers(1, 9), st.integers(1, 5), st.integers(1, 5))
def test_plans_of_all_processes_cover_each_row_once(rows, batch_size, accumulation, processes):
    order = shuffled_order(rows, 0, 1)
    plans = [plan_batches(order, batch_size, accumulation, p, processes) for p in range(processes)]
    assert {len(plan) for plan in plans} == {steps_per_epoch(rows, batch_size * processes)}
    counted = [row for plan in plans for batch in plan for row in batch.rows[: batch.counted]]
    assert sorted(counted) == list(range(rows))
    assert all(batch.rows for plan in plans for batch in plan)
    assert all(batch.counted <= len(batch.rows) <= batch_size for plan in plans for batch in plan)

    # The weights of each step of the optimizer, averaged over processes, add up to one, by rows.
    group: list[float] = []
    for batches in zip(*plans, strict=True):
        group.append(sum(batch.weight for batch in batches) / processes)
        if batches[0].ends_group:
            assert sum(group) == pytest.approx(1)
            group = []
    assert group == []
