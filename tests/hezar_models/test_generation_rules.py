"""The rules of generation, one by one: what is never chosen, what is forced, what becomes less likely."""

from __future__ import annotations

from table_model import TableModel, ids_of


def test_the_first_free_token_of_each_row_is_not_a_suppressed_one():
    """After a forced token it is the second one; a forced token comes only where a row begins with the start token."""
    model = TableModel(6)
    best = [model.best([1], 1)[-1], model.best([2, 3], 1)[-1]]
    [short], [long] = ids_of(
        model, [[1], [2, 3]], max_new_tokens=2, forced_bos_token_id=5, begin_suppress_tokens=[*best, 5]
    )
    assert short[:2] == [1, 5]
    assert short[2] not in {*best, 5}
    assert long[2] not in {*best, 5}
    assert long[3] == model.best(long[:3], 1)[-1]
