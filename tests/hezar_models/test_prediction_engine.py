"""The prediction engine: batches, windows, streams, threads, long texts."""

from __future__ import annotations

import threading
from itertools import islice, pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from hezar_models import Model
from hezar_models.prediction.batching import make_batches, read_windows
from hezar_models.prediction.examples import Parts
from hezar_models.prediction.text_windows import cut_into_windows, owning_windows, window_starts
from hezar_registry import InputError, UnknownKeywordError
from tiny_models import GENERATIVE_MODELS, inputs_for, tiny_model

LONG = " ".join(f"علی در شهر {number} است و کتاب می\u200cخواند." for number in range(60))


# Batches ------------------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.lists(st.integers(0, 600), max_size=200), st.integers(1, 5000), st.none() | st.integers(1, 40))
def test_batches_hold_every_row_once_within_the_budget(lengths, budget, batch_size):
    batches = list(make_batches(lengths, budget, batch_size))
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) <= (batch_size or len(lengths))
        assert len(batch) == 1 or len(batch) * max(lengths[i] for i in batch) <= budget
    longest_first = [lengths[i] for batch in batches for i in batch]
    assert longest_first == sorted(lengths, reverse=True)


@settings(deadline=None)
@given(st.integers(0, 300), st.integers(1, 50), st.integers(1, 80))
def test_reading_in_windows_loses_nothing_and_bounds_memory(count, first, limit):
    windows = list(read_windows(iter(range(count)), first, limit))
    assert [item for window in windows for item in window] == list(range(count))
    assert all(0 < len(window) <= limit for window in windows)
    assert all(len(b) <= 2 * len(a) for a, b in pairwise(windows))


# Windows of long texts ----------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.integers(1, 1000), st.integers(1, 512))
def test_windows_cover_everything_and_are_full(length, size):
    overlap = size // 4
    starts = window_starts(length, size, overlap)
    assert starts[0] == 0
    assert starts[-1] + size >= length
    if length > size:
        assert starts[-1] + size == length
    assert all(0 < b - a <= max(size - overlap, 1) for a, b in pairwise(starts))
    owners = owning_windows(length, size, starts)
    assert len(owners) == length
    assert all(0 <= b - a <= 1 for a, b in pairwise(owners))
    for position, owner in enumerate(owners):
        assert starts[owner] <= position < starts[owner] + size

        def context(window, position=position):
            inner = position - starts[window]
            return min(inner, size - 1 - inner) if 0 <= inner < size else -1

        if length > size and starts[0] + size // 2 < position < starts[-1] + size // 2:
            assert context(owner) >= max(map(context, range(len(starts)))) - 1


@settings(deadline=None)
@given(st.integers(4, 400), st.integers(4, 60), st.integers(0, 2), st.integers(0, 2))
def test_cut_texts_are_put_together_again(length, size, prefix, suffix):
    if length <= size:
        length = size + 1
    windows = cut_into_windows(length, size, prefix, suffix)
    for positions in windows.windows:
        assert len(positions) == max(size, prefix + suffix + 1)
        assert positions[:prefix] == list(range(prefix))
        assert positions[len(positions) - suffix :] == list(range(length - suffix, length))
    rows = [{"logits": torch.tensor(positions)[:, None], "none": None} for positions in windows.windows]
    joined = windows.join(rows, frozenset({"logits"}))
    assert joined["logits"][:, 0].tolist() == list(range(length))
    assert joined["none"] is None


