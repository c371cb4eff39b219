"""Text as it comes: pieces that are the text of `predict` when they are put together, and a generation that can be stopped."""

from __future__ import annotations

import threading
from functools import cache
from itertools import islice
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from golden_replay import GOLDEN
from hezar_data import Tokenizer
from hezar_models.generation.streaming import REPLACEMENT, ZWNJ, TextStream
from hezar_registry import InputError
from tiny_models import CASES, ROW_GENERATORS, inputs_for, tiny_model

every_generative_model = pytest.mark.parametrize("name", ROW_GENERATORS)
TOKENIZERS = [
    "tokenizer_bpe",
    "tokenizer_sentencepiece_bpe",
    "tokenizer_sentencepiece_unigram",
    "tokenizer_whisper_bpe",
    "tokenizer_wordpiece",
]
#: Options of one row that grows, long enough to hold whole words.
SEARCHES = [{"num_beams": 1}, {"num_beams": 1, "do_sample": True, "seed": 4, "temperature": 2.0}]


@cache
def tokenizer(name: str) -> Any:
    return Tokenizer.load(GOLDEN / name / "model")


@pytest.mark.parametrize("name", TOKENIZERS)
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_pieces_of_any_tokens_make_their_text_and_break_nothing(name, data):
    own = tokenizer(name)
    tokens = st.integers(0, own.vocab_size - 1)
    prompt, new = data.draw(st.lists(tokens, max_size=4)), data.draw(st.lists(tokens, min_size=1, max_size=12))

    def decode(ids: list[int]) -> str:
        return own.decode(ids)[0]

    stream = TextStream(decode, prompt)
    pieces = [stream.add(token) for token in new]
    rest = stream.end()
    assert stream.prompt + "".join(pieces) + rest == decode(prompt + new)
    for piece in pieces:
        assert not piece.endswith((REPLACEMENT, ZWNJ))


def test_a_character_comes_when_its_last_byte_is_there():
    """Byte-level tokens: a Persian letter is two bytes, an emoji four, a ZWNJ three."""
    own = tokenizer("tokenizer_whisper_bpe")
    text = "می\u200cخوانم 😀."
    ids = own([text], return_attention_mask=False)["token_ids"][0]
    stream = TextStream(lambda ids: own.decode(ids)[0])
    pieces = [stream.add(token) for token in ids]
    assert "".join([*pieces, stream.end()]) == own.decode(ids)[0]
    assert "" in pieces
    assert sum("😀" in piece for piece in pieces) == 1
    assert not any(piece.endswith(ZWNJ) for piece in pieces)
    assert any(ZWNJ in piece for piece in pieces)


def test_what_never_becomes_whole_comes_at_the_end():
    own = tokenizer("tokenizer_whisper_bpe")
    first = next(token for token in own("😀")["token_ids"] if own.decode([token]) == [REPLACEMENT])
    stream = TextStream(lambda ids: own.decode(ids)[0])
    assert stream.add(first) == ""
    assert stream.end() == REPLACEMENT


@every_generative_model
@pytest.mark.parametrize("options", SEARCHES, ids=["greedy", "drawn"])
def test_a_stream_is_the_text_of_predict(name, options):
    model = tiny_model(name)
    empty = [""] if CASES[name].family.reads == "text" else []
    for one in (*empty, *inputs_for(name)):
        options = {**options, "max_new_tokens": 20}
        pieces = list(model.generate_stream(one, include_prompt=True, **options))
        assert all(pieces)
        assert "".join(pieces) == model.predict(one, **options)[0].text
        assert len(pieces) > 2 or not name.startswith("gpt2")  # others write bytes that never become a character


@every_generative_model
def test_special_tokens_are_streamed_when_they_are_asked_for(name):
    model, one = tiny_model(name), inputs_for(name)[1]
    options = {"num_beams": 1, "max_new_tokens": 8, "forced_eos_token_id": model.generation_config.end_tokens[0]}
    for skip in (True, False):
        [want] = model.predict(one, skip_special_tokens=skip, **options)
        got = "".join(model.generate_stream(one, skip_special_tokens=skip, include_prompt=True, **options))
        assert got == want.text
    assert model.predict(one, skip_special_tokens=False, **options) != model.predict(one, **options)


@every_generative_model
def test_who_stops_reading_stops_the_generation(name, monkeypatch):
    """Within one step, and without a thread that stays."""
    model, one, steps = tiny_model(name).train(), inputs_for(name)[1], []
    step = model.step
    monkeypatch.setattr(model, "step", lambda *args: steps.append(1) or step(*args))
    before = threading.active_count()
    options = {"do_sample": True, "seed": 1, "temperature": 2.0}  # so that there are many pieces
    stream = model.generate_stream(one, **options, max_new_tokens=40, min_new_tokens=40)
    assert not steps  # nothing is computed before somebody reads
    assert model.training
    first = list(islice(stream, 2))
    assert len(first) == 2
    computed = len(steps)
    assert computed < 40
    assert model.training  # between two pieces the model is the caller's
    assert not torch.is_inference_mode_enabled()
    stream.close()
    assert list(stream) == []
    assert len(steps) == computed
    assert threading.active_count() == before
    assert model.training


@every_generative_model
def test_a_stop_string_ends_a_stream(name):
    model, one = tiny_model(name), inputs_for(name)[1]
    options = {"num_beams": 1, "max_new_tokens": 30, "min_new_tokens": 30}
    text = "".join(model.generate_stream(one, **options))
    stop = text[4:6]
    stopped = "".join(model.generate_stream(one, stop_strings=stop, **options))
    assert stop in stopped
    assert stop not in stopped[: -len(stop) - 4]
    assert text.startswith(stopped)
    [whole] = model.predict(one, stop_strings=stop, **options)
    assert whole.text.endswith(stopped)


@every_generative_model
def test_a_stream_is_one_row(name):
    model, one = tiny_model(name), inputs_for(name)[0]
    for options in ({"num_beams": 3}, {"num_beams": 1, "do_sample": True, "num_return_sequences": 2}):
        with pytest.raises(InputError, match="one row that grows"):
            model.generate_stream(one, **options)
    model.preprocessor = model.preprocessor.image_processor
    with pytest.raises(Exception, match="no tokenizer"):
        model.generate_stream(one, num_beams=1)


@every_generative_model
def test_streams_of_one_model_do_not_disturb_each_other(name):
    model = tiny_model(name)
    want = ["".join(model.generate_stream(one, num_beams=1)) for one in inputs_for(name)[:3]]
    streams = [model.generate_stream(one, num_beams=1) for one in inputs_for(name)[:3]]
    got = ["", "", ""]
    for _ in range(30):
        for i, stream in enumerate(streams):
            got[i] += next(stream, "")
    assert got == want
