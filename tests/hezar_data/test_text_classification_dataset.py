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
        ("d.xlsx", "a", "unknown format"),
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


# A table is never silent -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("text,label\nخوب, عالی,a\n", "line 2: 3 cells, and the header has 2"),
        ("text,label\nخوب\n", "line 2: 1 cells"),
        ("text,label,text\na,b,c\n", "2 columns are named 'text'"),
        ("text,label\na,\n", "line 2: the label_field 'label' is empty"),
        ("text,label\n   ,b\n", "line 2: the text_field 'text' is empty"),
        ("text,label\na,nan\n", "line 2: the label_field 'label' is empty"),
        ('text,label\n"a\nb",c\nd,\n', "line 4: the label_field"),
    ],
)
def test_a_table_is_never_silent(text, says, tmp_path):
    (tmp_path / "d.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DatasetError, match=says):
        TextClassificationDataset.from_file(tmp_path / "d.csv")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"text": "a", "label": NaN}', "is empty: nan"),
        ('{"text": 5, "label": "b"}', "is no text: 5"),
        ('{"text": "a", "text": "b", "label": "c"}', "the key 'text' is there twice"),
        ('{"text": null, "label": "c"}', "is empty: None"),
    ],
)
def test_lines_of_json_are_never_silent(line, says, tmp_path):
    (tmp_path / "d.jsonl").write_text(line, encoding="utf-8")
    with pytest.raises(DatasetError, match=says):
        TextClassificationDataset.from_file(tmp_path / "d.jsonl")


def test_missing_values_of_pandas(tokenizer):
    pandas = pytest.importorskip("pandas")
    for missing in (float("nan"), pandas.NA, pandas.NaT, None):
        with pytest.raises(DatasetError, match="Row 2 the label_field"):
            TextClassificationDataset.from_records([ROWS[0], {"text": "a", "label": missing}], tokenizer)
    # Where one is missing, pandas makes floats of whole numbers; those that are there stay class ids.
    frame = pandas.DataFrame({"text": ["a", "b", "c"], "label": [0, 1, None]}).dropna()
    assert TextClassificationDataset.from_records(frame.to_dict("records")).id2label == {0: "0", 1: "1"}


def test_blanks_around_a_label_are_no_other_label():
    rows = [{"text": "a", "label": " عالی"}, {"text": "b", "label": "عالی"}, {"text": "c", "label": "بد\t"}]
    dataset = TextClassificationDataset.from_records(rows, GOLDEN / "dataset_text_classification/preprocessor_repo")
    assert dataset.id2label == {0: "بد", 1: "عالی"}
    assert [item["labels"] for item in dataset] == [1, 1, 0]


# A label means what it says ----------------------------------------------------------------------------------------


def test_labels_are_numbered_as_a_model_does(tokenizer):
    dataset = TextClassificationDataset.from_records(ROWS, tokenizer)
    assert [item["labels"] for item in dataset] == [1, 0]
    dataset.match_labels({0: "خوب", 1: "بد", 2: "میانه"})
    assert [item["labels"] for item in dataset] == [0, 1]
    assert dataset.num_labels == dataset.config.num_labels == 3
    dataset.match_labels({2: "خوب", 1: "بد", 0: "میانه"})
    assert [item["labels"] for item in dataset] == [2, 1]
    with pytest.raises(DatasetError, match="does not have: بد, خوب"):
        dataset.match_labels({0: "x", 1: "y", 2: "z"})


def test_class_ids_are_numbered_by_the_names_of_their_set(tokenizer):
    rows = [{"text": "a", "label": 0}, {"text": "b", "label": 1}]
    dataset = TextClassificationDataset.from_records(rows, tokenizer, id2label={0: "منفی", 1: "مثبت"})
    dataset.match_labels({0: "مثبت", 1: "منفی"})
    assert [item["labels"] for item in dataset] == [1, 0]
    numbers = TextClassificationDataset.from_records(rows, tokenizer)
    numbers.match_labels({0: "مثبت", 1: "منفی"})
    assert [item["labels"] for item in numbers] == [0, 1]
    with pytest.raises(DatasetError, match="has 2 labels; the model has 1"):
        numbers.match_labels({0: "یک"})
