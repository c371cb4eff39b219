"""Accuracy, precision, recall and F1: published values, definitions, and what happens to wrong input."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_replay import case_id, cases, replay
from hezar_config import MetricConfig
from hezar_registry import InputError, UnknownKeywordError, build_metric
from hezar_train import F1, Accuracy, AccuracyConfig, Metric, Precision, Recall

IMPLEMENTED = ("accuracy", "f1", "precision", "recall")
METRICS = (Accuracy, F1, Precision, Recall)


@pytest.mark.parametrize("case", [c for n in IMPLEMENTED for c in cases("metric", registry_name=n)], ids=case_id)
def test_golden(case):
    name = case.name.removeprefix("metric_")
    assert replay(case, lambda folder, init: build_metric(name, **init)) >= 6


labels = st.one_of(st.integers(-2, 5), st.sampled_from([0, 1]))
rows = st.lists(st.tuples(labels, labels, st.floats(0.125, 8)), min_size=1, max_size=60)


@given(rows, st.integers(1, 7), st.sampled_from(METRICS))
def test_batches_and_processes_add_up(data, size, metric_class):
    predictions, targets, weights = (list(column) for column in zip(*data, strict=True))
    metric = metric_class(n_decimals=9)
    states = []
    for start in range(0, len(data), size):
        state = metric.new_state()
        part = slice(start, start + size)
        metric.update(state, predictions[part], targets[part], sample_weight=weights[part])
        states.append(pickle.loads(pickle.dumps(state)))
    total = sum(states[1:], states[0])
    whole = metric.compute(predictions, targets, sample_weight=weights)
    assert metric.result(total) == pytest.approx(whole, abs=1e-8)
    assert states[0].rows == min(size, len(data))


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=50))
def test_numbers_and_texts_score_alike(data):
    predictions, targets = (list(column) for column in zip(*data, strict=True))
    for metric_class in METRICS:
        metric = metric_class()
        as_text = metric.compute([f"l{p}" for p in predictions], [f"l{t}" for t in targets])
        assert as_text == metric.compute(np.array(predictions), targets)


def test_micro_average_over_all_labels_is_accuracy():
    predictions, targets = [0, 1, 2, 2, 1], [0, 2, 2, 1, 1]
    expected = Accuracy().compute(predictions, targets)["accuracy"]
    for metric_class in (F1, Precision, Recall):
        assert list(metric_class(average="micro").compute(predictions, targets).values()) == [expected]


def test_falsy_options_of_a_call_win():
    assert Accuracy().compute([1, 0], [1, 1], normalize=False) == {"accuracy": 1.0}
    assert Precision(zero_division=1.0).compute([0, 0], [1, 1], zero_division=0) == {"precision": 0.0}
    assert Recall(average="binary").compute([0, 0, 1], [0, 1, 1], pos_label=0) == {"recall": 1.0}
    assert Accuracy().compute([1, 1, 0], [1, 1, 1], n_decimals=0) == {"accuracy": 1.0}
    assert Accuracy().compute([1], [1], output_keys=[]) == {}


def test_array_weights_and_tensors_are_taken():
    torch = pytest.importorskip("torch")
    score = Accuracy().compute(torch.tensor([1, 0]), np.array([1, 1]), sample_weight=np.array([3.0, 1.0]))
    assert score == {"accuracy": 0.75}


def test_zero_division():
    def score(value):
        return Precision(average=None).compute([0, 0], [0, 1], zero_division=value)["precision"]

    assert score(0) == [0.5, 0.0]
    assert score(1) == [0.5, 1.0]
    assert score("warn") == [0.5, 0.0]
    assert math.isnan(score(float("nan"))[1])
    # NaN labels are left out of the mean.
    assert Precision().compute([0, 0], [0, 1], zero_division=float("nan")) == {"precision": 0.5}
    assert math.isnan(Recall().compute([1], [1], labels=[7], zero_division=float("nan"))["recall"])
    with pytest.raises(InputError, match="zero_division"):
        score(0.5)


def test_labels_pick_and_order():
    predictions, targets = [0, 1, 2, 2], [0, 1, 1, 2]
    metric = Recall(average=None)
    assert metric.compute(predictions, targets, labels=[2, 1]) == {"recall": [1.0, 0.5]}
    assert metric.compute(predictions, targets, labels=[9]) == {"recall": [0.0]}


@pytest.mark.parametrize(
    ("predictions", "targets", "options", "message"),
    [
        ([1, 2], [1], {}, "2 predictions and 1 targets"),
        ([], [], {}, "no rows"),
        ([[0.1, 0.9], [0.8, 0.2]], [1, 0], {}, "argmax"),
        ([[1], [1, 2]], [1, 0], {}, "differ in length"),
        ([0.3, 0.7], [1, 0], {}, "labels: integers or texts"),
        ([1, 0], ["1", "0"], {}, "texts and some are numbers"),
        ([1, "0"], [1, 0], {}, "both texts and numbers"),
        (3, 3, {}, "one label per row"),
        ([1, 0], [1, 0], {"sample_weight": [1.0]}, "one weight per row"),
        ([1, 0], [1, 0], {"sample_weight": [1.0, float("nan")]}, "NaN"),
    ],
)
@pytest.mark.parametrize("metric_class", METRICS)
def test_wrong_input(metric_class, predictions, targets, options, message):
    with pytest.raises(InputError, match=message):
        metric_class().compute(predictions, targets, **options)


def test_wrong_options():
    with pytest.raises(InputError, match="'macro'"):
        F1().compute([1], [1], average="makro")
    with pytest.raises(UnknownKeywordError, match="'average'"):
        F1().compute([1], [1], averge="macro")
    with pytest.raises(UnknownKeywordError, match="'normalize'"):
        Accuracy(normalise=True)
    with pytest.raises(InputError, match="scores two labels; there are 3"):
        F1(average="binary").compute([0, 1, 2], [0, 1, 2])
    with pytest.raises(InputError, match="pos_label is 7"):
        F1(average="binary", pos_label=7).compute([0, 1], [0, 1])
    with pytest.raises(InputError, match="sum to zero"):
        Accuracy().compute([1], [1], sample_weight=[0.0])


def test_binary_of_one_label():
    assert F1(average="binary").compute([0, 0], [0, 0], zero_division=1) == {"f1": 1.0}


def test_keywords_win_over_the_config_which_stays():
    config = AccuracyConfig()
    metric = Accuracy(config, normalize=False)
    assert (metric.config.normalize, config.normalize) == (False, True)
    assert build_metric("accuracy", config, n_decimals=1).compute([1, 0, 0], [1, 1, 1]) == {"accuracy": 0.3}


def test_save_and_load(tmp_path):
    F1(average="micro").save(tmp_path)
    loaded = Metric.load(tmp_path, n_decimals=2)
    assert isinstance(loaded, F1)
    assert (loaded.config.average, loaded.config.n_decimals) == ("micro", 2)
    assert isinstance(MetricConfig.load(tmp_path), type(loaded.config))
    with pytest.raises(ValueError, match=r"Metric\.load"):
        Accuracy.load(tmp_path)
