"""What cannot be generated is a clear error, never another one."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hezar_models.errors import LogitsError
from hezar_models.generation.config import GenerationConfig
from hezar_models.generation.prompts import prompts_of
from hezar_registry import HezarError, InputError, UnknownKeywordError
from table_model import TableModel, rows_of
from tiny_models import CASES, ROW_GENERATORS, TEXT_MODELS, TEXTS, tiny_model

every_generative_model = pytest.mark.parametrize("name", ROW_GENERATORS)


@cache
def shared(name: str) -> Any:
    return tiny_model(name)


# Numbers that are none ----------------------------------------------------------------------------------------------


@every_generative_model
def test_numbers_too_large_for_float16_name_the_dtype_to_use(name):
    model = tiny_model(name)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(1e3)
    model.half()
    with pytest.raises(LogitsError, match=r"(NaN|infinite) in float16.*dtype='bfloat16' or dtype='float32'"):
        model.predict(CASES[name].inputs[1])
    with pytest.raises(LogitsError, match="float16"):
        list(model.generate_stream(CASES[name].inputs[1], num_beams=1))
    assert model.to(torch.float32).predict(CASES[name].inputs[1])[0].text


@every_generative_model
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("options", [{"num_beams": 1}, {"num_beams": 3}, {"do_sample": True}], ids=str)
def test_broken_weights_are_a_clear_error(name, dtype, options):
    model = tiny_model(name).to(dtype)
    with torch.no_grad():
        last_norms = ("ln_f.weight", "final_layer_norm.weight", "lm_head.layer_norm.weight")
        next(p for key, p in model.named_parameters() if key.endswith(last_norms))[0] = float("nan")
    advice = "weights themselves are broken" if dtype == torch.float32 else "dtype='float32'"
    with pytest.raises(LogitsError, match=rf"NaN in {str(dtype).removeprefix('torch.')}.*{advice}"):
        model.predict(CASES[name].inputs[0], **options)


def test_logits_that_are_infinite_later_are_an_error_too():
    table = {(1,): [0.0, 9.0, 0.0], (1, 1): [0.0, float("inf"), 0.0]}
    for options in ({}, {"do_sample": True, "top_k": 1}, {"num_beams": 2}):
        with pytest.raises(LogitsError, match="infinite in float32"):
            rows_of(TableModel(3, table=table), [[1]], **options)


def test_a_row_that_has_ended_may_have_any_logits(monkeypatch):
    monkeypatch.setattr("hezar_models.generation.session.DROPPED_SHARE", 2.0)
    nan = float("nan")
    table = {(1,): [0.0, 0.0, 9.0], (1, 2): [nan] * 3, (0,): [9.0, 0.0, 0.0], (0, 0): [9.0, 0.0, 0.0]}
    for options in ({}, {"do_sample": True, "top_k": 1}):
        rows = rows_of(TableModel(3, table=table), [[1], [0]], eos_token_id=2, max_new_tokens=3, **options)
        assert rows[0][0].ids == [1, 2]


# Prompts of a batch -------------------------------------------------------------------------------------------------

PADDED = [
    ([[1, 1, 7, 8], [9, 5, 6, 4]], None, [[1, 1, 7, 8], [9, 5, 6, 4]]),
    ([[7, 8, 1, 1], [9, 5, 6, 1]], None, [[7, 8], [9, 5, 6]]),
    ([[7, 1, 8, 1], [1, 5, 6, 4]], None, [[7, 1, 8], [1, 5, 6, 4]]),  # padding at the end alone is padding
    ([[1, 1, 7, 8], [9, 5, 6, 4]], [[0, 0, 1, 1], [1, 1, 1, 1]], [[7, 8], [9, 5, 6, 4]]),
    ([[7, 8, 1, 1], [9, 1, 6, 1]], [[1, 1, 0, 0], [1, 1, 1, 1]], [[7, 8], [9, 1, 6, 1]]),
    ([[7, 3, 8, 3]], [[1, 0, 1, 0]], [[7, 8]]),
]


@pytest.mark.parametrize(("token_ids", "mask", "prompts"), PADDED)
def test_padding_is_no_part_of_a_prompt_wherever_it_is(token_ids, mask, prompts):
    config = GenerationConfig(pad_token_id=1, eos_token_id=2)
    ids, lengths = prompts_of(torch.tensor(token_ids), None if mask is None else torch.tensor(mask), config)
    assert [row[:length].tolist() for row, length in zip(ids, lengths, strict=True)] == prompts
    model = shared("gpt2_text_generation")
    rows = model.generate(torch.tensor(token_ids), None if mask is None else torch.tensor(mask), max_new_tokens=3)
    for row, prompt in zip(rows.tolist(), prompts, strict=True):
        [alone] = model.generate(torch.tensor([prompt]), torch.ones(1, len(prompt)), max_new_tokens=3).tolist()
        assert row[: len(alone)] == alone


def test_where_padding_also_ends_rows_it_is_part_of_a_prompt():
    config = GenerationConfig(pad_token_id=2, eos_token_id=2)
    ids, lengths = prompts_of(torch.tensor([[7, 2, 2]]), None, config)
    assert (ids.tolist(), lengths.tolist()) == ([[7, 2, 2]], [3])


# Prompts ------------------------------------------------------------------------------------------------------------


@every_generative_model
def test_nothing_to_read(name):
    model = shared(name)
    inputs = CASES[name].inputs
    assert model.predict([]) == []
    if CASES[name].family.reads == "text":
        assert len(model.predict("")) == 1
        assert model.predict(["", TEXTS[1]])[0] == model.predict("")[0]
    batch = {key: tensor[:0] for key, tensor in model.preprocess(inputs).items()}
    assert model.generate(**batch).shape == (0, 0)
    with pytest.raises(InputError, match="generate_stream takes one input; found 0"):
        model.generate_stream([])
    with pytest.raises(InputError, match="generate_stream takes one input; found 2"):
        model.generate_stream(inputs[:2])


def test_an_empty_prompt_begins_with_the_token_for_it():
    model = shared("gpt2_text_generation")
    [ids] = model.predict("", post_process=False).tolist()
    assert ids[0] == 0
    for empty in (
        {"token_ids": torch.zeros(1, 0, dtype=torch.long)},
        {"token_ids": torch.ones(1, 3, dtype=torch.long)},
    ):
        assert model.generate(**empty).tolist() == [ids]
    assert model.generate(torch.ones(1, 3, dtype=torch.long), bos_token_id=7)[0, 0] == 7
    with pytest.raises(InputError, match=r"prompt is empty.*no bos_token_id"):
        model.predict("", bos_token_id=None)


def test_rows_of_an_encoder_decoder_begin_as_the_call_says():
    model = shared("t5_text_generation")
    ids = model.generate(torch.tensor([[5, 6, 1]]), decoder_start_token_id=9, num_beams=2)
    assert ids[0, 0] == 9
    assert not torch.equal(ids[:, 1:], model.generate(torch.tensor([[5, 6, 1]]), num_beams=2)[:, 1:])


def test_an_encoder_has_to_be_given_something():
    model = shared("t5_text_generation")
    with pytest.raises(InputError, match="nothing to read there"):
        model.generate(torch.zeros(2, 0, dtype=torch.long))
    with pytest.raises(InputError, match="nothing to read there"):
        model.generate(torch.tensor([[5, 6], [0, 0]]))
    with pytest.raises(InputError, match="nothing to read there"):
        model.generate(torch.tensor([[5, 6], [7, 8]]), torch.tensor([[1, 1], [0, 0]]))


def test_a_prompt_longer_than_the_positions():
    model = shared("gpt2_text_generation")
    with pytest.raises(InputError, match=r"81 tokens long; the model has positions for 80"):
        model.generate(torch.full((1, 81), 7))
    assert model.generate(torch.full((1, 80), 7)).shape == (1, 81)
    with pytest.raises(InputError, match=r"max_length=5 counts the prompt too, which has 7 tokens"):
        model.generate(torch.full((1, 7), 7), max_length=5)


@pytest.mark.parametrize("name", [name for name in ROW_GENERATORS if name in TEXT_MODELS])
@pytest.mark.parametrize(
    "inputs",
    [
        {"token_ids": [[5, 6]]},
        {"token_ids": torch.tensor([5, 6])},
        {"token_ids": torch.tensor([[5.0, 6.0]])},
        {"token_ids": torch.tensor([[5, 6]]), "attention_mask": torch.tensor([[1, 1, 1]])},
        {"token_ids": torch.tensor([[5, 6]]), "attention_mask": [[1, 1]]},
        {"token_ids": torch.tensor([[5, 10**6]])},
        {"token_ids": torch.tensor([[5, -1]])},
        {"token_ids": None},
    ],
    ids=str,
)
def test_tensors_of_the_wrong_kind_are_clear_errors(name, inputs):
    with pytest.raises(InputError, match="token_ids|attention_mask"):
        shared(name).generate(**inputs)


# Options ------------------------------------------------------------------------------------------------------------


@every_generative_model
def test_a_slip_in_the_name_of_an_option_names_the_nearest(name):
    model = shared(name)
    one = CASES[name].inputs[0]
    batch = model.preprocess([one])
    for call in (
        lambda: model.predict(one, max_new_token=3),
        lambda: model.generate(**batch, max_new_token=3),
        lambda: model.generate_stream(one, max_new_token=3),
        lambda: model.generate(**batch, generation_config={"name": "", "max_new_token": 3}),
        lambda: model.predict(batch, preprocess=False, max_new_token=3),
    ):
        with pytest.raises(UnknownKeywordError, match=r"'max_new_token'.*Did you mean 'max_new_tokens'"):
            call()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"num_beams": 0}, "num_beams is a positive whole number; found 0"),
        ({"num_beams": 10**6}, "num_beams is at most 1024"),
        ({"max_new_tokens": 0}, "max_new_tokens is a positive whole number"),
        ({"max_new_tokens": 2**40}, "max_new_tokens is at most"),
        ({"max_length": -3}, "max_length is a positive whole number"),
        ({"min_length": 9, "max_length": 4}, "min_length=9 is above max_length=4"),
        ({"min_new_tokens": 9, "max_new_tokens": 4}, "min_new_tokens=9 is above max_new_tokens=4"),
        ({"num_return_sequences": 3}, "num_return_sequences=3 needs as many beams, or do_sample=True"),
        ({"num_return_sequences": 3, "num_beams": 2}, "needs as many beams"),
        ({"num_beams": 2, "do_sample": True}, "exclude each other"),
        ({"eos_token_id": 99}, "eos_token_id names the token 99; the tokens of this model are 0 to 4"),
        ({"eos_token_id": [3, 99]}, "eos_token_id names the token 99"),
        ({"eos_token_id": -1}, "eos_token_id names the token -1"),
        ({"suppress_tokens": [2, 5]}, "suppress_tokens names the token 5"),
        ({"begin_suppress_tokens": ["a"]}, "begin_suppress_tokens names the token 'a'"),
        ({"bad_words_ids": [[1, 77]]}, "bad_words_ids names the token 77"),
        ({"bad_words_ids": [[1], []]}, "bad_words_ids is a list of lists with a token at least"),
        ({"bad_words_ids": [1]}, "bad_words_ids is a list of lists"),
        ({"forced_bos_token_id": 5}, "forced_bos_token_id names the token 5"),
        ({"forced_bos_token_id": [1]}, r"forced_bos_token_id names the token \[1\]"),
        ({"forced_eos_token_id": [1, 5]}, "forced_eos_token_id names the token 5"),
        ({"pad_token_id": True}, "pad_token_id names the token True"),
        ({"temperature": 0.0, "do_sample": True}, "temperature is above 0"),
        ({"temperature": float("nan"), "do_sample": True}, "temperature is above 0"),
        ({"temperature": "1", "do_sample": True}, "temperature is above 0"),
        ({"top_p": 0.0, "do_sample": True}, "top_p is above 0 and at most 1"),
        ({"top_p": 1.5, "do_sample": True}, "top_p is above 0 and at most 1"),
        ({"min_p": -0.1, "do_sample": True}, "min_p is from 0 to 1"),
        ({"top_k": 1.5, "do_sample": True}, "top_k is a whole number from 0 on"),
        ({"typical_p": 2, "do_sample": True}, "typical_p is above 0 and at most 1"),
        ({"seed": -1, "do_sample": True}, "seed is a whole number from 0 on"),
        ({"repetition_penalty": 0}, "repetition_penalty is above 0"),
        ({"length_penalty": float("inf"), "num_beams": 2}, "length_penalty is a number from -20 to 20"),
        (
            {"length_penalty": None, "num_beams": 2, "early_stopping": "sometimes"},
            "early_stopping is True, False or 'never'",
        ),
        ({"early_stopping": 1}, "early_stopping is True, False or 'never'"),
        ({"do_sample": 1}, "do_sample is True or False"),
        ({"no_repeat_ngram_size": -1}, "no_repeat_ngram_size is a whole number from 0 on"),
        ({"stop_strings": ["a", ""]}, "stop_strings is a text, or a list of texts with a character at least"),
        ({"stop_strings": b"a"}, "stop_strings is a text"),
    ],
    ids=str,
)
def test_an_option_that_cannot_be_is_named(options, message):
    with pytest.raises(InputError, match=message):
        rows_of(TableModel(5), [[1]], lambda ids: "", **options)


def test_what_numpy_and_torch_call_numbers_are_numbers():
    want = rows_of(TableModel(5), [[1]], num_beams=2, max_new_tokens=4, length_penalty=0.5, eos_token_id=[3, 4])
    got = rows_of(
        TableModel(5),
        [[1]],
        num_beams=np.int64(2),
        max_new_tokens=torch.tensor(4),
        length_penalty=np.float32(0.5),
        eos_token_id=np.array([3, 4]),
    )
    assert [row.ids for row in got[0]] == [row.ids for row in want[0]]


ODD = (
    st.none()
    | st.booleans()
    | st.integers(-3, 12)
    | st.sampled_from([2**31, 2**63, 2**64, -(2**63) - 1, 10**400])
    | st.floats()
    | st.text(max_size=3)
    | st.binary(max_size=3)
    | st.complex_numbers()
    | st.sampled_from([(), [], {}, set(), object(), np.int64(3), np.float32(0.5), np.array([1, 2]), np.array("a")])
    | st.sampled_from([torch.tensor(3), torch.tensor([0.5, 2.0]), torch.tensor(True), range(3), "never", ["a", "b"]])
    | st.lists(st.integers(-1, 9) | st.none() | st.text(max_size=2), max_size=3)
    | st.lists(st.lists(st.integers(-1, 9) | st.floats(), max_size=3), max_size=3)
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(st.sampled_from(GenerationConfig.names()), ODD, min_size=1, max_size=3),
    st.sampled_from([{}, {"do_sample": True}, {"num_beams": 2}]),
)
def test_any_value_of_any_option_is_a_result_or_a_clear_error(odd, usual):
    model = TableModel(5, max_positions=30)
    try:
        rows = rows_of(model, [[1], [2, 3]], lambda ids: "abc"[: len(ids)], **{"max_new_tokens": 5, **usual, **odd})
    except HezarError as error:
        assert str(error)
    else:
        assert all(rows)
        assert all(
            row.ids[: row.prompt] == prompt for of, prompt in zip(rows, [[1], [2, 3]], strict=True) for row in of
        )


@every_generative_model
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(odd=st.dictionaries(st.sampled_from(GenerationConfig.names()), ODD, min_size=1, max_size=2))
def test_whatever_predict_is_given_is_a_result_or_a_clear_error(name, odd):
    model = shared(name)
    try:
        inputs = [TEXTS[0], ""] if CASES[name].family.reads == "text" else CASES[name].inputs[:2]
        results = model.predict(inputs, **{"max_new_tokens": 3, **odd})
    except HezarError as error:
        assert str(error)
    else:
        assert len(results) == 2


@every_generative_model
def test_an_error_leaves_the_model_usable(name):
    model, inputs = shared(name), CASES[name].inputs
    want, all_tokens = model.predict(inputs), list(range(CASES[name].vocab_size(model)))
    for wrong in ({"suppress_tokens": all_tokens}, {"num_beams": 0}, {"eos_token_id": 10**6}):
        with pytest.raises(InputError):
            model.predict(inputs, **wrong)
        assert model.predict(inputs) == want
    assert CASES[name].is_generative
