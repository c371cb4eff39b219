"""Raw text for language models: masks, and blocks."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from golden_replay import GOLDEN
from hezar_data import DatasetError, MaskFillingDataCollator, MaskFillingDataset, TextGenerationDataset, Tokenizer
from hezar_registry import InputError, build_dataset

WORDPIECE = Tokenizer.load(GOLDEN / "tokenizer_wordpiece" / "model")
BPE = Tokenizer.load(GOLDEN / "tokenizer_bpe" / "model")
TEXTS = ["هوای تهران امروز آفتابی است", "کتابخانه‌های دانشگاه تهران", "سلام", "علی و مریم در شیراز درس می‌خوانند"]
ROWS = [{"text": text} for text in TEXTS]


def masked(items: list[dict[str, Any]], **options: Any) -> list[tuple[list[int], list[int], list[int]]]:
    """Return for each row what it was, what it became, and the labels."""
    batch = MaskFillingDataCollator(WORDPIECE, return_tensors="list", **options)(items)
    return [
        (item["token_ids"], ids[: len(item["token_ids"])], labels[: len(item["token_ids"])])
        for item, ids, labels in zip(items, batch["token_ids"], batch["labels"], strict=True)
    ]


@pytest.fixture
def items() -> list[dict[str, Any]]:
    dataset = MaskFillingDataset.from_records(ROWS, WORDPIECE)
    return dataset.__getitems__(range(len(ROWS)))


def test_a_batch_is_padded_and_labels_are_what_was_there(items: list[dict[str, Any]]) -> None:
    collator = MaskFillingDataset.from_records(ROWS, WORDPIECE).data_collator
    batch = collator(items)
    width = max(len(item["token_ids"]) for item in items)
    assert {name: tuple(values.shape) for name, values in batch.items()} == dict.fromkeys(
        ("token_ids", "attention_mask", "labels"), (len(items), width)
    )
    for row, item in enumerate(items):
        length = len(item["token_ids"])
        assert batch["attention_mask"][row].tolist() == [1] * length + [0] * (width - length)
        labels = batch["labels"][row].tolist()
        assert set(labels[length:]) <= {-100}
        for place, label in enumerate(labels[:length]):
            assert label in (-100, item["token_ids"][place])
            if label == -100:
                assert batch["token_ids"][row, place] == item["token_ids"][place]


def test_special_tokens_are_never_masked_and_each_row_has_a_mask(items: list[dict[str, Any]]) -> None:
    for _ in range(30):
        for item, (_, _, labels) in zip(items, masked(items, mask_probability=0.01), strict=True):
            counted = [place for place, label in enumerate(labels) if label != -100]
            assert counted
            assert all(item["word_ids"][place] is not None for place in counted)


def test_whole_words_are_masked_together(items: list[dict[str, Any]]) -> None:
    split = next(item for item in items if len(item["word_ids"]) > len(set(item["word_ids"])) + 1)
    apart = 0
    for number in range(60):
        random.seed(number)
        for whole in (True, False):
            [(_, _, labels)] = masked([split], mask_probability=0.3, whole_words=whole)
            by_word: dict[int, set[bool]] = {}
            for word, label in zip(split["word_ids"], labels, strict=True):
                if word is not None:
                    by_word.setdefault(word, set()).add(label != -100)
            mixed = any(len(found) > 1 for found in by_word.values())
            assert not (whole and mixed)
            apart += mixed
    assert apart > 10


def test_shares_are_those_of_bert() -> None:
    dataset = MaskFillingDataset.from_records([{"text": "هوای تهران " * 200}], WORDPIECE, max_length=500)
    random.seed(0)
    chosen = kept = replaced = total = 0
    for _ in range(30):
        [(before, after, labels)] = masked([dataset[0]], whole_words=False)
        for was, now, label in zip(before, after, labels, strict=True):
            total += 1
            chosen += label != -100
            kept += label != -100 and now == was
            replaced += label != -100 and now not in (was, WORDPIECE.mask_token_id)
    assert chosen / total == pytest.approx(0.15, abs=0.02)
    assert kept / chosen == pytest.approx(0.1, abs=0.03)
    assert replaced / chosen == pytest.approx(0.1, abs=0.03)


def test_with_a_seed_a_row_has_its_masks_whatever_the_batch(items: list[dict[str, Any]]) -> None:
    together = masked(items, seed=3)
    random.seed(99)
    assert masked(items[::-1], seed=3)[::-1] == together
    assert [masked([item], seed=3)[0] for item in items] == together
    assert masked(items, seed=4) != together
    random.seed(1)
    first = masked(items)
    assert masked(items) != first  # drawn anew
    random.seed(1)
    assert masked(items) == first  # and repeated by who keeps Python's random numbers


def test_what_cannot_be_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    for share in (0, 1.5, float("nan")):
        with pytest.raises(InputError, match="mask_probability"):
            MaskFillingDataCollator(WORDPIECE, mask_probability=share)
    monkeypatch.setattr(type(WORDPIECE), "mask_token_id", None)
    with pytest.raises(InputError, match="no mask token"):
        MaskFillingDataCollator(WORDPIECE)


def test_texts_are_cut() -> None:
    dataset = MaskFillingDataset.from_records(ROWS, WORDPIECE, max_length=5)
    assert max(dataset.lengths) == 5
    assert all(len(dataset[row]["token_ids"]) <= 5 for row in range(len(dataset)))


# Blocks


@pytest.mark.parametrize("length", [2, 3, 7, 1000])
def test_blocks_hold_all_tokens_once_and_in_order(length: int) -> None:
    dataset = TextGenerationDataset.from_records(ROWS, BPE, block_length=length)
    blocks = dataset.__getitems__(range(len(dataset)))
    assert [len(block["token_ids"]) for block in blocks] == dataset.lengths
    assert all(size == length for size in dataset.lengths[:-1])
    tokens = [token for block in blocks for token in block["token_ids"]]
    end = BPE.eos_token_id
    expected: list[int] = []
    for ids in BPE(TEXTS)["token_ids"]:
        expected += ids if end is None or ids[-1:] == [end] else [*ids, end]
    assert tokens == expected
    batch = dataset.data_collator(blocks)
    assert batch["labels"].shape == batch["token_ids"].shape
    assert int((batch["labels"] == -100).sum()) == batch["labels"].numel() - len(tokens)
    np.testing.assert_array_equal(batch["labels"][0][: len(blocks[0]["labels"])], blocks[0]["token_ids"])


def test_some_rows_only() -> None:
    dataset = TextGenerationDataset.from_records(ROWS, BPE, block_length=4)
    dataset.config.update(max_size=1)
    first = TextGenerationDataset.from_records(ROWS[:1], BPE, block_length=4)
    assert len(dataset) == len(first)
    assert [dataset[row] for row in range(len(dataset))] == [first[row] for row in range(len(first))]


@pytest.mark.parametrize("kind", ["mask_filling", "text_generation"])
def test_a_file_of_lines_and_a_name(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "corpus.txt"
    path.write_text("\ufeffسلام\n\n  هوا خوب است \r\nعالی", encoding="utf-8")
    dataset_class = {"mask_filling": MaskFillingDataset, "text_generation": TextGenerationDataset}[kind]
    dataset = dataset_class.from_file(path, WORDPIECE)
    assert [row["text"] for row in dataset.data] == ["سلام", "هوا خوب است", "عالی"]
    built = build_dataset(kind, preprocessor=WORDPIECE, data=[{"text": "سلام"}])
    assert type(built) is dataset_class
    (tmp_path / "empty.txt").write_text("\n\n", encoding="utf-8")
    with pytest.raises(DatasetError, match="no rows"):
        dataset_class.from_file(tmp_path / "empty.txt", WORDPIECE)
    with pytest.raises(DatasetError, match="no text_field 'body'"):
        dataset_class.from_file(path, WORDPIECE, text_field="body")


def test_blocks_without_a_tokenizer_say_so() -> None:
    dataset = TextGenerationDataset.from_records(ROWS)
    assert str(len(ROWS)) in str(dataset)
    for read in (lambda: dataset[0], lambda: dataset.__getitems__([0])):
        with pytest.raises(DatasetError, match="has no tokenizer"):
            read()
