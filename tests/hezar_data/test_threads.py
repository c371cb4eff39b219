"""Sharing work among threads: the results are those of one thread, whoever does the work."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from hezar_data import WhisperFeatureExtractor, threads
from hezar_data.threads import in_threads


@pytest.fixture
def three_cores(monkeypatch):
    monkeypatch.setattr(threads, "cores", lambda: 3)


def test_results_are_in_order_and_errors_come_through(three_cores):
    assert in_threads(lambda x: x * x, range(100)) == [x * x for x in range(100)]
    assert in_threads(abs, []) == []
    with pytest.raises(ZeroDivisionError):
        in_threads(lambda x: 1 // x, range(3))


def test_several_threads_take_part(three_cores):
    meeting = threading.Barrier(2, timeout=20)
    names = in_threads(lambda _: (meeting.wait(), threading.current_thread().name)[1], range(2))
    assert len(set(names)) == 2


def test_helpers_are_not_waited_for_when_they_are_busy(three_cores):
    """The helpers hold the items of one caller until another one, which gets none of them, is done."""
    other_is_done = threading.Event()

    def wait(number: int) -> int:
        assert other_is_done.wait(20)
        return number

    with ThreadPoolExecutor(1) as outside:
        held = outside.submit(in_threads, wait, range(6))
        assert in_threads(lambda x: x, range(50)) == list(range(50))
        other_is_done.set()
        assert held.result(20) == list(range(6))


def test_it_may_be_called_within(three_cores):
    sums = in_threads(lambda n: sum(in_threads(lambda m: n * m, range(10))), range(20))
    assert sums == [45 * n for n in range(20)]


def test_without_any_helper(three_cores, monkeypatch):
    """As when the interpreter shuts down, or the system starts no further thread."""

    def refuse():
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threads, "_helpers", refuse)
    assert in_threads(abs, [-1, 2]) == [1, 2]


@pytest.mark.parametrize("seconds", [3, 12, 30, 41.7])
def test_features_do_not_depend_on_the_cores(seconds, monkeypatch):
    audio = np.random.default_rng(2).standard_normal(int(seconds * 16_000)).astype(np.float32)
    extractor = WhisperFeatureExtractor(feature_size=20)
    results = []
    for cores in (1, 2, 5):
        monkeypatch.setattr(threads, "cores", lambda cores=cores: cores)
        results.append(extractor.log_mel(audio))
    assert np.array_equal(results[0], results[1])
    assert np.array_equal(results[0], results[2])


def test_many_callers_at_once(three_cores):
    recordings = np.random.default_rng(3).standard_normal((8, 12 * 16_000)).astype(np.float32)
    extractor = WhisperFeatureExtractor(feature_size=8, chunk_length=12)
    expected = [extractor.log_mel(audio) for audio in recordings]
    with ThreadPoolExecutor(8) as callers:
        found = list(callers.map(extractor.log_mel, recordings))
    assert all(np.array_equal(a, b) for a, b in zip(expected, found, strict=True))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # Python 3.12: there are threads
def test_after_a_fork(three_cores):
    assert in_threads(abs, range(10)) == list(range(10))
    child = os.fork()
    if child == 0:
        os._exit(0 if in_threads(abs, range(10)) == list(range(10)) else 1)
    assert os.waitpid(child, 0)[1] == 0
