"""What whoever calls a generative model meets: options that go together or not, long prompts, tensors, streams."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from golden_replay import GOLDEN
from hezar_models import Model
from hezar_models.generation.config import GenerationConfig
from hezar_models.tasks.generative import GenerativeModel
from hezar_registry import InputError, UnknownKeywordError

PROMPT = "هوای امروز"


@pytest.fixture(scope="module")
def gpt2() -> Any:
    """Its config has four beams, and 96 positions."""
    return Model.load(GOLDEN / "model_gpt2_text_generation/model")


@pytest.fixture(scope="module")
def t5() -> Any:
    return Model.load(GOLDEN / "model_t5_text_generation/model")


# Options ------------------------------------------------------------------------------------------------------------


def test_drawing_replaces_the_beams_of_the_config_and_beams_its_drawing() -> None:
    beams, drawn = GenerationConfig(num_beams=4), GenerationConfig(do_sample=True, temperature=0.5)
    assert beams.merged(do_sample=True).num_beams == 1
    assert not drawn.merged(num_beams=4).do_sample
    assert drawn.merged(num_beams=1).do_sample
    with pytest.raises(InputError, match="exclude each other"):
        beams.merged(do_sample=True, num_beams=4)


def test_what_shapes_drawing_is_refused_where_nothing_is_drawn() -> None:
    config = GenerationConfig(temperature=0.5)  # as published configs have it, without drawing
    assert config.merged(num_beams=2, top_k=None, top_p=1.0, temperature=1).temperature == 1
    with pytest.raises(InputError, match=r"top_k and top_p would change .* do_sample=True"):
        config.merged(top_k=3, top_p=0.5)
    assert config.merged(top_k=3, do_sample=True).top_k == 3


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ({"stop_strings": [""]}, "with a character at least"),
        ({"stop_strings": [3]}, "a text, or a list of texts"),
        ({"stop_strings": 3}, "a text, or a list of texts"),
        ({"suppress_tokens": 3}, "suppress_tokens is a list"),
        ({"bad_words_ids": [3]}, "a list of lists"),
        ({"bad_words_ids": [[]]}, "with a token at least"),
        ({"do_sample": "yes"}, "do_sample is True or False"),
        ({"temperature": float("nan")}, "temperature is above 0, from"),
    ],
)
def test_an_option_of_the_wrong_form_is_named(option: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        GenerationConfig().merged(**option)


def test_any_whole_number_is_a_seed(gpt2: Any) -> None:
    rows = gpt2.predict(PROMPT, do_sample=True, seed=2**64 - 1, num_return_sequences=2, max_new_tokens=4)[0]
    assert len({row.text for row in rows}) == 2


def test_stop_strings_need_a_tokenizer(gpt2: Any) -> None:
    bare = Model.load(GOLDEN / "model_gpt2_text_generation/model", load_preprocessor=False)
    with pytest.raises(InputError, match="stop_strings needs a tokenizer"):
        bare.generate(torch.tensor([[271, 269]]), stop_strings="ر")
    assert torch.equal(bare.generate(torch.tensor([[271, 269]])), gpt2.generate(torch.tensor([[271, 269]])))


def test_a_prefix_is_a_text(t5: Any) -> None:
    with pytest.raises(InputError, match="prefix is a text; found 3"):
        t5.predict(PROMPT, prefix=3)


# Tensors in place of texts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, {"return_scores": True}, {"num_beams": 3, "num_return_sequences": 2}])
def test_tensors_give_what_texts_give(gpt2: Any, t5: Any, options: dict[str, Any]) -> None:
    for model in (gpt2, t5):
        texts = [PROMPT, "سلام"]
        assert model.predict(model.preprocess(texts), preprocess=False, **options) == model.predict(texts, **options)


def test_raw_outputs_are_the_ids_that_generate_gives(gpt2: Any) -> None:
    batch = gpt2.preprocess([PROMPT, "سلام"])
    ids = gpt2.predict(batch, preprocess=False, post_process=False)
    assert torch.equal(ids, gpt2.generate(**batch))
    assert torch.equal(ids, gpt2.predict([PROMPT, "سلام"], post_process=False))


# Long prompts -------------------------------------------------------------------------------------------------------


def test_of_a_long_prompt_the_end_goes_on(gpt2: Any, caplog: pytest.LogCaptureFixture) -> None:
    prompt = "هوای امروز خوب است " * 40
    tokens = gpt2.tokenizer(prompt)["token_ids"]
    ids = gpt2.predict(prompt, max_new_tokens=6, min_new_tokens=6, post_process=False)[0].tolist()
    assert "1 input(s) are longer than the 96 tokens" in caplog.text
    assert "only their end was used" in caplog.text
    assert len(ids) == 96 + 1  # nobody asks what follows the last token
    assert ids[:-6] == tokens[-91:]
    assert gpt2.predict([PROMPT, prompt])[0] == gpt2.predict(PROMPT)[0]


def test_new_tokens_leave_half_of_the_positions_to_the_prompt(gpt2: Any) -> None:
    prompt = "هوای امروز خوب است " * 40
    [example] = gpt2.encode([prompt], max_new_tokens=500)
    assert example.cost == len(example.inputs["token_ids"]) == 48


def test_an_encoder_reads_all_of_a_long_text(t5: Any) -> None:
    text = "هوای امروز خوب است " * 100
    [example] = t5.encode([text])
    assert example.inputs["token_ids"] == t5.tokenizer(text)["token_ids"]


# Streams ------------------------------------------------------------------------------------------------------------


def test_a_stream_with_its_prompt_is_the_text_of_predict(gpt2: Any, t5: Any) -> None:
    for model in (gpt2, t5):
        pieces = list(model.generate_stream(PROMPT, num_beams=1, include_prompt=True))
        assert "".join(pieces) == model.predict(PROMPT, num_beams=1)[0].text
    assert next(gpt2.generate_stream(PROMPT, num_beams=1, include_prompt=True)) == PROMPT
    assert next(gpt2.generate_stream(PROMPT, num_beams=1)) != PROMPT


def test_what_the_batch_holds_is_no_keyword_of_a_stream(gpt2: Any) -> None:
    with pytest.raises(UnknownKeywordError, match="attention_mask"):
        gpt2.generate_stream(PROMPT, num_beams=1, attention_mask=None)


def test_a_model_with_a_generate_of_its_own_has_no_stream(gpt2: Any) -> None:
    class Echo(type(gpt2)):  # type: ignore[misc]
        def generate(self, token_ids: torch.Tensor, attention_mask: torch.Tensor | None = None) -> torch.Tensor:
            return token_ids

    echo = Echo(gpt2.config)
    echo.preprocessor = gpt2.preprocessor
    assert echo.predict(PROMPT)[0].text == PROMPT
    with pytest.raises(InputError, match="a `generate` of its own"):
        echo.generate_stream(PROMPT)


def test_a_model_that_is_never_asked_for_the_next_token_says_so(gpt2: Any) -> None:
    class Half(type(gpt2)):  # type: ignore[misc]
        begin = GenerativeModel.begin

    half = Half(gpt2.config)
    half.preprocessor = gpt2.preprocessor
    with pytest.raises(InputError, match="no `begin` and `step`"):
        half.predict(PROMPT)