def test_classification_of_a_long_text_is_the_mean_of_its_windows():
    model = tiny_model("bert_text_classification")
    raw = {"post_process": False}
    beginning = model.predict(LONG, **raw)["logits"][0]
    strided = model.predict(LONG, long_texts="stride", **raw)["logits"][0]
    [windows] = model.encode([LONG], long_texts="stride")
    assert isinstance(windows, Parts)
    each = [model.predict(model.collate([part]), preprocess=False, **raw)["logits"][0] for part in windows.parts]
    torch.testing.assert_close(strided, torch.stack(each).mean(0), atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(beginning, each[0], atol=1e-5, rtol=1e-4)
    [[label]] = model.predict(LONG, long_texts="stride")
    assert label.label == model.config.label_of(int(strided.argmax()))


@pytest.mark.parametrize("name", ["bert", "bert_text_classification", "roberta_sequence_labeling"])
def test_long_texts_do_not_disturb_their_neighbours(name):
    model = tiny_model(name)
    texts = [inputs_for(name)[1], LONG, inputs_for(name)[2], LONG[:400], inputs_for(name)[0]]
    together = list(model.predict(texts, stream=True, long_texts="stride"))
    for text, got in zip(texts, together, strict=True):
        [alone] = model.predict([text], stream=True, long_texts="stride")
        if isinstance(alone, dict):
            torch.testing.assert_close(got["last_hidden_state"], alone["last_hidden_state"], atol=1e-5, rtol=1e-4)
        else:
            assert [item.label for item in got] == [item.label for item in alone]


@pytest.mark.parametrize("name", ["bert_sequence_labeling", "distilbert_sequence_labeling"])
def test_every_word_of_a_long_text_has_its_label(name, caplog):
    model = tiny_model(name)
    [got] = model.predict(LONG, return_offsets=True)
    tokens = model.tokenizer([LONG], return_tokens=True, return_offsets_mapping=True)
    inner = [
        (token, *span)
        for token, span in zip(tokens["tokens"][0], tokens["offsets_mapping"][0], strict=True)
        if span[0] < span[1]
    ]
    assert [(item.token, item.start, item.end) for item in got] == inner
    words = model.predict(LONG, aggregate="words")[0]
    assert " ".join(word.token for word in words).replace(" .", ".") == LONG
    assert not caplog.records
    raw = model.predict(LONG, post_process=False)
    assert raw["logits"].shape == (1, len(tokens["tokens"][0]), 3)
    [beginning] = model.predict(LONG, long_texts="truncate")
    assert len(beginning) == model.max_input_length - 2


def test_a_text_of_exactly_the_limit_is_not_cut():
    model = tiny_model("bert_sequence_labeling")
    text = LONG
    while len(model.tokenizer([text])["token_ids"][0]) > model.max_input_length:
        text = text[:-1]
    assert not isinstance(model.encode([text])[0], Parts)


@pytest.mark.parametrize("place", [0, 30, 59])
def test_a_mask_is_found_wherever_it_is(place):
    model = tiny_model("bert_mask_filling")
    words = LONG.split(" است ")
    words[place] += " [MASK]"
    [[best]] = model.predict(" است ".join(words))
    assert best.token is not None
    with pytest.raises(InputError, match="none was found"):
        model.predict("کتاب " * 200 + "[MASK]", long_texts="truncate")


def test_masks_far_from_each_other_are_all_filled():
    model = tiny_model("bert_mask_filling")
    text = "[MASK] " + LONG + " [MASK] " + LONG + " [MASK]"
    [masks] = model.predict(text, multiple_masks=True, top_k=2)
    assert [len(mask) for mask in masks] == [2, 2, 2]


def test_a_wrong_policy_is_an_error():
    with pytest.raises(InputError, match="Did you mean 'stride'"):
        tiny_model("bert_text_classification").predict("سلام", long_texts="strid")


# Streams ------------------------------------------------------------------------------------------------------------


def test_a_stream_gives_first_results_early():
    model, read = tiny_model("bert_text_classification"), []

    def source():
        for number in range(5000):
            read.append(number)
            yield "سلام"

    stream = model.predict(source(), stream=True)
    next(stream)
    assert len(read) <= 32
    assert len(list(stream)) == 4999


def test_a_failing_source_loses_nothing_before_it():
    model = tiny_model("bert_text_classification")

    def source():
        yield from ["سلام"] * 50
        raise OSError("the file is gone")

    results = []
    with pytest.raises(OSError, match="the file is gone"):
        for result in model.predict(source(), stream=True):
            results.append(result)
    assert len(results) == 50
    assert model.predict("سلام") == results[:1]


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_interrupts_leave_nothing_behind(error):
    model = tiny_model("bert_text_classification").train()
    threads = torch.get_num_threads()

    def source():
        yield "سلام"
        raise error

    with pytest.raises(error):
        model.predict(source(), num_threads=threads + 1)
    assert model.training
    assert torch.get_num_threads() == threads
    assert torch.is_grad_enabled()
    assert not torch.is_inference_mode_enabled()
    stream = model.predict(["سلام"] * 100, stream=True, num_threads=threads + 1)
    assert len(list(islice(stream, 3))) == 3
    assert model.training  # also while a stream waits for its consumer
    assert torch.get_num_threads() == threads
    stream.close()
    assert len(model.predict(["سلام"] * 3)) == 3


def test_num_threads_is_for_this_call_only(monkeypatch):
    model, seen = tiny_model("bert_text_classification"), []
    before = torch.get_num_threads()
    forward = model.forward

    def watched(*args, **kwargs):
        seen.append(torch.get_num_threads())
        return forward(*args, **kwargs)

    monkeypatch.setattr(model, "forward", watched)
    assert model.predict("سلام", num_threads=before + 1)
    assert seen == [before + 1]
    assert torch.get_num_threads() == before
    for wrong in (0, -1, 1.5, "2", True):
        with pytest.raises(InputError, match="num_threads"):
            model.predict("سلام", num_threads=wrong)
        with pytest.raises(InputError, match="num_threads"):
            model.predict("سلام", num_threads=wrong, stream=True)


@pytest.mark.parametrize("name", ["bert_text_classification", *GENERATIVE_MODELS])
@pytest.mark.parametrize("training", [False, True])
def test_threads_of_a_program_can_share_a_model(name, training):
    model, texts, results = tiny_model(name).train(training), inputs_for(name) * 3, {}
    want = [str(result) for result in model.predict(texts, batch_size=2)]
    threads = [
        threading.Thread(target=lambda i=i: results.update({i: model.predict(texts, batch_size=2, num_threads=1)}))
        for i in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [[str(result) for result in got] for got in results.values()] == [want] * 4
    assert model.training == training


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=12), st.integers(1, 60), st.none() | st.integers(1, 4))
def test_company_does_not_matter(which, budget, batch_size):
    model = _shared_model()
    texts = [inputs_for("bert")[i] for i in which]
    together = model.predict(texts, post_process=False, token_budget=budget, batch_size=batch_size)["logits"]
    alone = torch.cat([model.predict(text, post_process=False)["logits"] for text in texts])
    torch.testing.assert_close(together, alone, atol=1e-5, rtol=1e-4)


