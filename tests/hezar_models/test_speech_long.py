"""Recordings of any length, proven with a model that writes the time it hears."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator

import numpy as np
import pytest

from hearing_model import (
    FIRST_TIME,
    FRAME,
    RATE,
    hearing,
    recording,
    said_in,
    silence,
    sound,
)
from hezar_models.speech.segments import Segment
from hezar_registry import InputError, UnknownKeywordError

#: Within so many seconds a time is right.
STEP = 0.0201


def seconds_of(segments: list[Segment]) -> list[int]:
    return [int(number) for segment in segments for number in segment.text.split()]


def check(segments: list[Segment], samples: np.ndarray) -> None:
    """Check that all that is heard is written once, in order, on the clock of the recording."""
    length = len(samples) / RATE
    want = [second for second, _ in said_in(samples)]
    assert seconds_of(segments) == want
    assert all(0 <= segment.start < segment.end <= length for segment in segments)
    for one, other in itertools.pairwise(segments):
        assert one.end <= other.start + 1e-6
    times = dict(said_in(samples))
    for segment in segments:
        first = int(segment.text.split()[0])
        assert segment.start <= times[first] + STEP


def mixed(seconds: float, seed: int, silences: tuple[float, float]) -> np.ndarray:
    """Return speech of 1 to 20 seconds with silences in between."""
    chance = np.random.default_rng(seed)
    parts: list[tuple[str, float]] = []
    while sum(length for _, length in parts) < seconds:
        parts += [("sound", round(chance.uniform(1, 20), 2)), ("silence", round(chance.uniform(*silences), 2))]
    return recording(parts)


RECORDINGS = {
    "ten minutes with silences": mixed(600, 1, (0.1, 3)),
    "long silences": mixed(300, 2, (5, 40)),
    "short silences": mixed(300, 3, (0.02, 0.3)),
    "no silence": sound(600),
    "a long vowel": recording([("sound", 10), ("silence", 0.5), ("sound", 45), ("silence", 1), ("sound", 4)]),
    "silence around": recording([("silence", 70), ("sound", 33), ("silence", 65)]),
    "a little more than a window": sound(30.02),
    "a window": sound(30),
    "short": recording([("silence", 1), ("sound", 2), ("silence", 1)]),
}


@pytest.mark.parametrize("name", RECORDINGS)
@pytest.mark.parametrize("times", [False, True])
def test_everything_is_written_once(name, times):
    samples = RECORDINGS[name]
    model = hearing(times=times)
    segments = model.transcribe(samples)
    check(segments, samples)
    if times:  # each second has a time of its own
        for (second, time), segment in zip(said_in(samples), segments, strict=True):
            assert segment.text.strip() == str(second)
            assert segment.start == pytest.approx(time, abs=STEP)
    [result] = model.predict([samples], return_chunks=True, batch_size=1)
    assert result.text == "".join(segment.text for segment in segments)
    assert [chunk["text"] for chunk in result.chunks] == [segment.text for segment in segments]
    assert [(chunk["start"], chunk["end"]) for chunk in result.chunks] == [(s.start, s.end) for s in segments]


def test_many_recordings_share_batches_and_keep_their_order():
    samples = [RECORDINGS[name] for name in ("short", "silence around", "a long vowel", "no silence", "short")]
    model = hearing()
    want = [model.predict(one)[0].text for one in samples]
    model.batches.clear()
    assert [result.text for result in model.predict(samples)] == want
    assert [result.text for result in model.predict(iter(samples), stream=True)] == want
    assert max(model.batches) == 8


def test_blocks_of_any_length_are_a_recording():
    samples = RECORDINGS["short silences"]
    model = hearing(times=True)
    want = model.transcribe(samples)
    chance = np.random.default_rng(0)
    cuts = np.unique(chance.integers(0, len(samples), 300))
    assert model.transcribe(iter(np.split(samples, cuts))) == want
    assert model.transcribe(block for block in samples.reshape(-1, FRAME)) == want
    [result] = model.predict([iter(np.split(samples, cuts))])
    assert result.text == "".join(segment.text for segment in want)


def test_a_stream_reads_no_further_than_it_must():
    model, read = hearing(), 0

    def microphone() -> Iterator[np.ndarray]:
        nonlocal read
        for second in itertools.count():
            read += 1
            yield sound(1, second)

    threads = threading.active_count()
    stream = model.transcribe(microphone(), stream=True, batch_size=1)
    assert read == 0
    first = next(stream)
    assert seconds_of([first]) == list(range(len(first.text.split())))
    assert read <= 35
    asked = model.asked
    stream.close()
    assert model.asked == asked
    assert threading.active_count() == threads
    assert next(model.generate_stream(microphone())) == first.text


def test_memory_does_not_grow_with_the_sound(monkeypatch):
    """Three hours, made while they are read: of them, no more is held than a batch."""
    from hezar_models.speech import windows

    most = 0
    fill = windows._Held.fill

    def watched(self: windows._Held, wanted: int) -> None:
        nonlocal most
        fill(self, wanted)
        most = max(most, len(self.samples))

    monkeypatch.setattr(windows._Held, "fill", watched)
    model = hearing(lambda samples, new: [said_in(samples[: 2 * RATE])[0][0]])
    count = 0
    blocks = (sound(30, 30 * i) if i % 4 else silence(30) for i in range(3 * 120))
    for _ in model.transcribe(blocks, stream=True):
        count += 1
    assert 300 < count < 600
    assert most < 90 * RATE


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros(0, np.float32),
        np.zeros(1, np.float32),
        np.zeros(160, np.float32),
        silence(0.06),
        silence(60),
        np.random.default_rng(0).normal(0, 1e-3, 60 * RATE).astype(np.float32),
    ],
    ids=["0 samples", "1 sample", "160 samples", "60 ms", "60 s", "60 s of noise at -60 dB"],
)
def test_silence_has_no_text(samples):
    model = hearing(lambda samples, new: [1, 2, 3])
    assert model.transcribe(samples) == []
    assert [result.text for result in model.predict(samples)] == [""]
    [result] = model.predict([samples], return_chunks=True)
    assert result.chunks == []
    assert not model.batches


def test_a_window_whose_transcript_does_not_end_is_cut_at_a_pause_and_written_again():
    """As many tokens as the decoder has positions for are said in less than a window: nothing is lost."""
    samples = recording([("sound", 9), ("silence", 0.4), ("sound", 14), ("silence", 0.4), ("sound", 40)])
    model = hearing(positions=14)  # ten seconds, and the prompt
    segments = model.transcribe(samples)
    check(segments, samples)
    assert not any(segment.bad for segment in segments)
    assert max(len(segment.text.split()) for segment in segments) <= 10
    nine_a_second = hearing(lambda heard, new: dense(heard), positions=100)
    # Numbers that count on compress well, unlike speech.
    assert tokens_of(nine_a_second.transcribe(samples, compression_ratio_threshold=9)) == dense(samples)


def dense(samples: np.ndarray) -> list[int]:
    """Return nine tokens a second, no three of which repeat."""
    return [1000 + second * 9 + i for second, _ in said_in(samples) for i in range(9)]


def tokens_of(segments: list[Segment]) -> list[int]:
    return [token for segment in segments for token in segment.token_ids]


def test_what_never_ends_is_said_to_be_unfinished():
    model = hearing(lambda samples, new: [*range(100 + len(new)), len(new) + 100], positions=20)
    segments = model.transcribe(sound(5))
    assert segments
    assert {segment.bad for segment in segments} == {"unfinished"}
    assert model.transcribe(sound(5), on_bad="drop") == []


@pytest.mark.parametrize("sure", [30.0, 12.0])
def test_one_bad_window_changes_no_other(sure):
    """The same four tokens for ever, however sure the model is of them."""
    samples = sound(90)
    good = hearing().transcribe(samples)

    def answer(heard: np.ndarray, new: list[int]) -> list[int] | None:
        spoiled = 40 in [second for second, _ in said_in(heard)]
        return [71, 72, 73, 74] * 200 if spoiled else None

    model = hearing(answer, sure=lambda heard: sure)
    bad = [i for i, segment in enumerate(good) if 40 in seconds_of([segment])]
    for on_bad in ("mark", "keep", "drop"):
        segments = model.transcribe(samples, on_bad=on_bad)
        others = [segment for segment in segments if segment.bad is None]
        assert [one.text.strip() for one in others] == [one.text.strip() for i, one in enumerate(good) if i not in bad]
        spoiled = [segment for segment in segments if segment.bad == "repetition"]
        assert len(spoiled) == (on_bad != "drop")
        if on_bad == "mark":
            assert spoiled[0].text == " 71 72 73 74"
        if on_bad == "keep":
            assert spoiled[0].text.count(" 71 72 73 74") > 50
    assert model.batches[0] == 4


def test_a_window_that_is_good_at_another_temperature_is_taken_from_there():
    tries: dict[int, int] = {}

    def answer(heard: np.ndarray, new: list[int]) -> list[int] | None:
        first = said_in(heard)[0][0]
        if not new:
            tries[first] = tries.get(first, 0) + 1
        return [5] * 300 if first and tries[first] < 3 else None

    model = hearing(answer)
    segments = model.transcribe(sound(60))
    assert seconds_of(segments) == list(range(60))
    assert [segment.temperature for segment in segments] == [0.0, 0.4, 0.4]
    assert len(model.batches) == 1  # the encoder heard each window once


def test_unlikely_text_is_marked_and_silence_is_believed():
    samples = sound(50)
    unsure = hearing(sure=lambda heard: 6.0)  # of ten thousand tokens
    segments = unsure.transcribe(samples)
    assert {segment.bad for segment in segments} == {"unlikely"}
    assert all(segment.score < -1 for segment in segments)
    assert unsure.transcribe(samples, logprob_threshold=None)[0].bad is None
    silent = hearing(sure=lambda heard: 6.0, no_speech=lambda heard: 0.9)
    assert silent.transcribe(samples) == []
    assert silent.transcribe(samples, no_speech_threshold=0.95)
    sure = hearing(no_speech=lambda heard: 0.9)
    assert seconds_of(sure.transcribe(samples)) == list(range(50))
    assert sure.transcribe(samples)[0].no_speech == pytest.approx(0.9, abs=1e-3)


def test_lone_times_give_no_empty_segments_and_open_segments_are_kept():
    def answer(heard: np.ndarray, new: list[int]) -> list[int]:
        first = said_in(heard)[0][0]
        return [FIRST_TIME, first, FIRST_TIME + 300, FIRST_TIME + 300, first + 7]

    segments = hearing(answer, times=True).transcribe(sound(50))
    length = segments[1].end
    assert [segment.start for segment in segments[:2]] == [0, 6]
    assert 12 < length <= 24
    assert seconds_of(segments[:2]) == [0, 7]

    def lone(heard: np.ndarray, new: list[int]) -> list[int]:
        return [FIRST_TIME, said_in(heard)[0][0], FIRST_TIME + 1400]

    segments = hearing(lone, times=True).transcribe(sound(65))
    assert len(segments) == 3
    assert all(segment.end <= 65 for segment in segments)
    assert all(one.end <= other.start for one, other in itertools.pairwise(segments))


def test_a_recording_that_fits_is_written_as_published_unless_windows_are_to_be_looked_at():
    repeats = hearing(lambda samples, new: [5] * 60)
    [result] = repeats.predict(sound(3))
    assert result.text == " 5" * 60
    [result] = repeats.predict(sound(3), on_bad="mark", return_chunks=True)
    assert (result.text, result.chunks[0]["bad"]) == (" 5", "repetition")
    assert [segment.text for segment in repeats.transcribe(sound(3))] == [" 5"]


def test_windows_are_as_long_as_is_asked():
    model = hearing()
    check(model.transcribe(sound(100), window_seconds=10), sound(100))
    assert max(len(segment.text.split()) for segment in model.transcribe(sound(100), window_seconds=10)) <= 10
    for wrong in (0, -1, "10", True, None):
        with pytest.raises(InputError, match="window_seconds"):
            model.transcribe(sound(100), window_seconds=wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"on_bad": "delete"},
        {"temperature": -1},
        {"temperature": ()},
        {"temperature": "warm"},
        {"logprob_threshold": "low"},
        {"prompt": "1 2", "prompt_ids": [1]},
        {"task": "sing"},
        {"language": "klingon"},
    ],
    ids=str,
)
def test_wrong_options_are_clear_errors(wrong):
    with pytest.raises(InputError, match=next(iter(wrong))):
        hearing().transcribe(sound(2), **wrong)


def test_unknown_options_are_errors_before_anything_is_read():
    with pytest.raises(UnknownKeywordError, match="'on_bad'"):
        hearing().transcribe(sound(2), onbad="keep")
    with pytest.raises(UnknownKeywordError, match="do_sample"):
        hearing().predict(sound(2), do_sample=True)


def test_what_cannot_be_heard_is_a_clear_error():
    model = hearing()
    spoiled = sound(50)
    spoiled[40 * RATE] = np.nan
    with pytest.raises(InputError, match="not finite"):
        model.transcribe(spoiled)
    stream = model.transcribe(iter(np.split(spoiled, 50)), stream=True, batch_size=1)
    assert next(stream).text.startswith(" 0 1 2")
    with pytest.raises(InputError, match="not finite"):
        list(stream)
    with pytest.raises(InputError, match="mono"):
        model.transcribe(np.zeros((16_000, 2), np.float32))


def test_integer_samples_are_scaled():
    samples = (sound(3) * 32767).astype(np.int16)
    assert hearing(lambda heard, new: [round(float(heard.max()) * 1000)]).predict(samples)[0].text == " 100"
