"""The same definitions as scikit-learn, on random labels."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hezar_train import F1, Accuracy, Precision, Recall

sklearn_metrics = pytest.importorskip("sklearn.metrics")

FUNCTIONS = {
    F1: sklearn_metrics.f1_score,
    Precision: sklearn_metrics.precision_score,
    Recall: sklearn_metrics.recall_score,
}
rows = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.floats(0.125, 8)), min_size=1, max_size=40)


def same(ours, theirs):
    pairs = zip(np.atleast_1d(ours), np.atleast_1d(theirs), strict=True)
    return all(math.isclose(a, b, abs_tol=1e-9) or (math.isnan(a) and math.isnan(b)) for a, b in pairs)


@settings(deadline=None)
@given(
    rows,
    st.sampled_from(list(FUNCTIONS)),
    st.sampled_from(["micro", "macro", "weighted", None]),
    st.sampled_from([0.0, 1.0, float("nan")]),
    st.sampled_from([None, [0, 2], [3, 1, 0]]),
    st.booleans(),
)
def test_averages(data, metric_class, average, zero_division, labels, weighted):
    predictions, targets, weights = (list(column) for column in zip(*data, strict=True))
    options = {"labels": labels, "zero_division": zero_division, "sample_weight": weights if weighted else None}
    ours = metric_class(average=average, n_decimals=12).compute(predictions, targets, **options)
    theirs = FUNCTIONS[metric_class](targets, predictions, average=average, **options)
    assert same(next(iter(ours.values())), theirs)


@settings(deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=30), st.sampled_from(list(FUNCTIONS)))
def test_binary(data, metric_class):
    predictions, targets = ([int(value) for value in column] for column in zip(*data, strict=True))
    ours = metric_class(average="binary", n_decimals=12).compute(predictions, targets, zero_division=0)
    theirs = FUNCTIONS[metric_class](targets, predictions, average="binary", zero_division=0)
    assert same(next(iter(ours.values())), theirs)


@settings(deadline=None)
@given(rows, st.booleans())
def test_accuracy(data, normalize):
    predictions, targets, weights = (list(column) for column in zip(*data, strict=True))
    ours = Accuracy(n_decimals=9).compute(predictions, targets, sample_weight=weights, normalize=normalize)
    theirs = sklearn_metrics.accuracy_score(targets, predictions, sample_weight=weights, normalize=normalize)
    assert ours["accuracy"] == pytest.approx(float(theirs), abs=1e-7)
