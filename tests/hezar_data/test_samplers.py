"""Parts of an order."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_replay import case_id, cases, replay
from hezar_data import RangedSampler
from hezar_registry import InputError


@pytest.mark.parametrize("case", cases("sampler"), ids=case_id)
def test_golden(case: Any):
    def call(_: Any, method: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        rows, batch_size = args
        indices = list(RangedSampler(range(rows), batch_size, **kwargs))
        return {"indices": indices, "len": rows}  # 1.0.0 gave the length of the dataset, whatever the part

    recorded = json.loads((case / "expected.json").read_text(encoding="utf-8"))["calls"]
    assert replay(case, lambda folder, init: None, call) == len(recorded)


counts = st.integers(0, 30)


@given(counts, st.integers(1, 9), st.none() | counts, st.none() | counts, st.booleans(), st.none() | counts)
def test_a_sampler_gives_as_many_rows_as_it_says(
    rows: int, batch_size: int, start: int | None, end: int | None, drop_last: bool, seed: int | None
):
    sampler = RangedSampler("x" * rows, batch_size, start, end, drop_last, seed is not None, seed)
    given_rows = list(sampler)
    assert len(sampler) == len(given_rows) == len(set(given_rows))
    assert given_rows == list(sampler)
    whole = list(RangedSampler("x" * rows, batch_size, shuffle=seed is not None, seed=seed))
    assert sorted(whole) == list(range(rows))
    assert given_rows == whole[start or 0 :][: len(given_rows)]


def test_a_run_goes_on_where_it_stopped():
    options = {"shuffle": True, "seed": 3, "drop_last": True}
    whole = list(RangedSampler(range(23), 4, **options))
    parts = [
        *RangedSampler(range(23), 4, end_index=8, **options),
        *RangedSampler(range(23), 4, start_index=8, **options),
    ]
    assert whole == parts
    assert len(whole) == 20


def test_shuffling_leaves_the_generators_of_others_alone():
    before = random.getstate()
    list(RangedSampler(range(9), 2, shuffle=True, seed=1))
    assert random.getstate() == before


def test_a_data_loader_takes_it():
    data = pytest.importorskip("torch.utils.data")
    loader = data.DataLoader(list("abcdefg"), batch_size=2, sampler=RangedSampler("abcdefg", 2, start_index=2))
    assert [list(batch) for batch in loader] == [["c", "d"], ["e", "f"], ["g"]]
    assert len(loader) == 3


@pytest.mark.parametrize(
    "options",
    [{"batch_size": 0}, {"batch_size": 1.5}, {"start_index": -1}, {"end_index": "3"}, {"shuffle": True}, {"seed": -1}],
)
def test_numbers_that_make_no_sense(options: dict[str, Any]):
    with pytest.raises(InputError):
        RangedSampler(range(9), **{"batch_size": 2, **options})
