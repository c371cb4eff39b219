"""Labels of text classification data: how they become class ids, and what is said of bad ones."""

from __future__ import annotations

import pytest

from golden_replay import GOLDEN
from hezar_config import ConfigError
from hezar_data import DatasetError, TextClassificationDataset, Tokenizer
from hezar_registry import InputError


@pytest.fixture
def tokenizer():
    return Tokenizer.load(GOLDEN / "tokenizer_wordpiece/model")


def rows(*labels):
    return [{"text": "سلام", "label": label} for label in labels]


def test_ids_in_a_text_file_stay_the_ids_they_are(tmp_path, tokenizer):
    path = tmp_path / "data.CSV"
    path.write_text("text,label\n" + "".join(f"a,{i}\n" for i in reversed(range(12))), encoding="utf-8")
    dataset = TextClassificationDataset.from_file(path, tokenizer)
    assert [item["labels"] for item in dataset] == list(reversed(range(12)))
    named = TextClassificationDataset.from_file(path, tokenizer, id2label={i: f"class {i}" for i in range(12)})
    assert [item["labels"] for item in named] == list(reversed(range(12)))


def test_labels_are_on_the_config_and_not_saved(tokenizer):
    dataset = TextClassificationDataset.from_records(rows("b", "a"), tokenizer)
    assert dataset.config.id2label == {0: "a", 1: "b"}
    assert dataset.config.num_labels == 2
    assert "num_labels" not in dataset.config.to_yaml()


def test_unknown_label_names_the_line(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text('text,label\n"a\nb",x\nc,y\n', encoding="utf-8")
    with pytest.raises(DatasetError, match="line 4: has the label 'y'; known are: x"):
        TextClassificationDataset.from_file(path, id2label={0: "x"})


@pytest.mark.parametrize(("labels", "says"), [((-1, 0), "count from 0"), (([1],), "neither a name")])
def test_bad_labels(labels, says):
    with pytest.raises(DatasetError, match=says):
        TextClassificationDataset.from_records(rows(*labels))


def test_bad_rows_and_sizes():
    with pytest.raises(DatasetError, match="a mapping is wanted"):
        TextClassificationDataset.from_records(["text"])
    config = TextClassificationDataset.from_records(rows("a")).config
    for size in (-3, 0, float("nan")):
        with pytest.raises(ConfigError, match="max_size: expected a number above 0"):
            TextClassificationDataset(config, data=rows("a"), max_size=size)


def test_truth_values_are_class_ids(tokenizer):
    labels = [item["labels"] for item in TextClassificationDataset.from_records(rows(True, False), tokenizer)]
    assert [type(label) for label in labels] == [int, int]


@pytest.mark.parametrize("records", [None, 3])
def test_records_that_are_none(records: object):
    with pytest.raises(DatasetError, match="Records are mappings, in a list"):
        TextClassificationDataset.from_records(records)  # pyright: ignore[reportArgumentType]


def test_labels_that_are_no_mapping():
    rows = [{"text": "خوب", "label": "positive"}]
    with pytest.raises(DatasetError, match="id2label says the label of each class id"):
        TextClassificationDataset.from_records(rows, id2label=["positive"])  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("index", [None, "0", 1.0, slice(0, 1), [0]])
def test_rows_are_asked_for_by_number(index: object):
    dataset = TextClassificationDataset.from_records([{"text": "خوب", "label": "positive"}])
    with pytest.raises(InputError, match="A row of a dataset has a number"):
        dataset[index]  # pyright: ignore[reportArgumentType]