_MODELS: list[Model] = []


def _shared_model() -> Model:
    if not _MODELS:
        _MODELS.append(tiny_model("roberta_text_classification"))
    return _MODELS[0]


@pytest.mark.parametrize("name", ["bert", "roberta", "distilbert"])
def test_packed_rows_are_the_rows(name):
    """What the engine computes without padding is what a call with padding computes."""
    model = tiny_model(name)
    texts = inputs_for(name)
    batch = model.preprocess(texts)
    with torch.inference_mode():
        padded = model(**batch, output_hidden_states=True)
    packed = model.predict(texts, post_process=False, output_hidden_states=True)
    mask = batch["attention_mask"].bool()
    torch.testing.assert_close(
        packed["last_hidden_state"][mask], padded["last_hidden_state"][mask], atol=1e-5, rtol=1e-4
    )
    for one, other in zip(packed["hidden_states"], padded["hidden_states"], strict=True):
        torch.testing.assert_close(one[mask], other[mask], atol=1e-5, rtol=1e-4)
    assert not packed["last_hidden_state"][~mask].any()


# Inputs that cannot be read -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("stream", [False, True])
def test_an_error_takes_the_place_of_a_result(stream):
    model = tiny_model("bert_text_classification")
    model.window = 3
    inputs = ["خوب", None, "بد", 3, "نه!", *["خوب"] * 4, b"x"]
    results = list(model.predict(inputs, return_errors=True, stream=stream))
    for one, result in zip(inputs, results, strict=True):
        if isinstance(one, str):
            assert result[0].label == model.predict(one)[0][0].label
        else:
            assert isinstance(result, InputError)
            assert type(one).__name__ in str(result)
    with pytest.raises(InputError, match="NoneType"):
        model.predict(inputs)
    assert list(model.predict([], return_errors=True, stream=stream)) == []


def test_errors_need_a_place():
    """Where results become one mapping, there is none."""
    model = tiny_model("bert")
    rows = list(model.predict(["خوب", None], return_errors=True, stream=True))
    assert isinstance(rows[1], InputError)
    for call in (
        lambda: model.predict(["خوب"], return_errors=True),
        lambda: tiny_model("bert_text_classification").predict(["خوب"], return_errors=True, post_process=False),
        lambda: tiny_model("gpt2_text_generation").predict(["خوب"], return_errors=True, post_process=False),
    ):
        with pytest.raises(InputError, match="stream=True"):
            call()
    classifier = tiny_model("bert_text_classification")
    with pytest.raises(InputError, match="return_errors=True needs raw inputs"):
        classifier.predict(classifier.preprocess(["خوب"]), preprocess=False, return_errors=True)


def test_an_error_of_the_caller_is_none_of_an_input():
    model = tiny_model("bert_text_classification")
    with pytest.raises(UnknownKeywordError):
        model.predict(["خوب"], return_errors=True, topk=3)
