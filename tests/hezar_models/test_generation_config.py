"""The options of generation: the published forms of them, and what a call changes."""

from __future__ import annotations

from typing import Any

import pytest

from hezar_models.generation.config import DEFAULT_NEW_TOKENS, GenerationConfig
from hezar_registry import models_registry
from tiny_models import ROW_GENERATORS, TEXTS, inputs_for, tiny_model


def published(name: str, section: str | None = None) -> GenerationConfig:
    """Return the options that the default config of a model holds."""
    values: dict[str, Any] = models_registry[name].config_class().to_dict()
    return GenerationConfig.from_published(values, values[section] if section else {})


BEAMS = {
    "num_beams": 4,
    "early_stopping": True,
    "length_penalty": 2.0,
    "no_repeat_ngram_size": 3,
    "bos_token_id": 0,
    "eos_token_id": 2,
    "decoder_start_token_id": 0,
}


@pytest.mark.parametrize(
    ("name", "section", "options"),
    [
        # a mapping beside the other fields, which wins over them
        ("gpt2_text_generation", "generation", {**BEAMS, "max_new_tokens": 50, "pad_token_id": 1}),
        ("trocr_image2text", "generation", {**BEAMS, "max_length": 64, "pad_token_id": 1}),
        ("vit_roberta_image2text", "generation", {**BEAMS, "max_length": 64, "pad_token_id": 2}),
        ("vit_gpt2_image2text", "generation", {**BEAMS, "max_new_tokens": 24, "pad_token_id": 1}),
        ("beit_roberta_image2text", "generation", {**BEAMS, "max_length": 64, "pad_token_id": 1}),
        # among the other fields
        (
            "t5_text_generation",
            None,
            {"max_length": 100, "pad_token_id": 0, "decoder_start_token_id": 0, "eos_token_id": 1},
        ),
        # Whisper's own
        (
            "whisper_speech_recognition",
            "generation_config",
            {
                "max_length": 448,
                "bos_token_id": 50257,
                "eos_token_id": 50257,
                "pad_token_id": 50257,
                "decoder_start_token_id": 50258,
                "begin_suppress_tokens": [220, 50256],
            },
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_published_defaults_stay(name, section, options):
    assert published(name, section) == GenerationConfig(**options)
    assert published(name, section).merged() == GenerationConfig(**options)


def test_what_is_no_option_is_left_alone():
    section = {"name": "", "config_type": "model", "max_length": 5, "num_beams": None, "use_cache": True, "top": 3}
    assert GenerationConfig.from_published(section) == GenerationConfig(max_length=5)
    assert GenerationConfig.from_published({"max_length": 5}, {"max_length": 7}).max_length == 7
    assert GenerationConfig.from_published({"eos_token_id": 3}, {"eos_token_id": None}).end_tokens == (3,)


def test_the_call_wins_over_the_config():
    config = GenerationConfig(num_beams=4, max_new_tokens=50, min_length=3, eos_token_id=2)
    assert config.merged(num_beams=2).num_beams == 2
    assert config.merged(eos_token_id=[5, 6]).end_tokens == (5, 6)
    assert config.merged(eos_token_id=None).end_tokens == ()
    assert config.num_beams == 4


def test_a_limit_of_the_call_replaces_both_limits_of_the_config():
    config = GenerationConfig(max_new_tokens=50, min_length=3)
    assert (config.merged(max_length=9).max_new_tokens, config.merged(max_length=9).new_tokens(4)) == (None, 5)
    assert GenerationConfig(max_length=9).merged(max_new_tokens=3).new_tokens(8) == 3
    assert config.merged(max_new_tokens=None).new_tokens(8) == DEFAULT_NEW_TOKENS
    of_call = config.merged(min_new_tokens=2)
    assert (of_call.min_length, of_call.min_new_tokens) == (0, 2)
    assert config.merged(num_beams=3).min_length == 3


@pytest.mark.parametrize("name", ROW_GENERATORS)
def test_a_call_changes_nothing_for_the_next(name):
    """Hezar 1.0.0 wrote the options of a call into the config, for good."""
    model, inputs = tiny_model(name), inputs_for(name)
    before, want = model.config.to_dict(), model.predict(inputs)
    model.predict(inputs, max_new_tokens=2, num_beams=3, length_penalty=0.0, eos_token_id=7, return_scores=True)
    list(model.generate_stream(inputs[0], num_beams=1, do_sample=True, seed=1))
    assert model.config.to_dict() == before
    assert model.predict(inputs) == want


@pytest.mark.parametrize("name", ROW_GENERATORS)
def test_several_rows_and_their_scores_are_given_to_who_asks(name):
    model, inputs = tiny_model(name), inputs_for(name)
    usual = model.predict(inputs)
    assert all(result.score is None for result in usual)
    several = model.predict(inputs, num_beams=3, num_return_sequences=3, return_scores=True)
    for rows in several:
        assert len(rows) == 3
        assert [row.score for row in rows] == sorted((row.score for row in rows), reverse=True)
    best = model.predict(inputs, num_beams=3, return_scores=True)
    assert [rows[0] for rows in several] == best
    assert model.generate(**model.preprocess(inputs), num_beams=3, num_return_sequences=3).shape[0] == 3 * len(inputs)


def test_a_config_that_returns_several_rows_still_gives_one_result_per_input():
    """`predict` means one result per input, unless the caller says otherwise."""
    options = {"num_beams": 3, "num_return_sequences": 2, "max_new_tokens": 4, "eos_token_id": 2, "pad_token_id": 1}
    model = tiny_model("gpt2_text_generation", generation=options)
    assert [type(result).__name__ for result in model.predict(TEXTS)] == ["TextGenerationOutput"] * len(TEXTS)
    assert [len(rows) for rows in model.predict(TEXTS, num_return_sequences=2)] == [2] * len(TEXTS)
