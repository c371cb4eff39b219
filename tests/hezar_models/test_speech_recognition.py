"""Whisper as a model: what a call may say, times of words, and training."""

from __future__ import annotations

import re

import numpy as np
import pytest
import torch

from golden_replay import GOLDEN
from hezar_data import AudioFileError
from hezar_models import Model, SpeechRecognitionOutput
from hezar_registry import HezarError, InputError, UnknownKeywordError
from tiny_models import CASES, SOUNDS, sound, tiny_model

WHISPER = "whisper_speech_recognition"
SPEECH = GOLDEN / f"model_{WHISPER}"
RATE = 16_000


@pytest.fixture(scope="module")
def model():
    return Model.load(SPEECH / "model")


def long_sound(seconds: float) -> np.ndarray:
    """Return tones and pauses, up to some seconds."""
    parts = [np.concatenate([tone, np.zeros(RATE // 5, np.float32)]) for tone in SOUNDS[:4]]
    return np.tile(np.concatenate(parts), 20)[: int(seconds * RATE)]


# Languages -------------------------------------------------------------------------------------------------------


def test_the_language_is_that_of_the_call_or_of_the_config(model):
    features = model.preprocess(SOUNDS)["input_features"]
    forced = model.generate(features)
    assert torch.equal(model.generate(features, language="persian"), forced)
    assert torch.equal(model.generate(features, language="<|fa|>"), forced)
    assert not torch.equal(model.generate(features, language="en"), forced)
    assert not torch.equal(model.generate(features, task="translate"), forced)
    with pytest.raises(ValueError, match="Unsupported language: 'french'"):
        model.generate(features, language="french")
    with pytest.raises(ValueError, match="Unsupported task: 'sing'"):
        model.predict(SOUNDS, task="sing")


def test_a_model_without_a_language_listens_for_it():
    folder = GOLDEN / "model_whisper_speech_recognition_detect_language" / "model"
    model = Model.load(folder)
    features = model.preprocess(SOUNDS)["input_features"]
    detected = model.generate(features)
    each = {language: model.generate(features, language=language) for language in ("fa", "en", "ar")}
    for i in range(len(SOUNDS)):
        assert any(torch.equal(detected[i], rows[i]) for rows in each.values())
    segments = model.transcribe(SOUNDS[0], max_length=18)
    assert segments[0].language in each


def test_a_config_without_languages_takes_those_of_the_tokenizer(model):
    config = model.config.generation_config.replace(lang_to_id=None)
    other = tiny_model(WHISPER, generation_config=config)
    assert other.speech_tokens.language_id("fa") == 363
    other.preprocessor = None
    assert other.speech_tokens.language_id("fa") == 363  # in the order of all Whispers
    assert len(other.speech_tokens.languages) == 99


def test_a_model_of_one_language_has_no_prompt_for_it():
    generation = {**CASES[WHISPER].family.sizes["generation_config"], "is_multilingual": False}
    other = tiny_model(WHISPER, generation_config=generation)
    features = other.preprocess(SOUNDS[:2])["input_features"]
    multilingual = tiny_model(WHISPER)
    want = multilingual.generate(features, is_multilingual=False)
    assert torch.equal(other.generate(features), want)
    with pytest.raises(InputError, match="one language"):
        other.generate(features, language="fa")


# Calls -----------------------------------------------------------------------------------------------------------


def test_what_was_said_before_changes_what_is_written(model):
    other = tiny_model(WHISPER)
    [plain] = other.predict(SOUNDS[0], max_new_tokens=6)
    [prompted] = other.predict(SOUNDS[0], prompt="سلام است", max_new_tokens=6)
    ids = other.tokenizer.get_prompt_ids("سلام است")
    assert prompted == other.predict(SOUNDS[0], prompt_ids=ids, max_new_tokens=6)[0]
    assert prompted != plain
    long = other.predict(SOUNDS[0], prompt="سلام " * 100, max_new_tokens=6)  # of which the end is read
    assert isinstance(long[0], SpeechRecognitionOutput)


def test_one_recording_in_any_form_has_one_answer(model, tmp_path):
    import soundfile

    path = tmp_path / "صدا.wav"
    soundfile.write(path, SOUNDS[0], RATE, subtype="FLOAT")
    want = model.predict(SOUNDS[0])
    forms = [
        path,
        str(path),
        path.read_bytes(),
        SOUNDS[0].tolist(),
        torch.from_numpy(SOUNDS[0]),
        {"array": SOUNDS[0], "sampling_rate": RATE},
        [path],
        [SOUNDS[0]],
        SOUNDS[0][None],
        [iter(np.split(SOUNDS[0], 4))],
    ]
    for form in forms:
        assert model.predict(form) == want, type(form)
    with path.open("rb") as file:
        assert model.predict(file) == want


@pytest.mark.parametrize(
    "bad", [None, 3, "no.wav", b"x", [None], {"x": 1}, [SOUNDS[0], "no.wav"], np.zeros((3, 2, 9)), ["a", "b"]]
)
def test_what_is_no_sound_is_a_clear_error(model, bad):
    with pytest.raises(InputError, match=r"audio|Audio|no file|input"):
        model.predict(bad)


def test_a_stream_answers_before_a_broken_file_ends_it(model, tmp_path):
    (tmp_path / "text.wav").write_text("this is no sound")
    stream = model.predict([SOUNDS[0], SOUNDS[1], tmp_path / "text.wav"], stream=True)
    assert [next(stream), next(stream)] == model.predict(SOUNDS[:2])
    with pytest.raises(AudioFileError, match=r"text\.wav"):
        next(stream)


def test_an_error_takes_the_place_of_a_result_for_who_asks(model, tmp_path):
    (tmp_path / "text.wav").write_text("this is no sound", encoding="utf-8")
    inputs = [SOUNDS[0], tmp_path / "text.wav", "no.wav", SOUNDS[1]]
    first, broken, absent, last = model.predict(inputs, return_errors=True)
    assert [first, last] == model.predict(SOUNDS[:2])
    assert isinstance(broken, AudioFileError)
    assert "no.wav" in str(absent)


def test_chunks_are_there_for_who_asks():
    folder = GOLDEN / "model_whisper_speech_recognition_timestamps" / "model"
    model = Model.load(folder)
    [plain] = model.predict(SOUNDS[2])
    assert plain.chunks is None
    [timed] = model.predict(SOUNDS[2], return_timestamps=True)
    assert "".join(chunk["text"] for chunk in timed.chunks).strip() == plain.text.strip()
    assert all(0 <= chunk["start"] < chunk["end"] <= 1.9 for chunk in timed.chunks)
    [offsets] = model.predict(SOUNDS[2], output_offsets=True)
    assert set(offsets.chunks[0]) == {"text", "timestamp"}
    [marked] = model.predict(SOUNDS[2], decode_with_timestamps=True)
    assert re.match(r"<\|\d\.\d\d\|>", marked.text)
    assert model.predict(SOUNDS[2], post_process=False).tolist()[0][0] >= 427


@pytest.mark.parametrize("keyword", ["languge", "do_sample", "input_features", "top_k"])
def test_keywords_that_nothing_takes_are_errors(model, keyword):
    with pytest.raises(UnknownKeywordError, match=keyword):
        model.predict(SOUNDS[0], **{keyword: 1})


def test_without_preprocessors_it_says_what_is_missing():
    model = tiny_model(WHISPER)
    model.preprocessor = None
    with pytest.raises(HezarError, match="no feature extractor"):
        model.predict(SOUNDS[0])


def test_features_of_another_size_are_a_clear_error(model):
    with pytest.raises(InputError, match=r"\(batch, 16, 200\).*found \(1, 16, 100\)"):
        model.generate(torch.zeros(1, 16, 100))


# Words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("times", [False, True])
def test_words_are_inside_of_the_sound_and_add_up_to_the_text(times):
    model = tiny_model(WHISPER, seed=3)
    recording = long_sound(15)
    segments = model.transcribe(
        recording, word_times=True, return_timestamps=times, temperature=0, compression_ratio_threshold=None
    )
    assert len(segments) > 5
    for segment in segments:
        assert segment.words
        assert "".join(word.text for word in segment.words) == segment.text
        assert segment.start == segment.words[0].start
        assert segment.end == segment.words[-1].end
        clock = [time for word in segment.words for time in (word.start, word.end)]
        assert clock == sorted(clock)
        assert 0 <= clock[0] <= clock[-1] <= 15
        assert all(0 <= word.score <= 1 for word in segment.words)
    again = model.transcribe(
        recording,
        word_times=True,
        return_timestamps=times,
        temperature=0,
        compression_ratio_threshold=None,
        batch_size=1,
    )
    assert [segment.text for segment in again] == [segment.text for segment in segments]
    for one, other in zip(segments, again, strict=True):
        assert [word.start for word in one.words or ()] == pytest.approx(
            [word.start for word in other.words or ()], abs=0.021
        )


def test_a_short_recording_has_words_too(model):
    [result] = model.predict(SOUNDS[2], word_times=True)
    words = [word for chunk in result.chunks for word in chunk["words"]]
    assert "".join(word["text"] for word in words) == result.text
    assert max(word["end"] for word in words) <= 1.9


def test_the_heads_that_are_looked_at_are_those_of_the_config(model):
    assert model.alignment_heads == [(1, 0), (1, 1)]
    config = model.config.generation_config.replace(alignment_heads=[[0, 1]])
    other = tiny_model(WHISPER, generation_config=config)
    memory = other.listen(other.features(SOUNDS[:2]))
    token_ids = torch.tensor([[321, 363, 422, 5, 6], [321, 363, 422, 9, 320]])
    weights, logits = other.looked_at(memory, token_ids)
    assert weights.shape == (2, 1, 5, 100)
    assert logits.shape == (2, 5, 528)
    features = other.features(SOUNDS[:2])
    torch.testing.assert_close(logits, other(features, decoder_input_ids=token_ids)["logits"])


# Training --------------------------------------------------------------------------------------------------------


def test_what_is_learned_is_written():
    model = CASES[WHISPER].build().train()
    features = model.preprocess([sound(1.5, 0.1, 0)])["input_features"]
    labels = torch.tensor([[363, 422, 426, 5, 9, 13, 20, 31, 320]])
    before = model.get_encoder().embed_positions.weight.clone()
    optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=0.02)
    for _ in range(60):
        optimizer.zero_grad()
        model.compute_loss(model(features, labels=labels)["logits"], labels).backward()
        optimizer.step()
    model.eval()
    assert model.generate(features).tolist() == [[5, 9, 13, 20, 31]]
    assert torch.equal(model.get_encoder().embed_positions.weight, before)  # sinusoids stay what they are


def test_labels_that_are_masked_are_left_out_of_the_loss(model):
    logits, labels = torch.randn(1, 4, 528), torch.tensor([[1, 2, 3, 4]])
    some = model.compute_loss(logits, labels, torch.tensor([[1, 1, 0, 0]]))
    torch.testing.assert_close(some, model.compute_loss(logits[:, :2], labels[:, :2]))


def test_layers_are_left_out_in_training_only():
    model = tiny_model(WHISPER, encoder_layerdrop=0.5, decoder_layerdrop=0.5)
    batch = CASES[WHISPER].batch(model, SOUNDS[:1])
    assert len({float(model(**batch)["logits"].detach().sum()) for _ in range(20)}) == 1
    model.train()
    assert len({float(model(**batch)["logits"].detach().sum()) for _ in range(20)}) > 5


def test_a_frozen_encoder_is_not_trained():
    model = tiny_model(WHISPER)
    model.freeze_encoder()
    assert not any(p.requires_grad for p in model.get_encoder().parameters())
    assert all(p.requires_grad for p in model.get_decoder().parameters())


def test_the_published_depth_is_that_of_encoder_and_decoder():
    model = tiny_model(WHISPER, num_hidden_layers=12, encoder_layers=1, decoder_layers=3)
    assert len(model.get_encoder().layers) == 1
    assert len(model.get_decoder().layers) == 3
