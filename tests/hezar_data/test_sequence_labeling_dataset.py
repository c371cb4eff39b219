"""Words with tags: which token has which label, files of one's own, and what is said of broken ones."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golden_replay import GOLDEN
from hezar_data import (
    DatasetError,
    PreprocessorsContainer,
    SequenceLabelingDataset,
    TextNormalizer,
    TextSummarizationDataset,
    Tokenizer,
    WordPieceTokenizer,
)

ROWS = [{"tokens": ["کتاب\u200cخانه", "تهران"], "tags": ["B", "O"]}]


@pytest.fixture(scope="module")
def pieces():
    """A tokenizer that cuts some words into several tokens."""
    tokenizer = WordPieceTokenizer()
    tokenizer.train_from_iterator(["تهران علی رفت", "در تهران"] * 5, vocab_size=40)
    return tokenizer


def labels_by_word(item):
    found = {}
    for word, label in zip(item["word_ids"], item["labels"], strict=True):
        found.setdefault(word, []).append(label)
    return found


def test_the_first_token_of_a_word_has_its_tag(pieces):
    rows = [{"tokens": ["علی", "تهران", "رفت"], "tags": ["B", "O", "I"]}]
    dataset = SequenceLabelingDataset.from_records(rows, pieces, label_all_tokens=False)
    assert dataset.id2label == {0: "B", 1: "I", 2: "O"}
    found = labels_by_word(dataset[0])
    assert found.pop(None) == [-100, -100]
    assert [labels[0] for labels in found.values()] == [0, 2, 1]
    assert {label for labels in found.values() for label in labels[1:]} <= {-100}
    whole = labels_by_word(SequenceLabelingDataset.from_records(rows, pieces)[0])
    assert [set(whole[word]) for word in range(3)] == [{0}, {2}, {1}]


@given(st.lists(st.text("تهرانعلیرفتد", min_size=1, max_size=6), min_size=1, max_size=8), st.booleans())
@settings(deadline=None, max_examples=40)
def test_each_word_keeps_its_tag(words, every):
    tokenizer = Tokenizer.load(GOLDEN / "dataset_sequence_labeling/preprocessor_repo")
    rows = [{"tokens": words, "tags": [f"T{i}" for i in range(len(words))]}]
    dataset = SequenceLabelingDataset.from_records(rows, tokenizer, label_all_tokens=every)
    found = labels_by_word(dataset[0])
    for place in range(len(words)):
        assert dataset.id2label[found[place][0]] == f"T{place}"


def test_a_word_that_the_normalizer_makes_longer_moves_no_label(pieces):
    normalizer = TextNormalizer(replace_patterns=[["&", "علی و علی"]])
    both = PreprocessorsContainer({"wordpiece_tokenizer": pieces, "text_normalizer": normalizer})
    rows = [{"tokens": ["&", "تهران"], "tags": ["O", "B"]}]
    item = SequenceLabelingDataset.from_records(rows, both)[0]
    found = labels_by_word(item)
    assert set(found[0]) == {1}
    assert set(found[1]) == {0}
    assert len(found[0]) >= 3


def test_tags_that_are_lost_are_said_once(pieces, caplog):
    rows = [{"tokens": ["تهران"] * 900, "tags": ["O"] * 900}] * 2
    dataset = SequenceLabelingDataset.from_records(rows, pieces, max_length=16)
    dataset.__getitems__([0, 1])
    assert caplog.text.count("of its words have no tokens") == 1
    assert "max_length=16" in caplog.text
    caplog.clear()
    SequenceLabelingDataset.from_records(rows, pieces).__getitems__([0])
    assert not caplog.text


@pytest.mark.parametrize("suffix", ["conll", "jsonl"])
def test_files_of_ones_own(suffix, tmp_path, pieces):
    path = tmp_path / f"data.{suffix}"
    if suffix == "conll":
        path.write_text("# id 1\nعلی\tN\tB-PER\nرفت\tV\tO\n\n\n-DOCSTART- O\n\nتهران B-LOC\n", encoding="utf-8")
    else:
        rows = [{"tokens": ["علی", "رفت"], "tags": ["B-PER", "O"]}, {"tokens": ["تهران"], "tags": ["B-LOC"]}]
        path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    dataset = SequenceLabelingDataset.from_file(path, pieces)
    assert [row["tokens"] for row in dataset.data] == [["علی", "رفت"], ["تهران"]]
    assert dataset.id2label == {0: "B-LOC", 1: "B-PER", 2: "O"}
    assert dataset.lengths == [len(item["token_ids"]) for item in dataset]
    batch = dataset.data_collator(dataset.__getitems__([0, 1]))
    assert batch["labels"].shape == batch["token_ids"].shape
    assert set(batch) == {"token_ids", "attention_mask", "labels"}


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("d.conll", "علی\tO\nرفت\n", "line 2: a word and its tag"),
        ("d.conll", "\n\n", "no rows"),
        ("d.jsonl", '{"tokens": ["a"], "tags": ["O", "O"]}', "line 1: has 1 words and 2 tags"),
        ("d.jsonl", '{"tokens": "a", "tags": ["O"]}', "'tokens' is a list"),
        ("d.jsonl", '{"tokens": ["a", 3], "tags": ["O", "O"]}', "the word 3"),
        ("d.jsonl", '{"tokens": ["a"]}', "no tags_field 'tags'"),
        ("d.jsonl", '{"tokens": ["a"], "tags": [["O"]]}', "neither a name"),
        ("d.jsonl", '{"tokens": [], "tags": []}', "no tags"),
    ],
)
def test_broken_files_are_clear_errors(name, text, says, tmp_path):
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(DatasetError, match=says):
        SequenceLabelingDataset.from_file(tmp_path / name)


def test_an_unknown_tag(pieces):
    with pytest.raises(DatasetError, match="Row 1 has the label 'B'; known are: O"):
        SequenceLabelingDataset.from_records(ROWS, pieces, id2label={0: "O"})


def test_summaries_of_ones_own(pieces):
    rows = [{"text": "علی رفت", "summary": "رفت"}, {"text": "در تهران", "summary": "تهران"}]
    dataset = TextSummarizationDataset.from_records(rows, pieces, prefix="در ")
    item = dataset[0]
    assert item["token_ids"] == pieces("در علی رفت")["token_ids"]
    assert item["labels"] == pieces("رفت")["token_ids"]
    assert dataset.lengths == [len(item["token_ids"]) for item in dataset]
    batch = dataset.data_collator(dataset.__getitems__([0, 1]))
    assert batch["token_ids"].shape[0] == batch["labels"].shape[0] == 2
    with pytest.raises(DatasetError, match="no summary_field 'summary'"):
        TextSummarizationDataset.from_records([{"text": "a"}], pieces)
