"""Text classification data: files of one's own, and what is said of broken ones."""

from __future__ import annotations

import json

import pytest

from golden_replay import GOLDEN
from hezar_data import DatasetError, TextClassificationDataset, Tokenizer
from hezar_registry import InputError, UnknownKeywordError, build_dataset

ROWS = [{"text": "هوای تهران صاف است", "label": "خوب"}, {"text": "بد بود", "label": "بد"}]


@pytest.fixture
def tokenizer():
    return Tokenizer.load(GOLDEN / "tokenizer_wordpiece/model")


@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl"])
def test_files_of_ones_own(suffix, tmp_path, tokenizer):
    path = tmp_path / f"data.{suffix}"
    if suffix == "jsonl":
        text = "\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS) + "\n\n"
    else:
        comma = "," if suffix == "csv" else "\t"
        text = "".join(f"{comma.join(row)}\n" for row in [["text", "label"], *([r["text"], r["label"]] for r in ROWS)])
    path.write_text("\ufeff" + text, encoding="utf-8")
    dataset = TextClassificationDataset.from_file(path, tokenizer)
    assert len(dataset) == 2
    assert dataset.id2label == {0: "بد", 1: "خوب"}
    assert [item["labels"] for item in dataset] == [1, 0]
    assert dataset.lengths == [len(item["token_ids"]) for item in dataset]
    assert dataset[-1] == dataset[1]
    batch = dataset.data_collator(dataset.__getitems__([0, 1]))
    assert batch["token_ids"].shape == batch["attention_mask"].shape == (2, 10)
    assert str(dataset) == f"TextClassificationDataset(path={path}['train'], size=2)"


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("d.csv", "text,klass\na,b\n", "no label_field 'label'"),
        ("d.csv", "text,label\n", "no rows"),
        ("d.csv", "text,label\na\n", "line 2"),
        ("d.jsonl", '{"text": "a", "label": "b"}\n{broken\n', "line 2"),
        ("d.jsonl", "[1]\n", "line 1"),
        ("d.txt", "a", "unknown format"),
    ],
)
def test_broken_files_are_clear_errors(name, text, says, tmp_path):
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(DatasetError, match=says):
        TextClassificationDataset.from_file(tmp_path / name)


def test_other_mistakes(tmp_path, tokenizer):
    with pytest.raises(DatasetError, match="no file"):
        TextClassificationDataset.from_file(tmp_path / "nothing.csv")
    (tmp_path / "latin.csv").write_bytes("text,label\nسلام,ب\n".encode("cp1256"))
    with pytest.raises(DatasetError, match="UTF-8"):
        TextClassificationDataset.from_file(tmp_path / "latin.csv")
    with pytest.raises(DatasetError, match="Row 2"):
        TextClassificationDataset.from_records(ROWS, tokenizer, id2label={0: "خوب"})
    dataset = TextClassificationDataset.from_records(ROWS, tokenizer)
    with pytest.raises(DatasetError, match="no tokenizer"):
        TextClassificationDataset.from_records(ROWS)[0]
    with pytest.raises(InputError, match="preprocessor"):
        TextClassificationDataset.from_records(ROWS, 3)
    with pytest.raises(IndexError):
        dataset[2]
    with pytest.raises(UnknownKeywordError, match="Did you mean 'text_field'"):
        build_dataset("text_classification", text_fild="x")
    with pytest.raises(DatasetError, match="no `path`"):
        build_dataset("text_classification", text_field="x", label_field="y")
