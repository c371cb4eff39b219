"""Text in, text out: a plain method beside each call, tables refused with advice, records that other libraries know."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from golden_replay import GOLDEN
from hezar.models import (
    Model,
    ModelOutput,
    OutputFieldError,
    SequenceLabelingOutput,
    SpeechRecognitionOutput,
    TextClassificationOutput,
)
from hezar.preprocessors import (
    ImageProcessor,
    Lemmatizer,
    SentenceSplitter,
    Stemmer,
    TextNormalizer,
    Tokenizer,
    WhisperFeatureExtractor,
    WordTokenizer,
)
from hezar.utils import load_audio_files
from hezar_data.images.craft_image_processor import CraftImageProcessor
from hezar_registry import InputError

TEXT = "كتاب ها ي علي"
SUFFIXES = sorted(path.parent.name for path in GOLDEN.glob("tokenizer_*/model"))


# Plain methods


def test_a_normalizer_normalizes():
    normalizer = TextNormalizer(rules="persian")
    assert normalizer.normalize(TEXT) == normalizer(TEXT)[0]
    assert normalizer.normalize(TEXT, rules=[]) == normalizer(TEXT, rules=[])[0]
    assert normalizer.normalize("") == ""


@pytest.mark.parametrize("name", SUFFIXES)
def test_a_tokenizer_tokenizes(name: str):
    tokenizer = Tokenizer.load(GOLDEN / name / "model")
    row = tokenizer("سلام دنیا", add_special_tokens=False, return_tokens=True)
    assert tokenizer.tokenize("سلام دنیا") == row["tokens"]
    assert tokenizer.detokenize(row["token_ids"]) == tokenizer.decode(row["token_ids"])[0]
    assert isinstance(tokenizer.detokenize(np.array(row["token_ids"])), str)
    assert tokenizer.tokenize("") == []
    with pytest.raises(InputError, match="one row of token ids; found 2 rows"):
        tokenizer.detokenize([[1], [2]])


def test_an_extractor_extracts():
    extractor = WhisperFeatureExtractor()
    samples = np.sin(np.arange(16000) / 10).astype(np.float32)
    features = extractor.extract(samples)
    assert (features.shape, features.dtype) == ((80, 3000), np.dtype("float32"))
    np.testing.assert_array_equal(features, extractor(samples, return_tensors="numpy")["input_features"][0])
    assert extractor.extract(samples.tolist(), padding=False).shape == (80, 100)


@pytest.mark.parametrize(
    "processor", [ImageProcessor(size=[8, 6], rescale=1 / 255), CraftImageProcessor(square_size=64)]
)
def test_an_image_processor_processes(processor: ImageProcessor):
    image = np.full((20, 30, 3), 255, dtype=np.uint8)
    pixels = processor.process(image)
    np.testing.assert_array_equal(pixels, processor(image, return_tensors="numpy")["pixel_values"][0])
    assert pixels.ndim == 3
    assert processor.process(image, mirror=True).shape == pixels.shape


def test_what_is_not_one_text():
    for method in (TextNormalizer().normalize, Tokenizer.load(GOLDEN / "tokenizer_bpe/model").tokenize):
        with pytest.raises(InputError, match=r"takes one text; found list .* call the object itself"):
            method(["سلام"])
        with pytest.raises(InputError, match="takes one text; found bytes .* Decode it first"):
            method("سلام".encode())
        with pytest.raises(InputError, match="takes one text; found None"):
            method(None)


# Tables


FRAME = pd.DataFrame({"text": ["سلام", "خوبی؟"], "label": [0, 1]})
CALLS: dict[str, Any] = {
    "normalizer": TextNormalizer(),
    "normalize": TextNormalizer().normalize,
    "words": WordTokenizer(),
    "sentences": SentenceSplitter(),
    "stems": Stemmer(),
    "lemmas": Lemmatizer(),
    "features": WhisperFeatureExtractor(),
    "images": ImageProcessor(),
    "files": load_audio_files,
}


def tables() -> dict[str, Any]:
    import datasets
    import pyarrow

    return {
        "pandas": FRAME,
        "datasets": datasets.Dataset.from_pandas(FRAME),
        "pyarrow": pyarrow.Table.from_pandas(FRAME),
    }


@pytest.mark.parametrize("library", ["pandas", "datasets", "pyarrow"])
def test_a_table_is_refused(library: str, sentiment_model: Path):
    model = Model.load(sentiment_model)
    calls = CALLS | {"predict": model.predict, "tokenizer": model.preprocessor.tokenizer}
    for name, call in calls.items():
        with pytest.raises(InputError, match=r'with the columns text, label\. Give one of them: df\["text"\]'):
            call(tables()[library])
            pytest.fail(name)


def test_the_advice_names_a_column_that_is_there():
    with pytest.raises(InputError, match=r'Give one of them: df\["comment"\]'):
        TextNormalizer()(FRAME.rename(columns={"text": "comment"}))


def test_a_column_is_a_list_of_texts(sentiment_model: Path):
    model = Model.load(sentiment_model)
    texts = FRAME["text"].tolist()
    assert model.predict(FRAME["text"]) == model.predict(texts)
    assert TextNormalizer()(FRAME["text"]) == texts
    assert model.predict(tables()["datasets"]["text"]) == model.predict(texts)


# Predictions


@pytest.fixture(scope="module")
def answers(sentiment_model: Path) -> Any:
    return Model.load(sentiment_model).predict(["خیلی خوب بود", "بد"], top_k=2)


def test_predictions_go_through_json(answers: Any):
    back = json.loads(json.dumps(answers, ensure_ascii=False))
    assert back == answers
    assert back[0][0] == {"label": answers[0][0].label, "score": answers[0][0].score}
    chunked = SpeechRecognitionOutput(text="a", chunks=[{"text": "a", "timestamp": (0.0, 1.0)}])
    assert json.loads(json.dumps(chunked))["chunks"] == [{"text": "a", "timestamp": [0.0, 1.0]}]


def test_predictions_make_a_data_frame(answers: Any):
    frame = pd.DataFrame([best for best, _ in answers])
    assert list(frame.columns) == ["label", "score"]
    assert frame["label"].tolist() == [best.label for best, _ in answers]
    spans = pd.DataFrame([SequenceLabelingOutput(token="تهران", label="city"), SequenceLabelingOutput(token="در")])
    assert spans["token"].tolist() == ["تهران", "در"]


def test_predictions_are_compared_by_what_they_say():
    answer = TextClassificationOutput(label="positive", score=0.5)
    assert answer == TextClassificationOutput(label="positive", score=0.5) == {"label": "positive", "score": 0.5}
    assert answer == {"label": "positive", "score": 0.5}
    assert answer != TextClassificationOutput(label="positive", score=0.6)
    assert answer != ["label", "score"]
    assert SequenceLabelingOutput(token="در", label="O") == {"token": "در", "label": "O"}  # as it is printed
    assert [answer] == [{"label": "positive", "score": 0.5}]


def test_predictions_are_dicts_and_dataclasses():
    answer = SequenceLabelingOutput(token="در", label="O")
    assert answer.to_dict() == dataclasses.asdict(answer)
    assert type(answer.to_dict()) is dict
    assert list(answer) == ["token", "label", "start", "end", "score"] == list(answer.keys())
    assert str(answer) == "{'token': 'در', 'label': 'O'}"
    answer.label = "city"
    assert answer["label"] == "city"
    answer["label"] = "O"
    answer.update(score=0.5)
    assert (answer.label, answer.score) == ("O", 0.5)
    assert dataclasses.replace(answer, label="B").label == "B"
    chunked = SpeechRecognitionOutput(chunks=[{"text": "a"}])
    for copied in (pickle.loads(pickle.dumps(chunked)), copy.deepcopy(chunked)):
        assert type(copied) is SpeechRecognitionOutput
        assert copied == chunked
        assert copied.chunks is not chunked.chunks
    assert SpeechRecognitionOutput().text is None


def test_a_misspelt_field_is_suggested():
    answer = TextClassificationOutput(label="positive", score=0.5)
    with pytest.raises(AttributeError, match="TextClassificationOutput has no field 'lable'. Did you mean 'label'"):
        answer.lable  # noqa: B018 # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(KeyError, match="no field 'scores'. Did you mean 'score'"):
        answer["scores"]
    with pytest.raises(OutputFieldError, match="It has: label, score"):
        answer["x"]
    assert not hasattr(answer, "lable")
    assert answer.get("lable") is None


def test_records_of_ones_own():
    @dataclass(repr=False)
    class Answer(ModelOutput):
        answer: str = ""
        context: str | None = None
        places: list[int] = dataclasses.field(default_factory=list)

    answer = Answer("هزار", places=[1])
    assert (answer.answer, answer.places, Answer().context) == ("هزار", [1], None)
    assert json.loads(json.dumps(answer)) == {"answer": "هزار", "context": None, "places": [1]}
    assert Answer("a") == Answer("a")
