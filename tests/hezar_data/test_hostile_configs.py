"""Options and rules from a repo that somebody else has written."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from golden_replay import GOLDEN
from hezar_data import Dataset, TextNormalizer, WordPieceTokenizer
from hezar_data.datasets.repo_options import check_card, check_files, check_options
from hezar_data.errors import DatasetError, TokenizerFileError
from hezar_hub import DATASET, Repo
from hezar_registry import InputError


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*$", "(a|aa)+$"])
def test_a_pattern_that_takes_too_long_is_an_error(pattern: str) -> None:
    normalizer = TextNormalizer(replace_patterns=[[pattern, "b"]])
    for run in (normalizer, normalizer.normalize_with_alignment, normalizer.explain):
        with pytest.raises(InputError, match="cannot be run on this text"):
            run("a" * 40 + "!")


@pytest.mark.parametrize(("pattern", "times"), [("a", 9), ("", 9), ("a|$", 12), ("(?=a)", 30)])
def test_texts_do_not_grow_without_bounds(pattern: str, times: int) -> None:
    normalizer = TextNormalizer(replace_patterns=[[pattern, "a" * 10]] * times)
    for run in (normalizer, normalizer.normalize_with_alignment):
        with pytest.raises(InputError, match="a text may grow"):
            run("a")


def test_long_texts_and_ligatures_are_within_the_bounds() -> None:
    normalizer = TextNormalizer(
        replace_patterns=[["ﷺ", "صلی الله علیه و آله"]] + [["ي", "ی"]] * 30, nfkd=False, nfkc=False
    )
    assert normalizer("ﷺ" * 200 + "ي" * 3000) == ["صلی الله علیه و آله" * 200 + "ی" * 3000]


@pytest.mark.parametrize(
    "files",
    [
        "/etc/passwd", "~/.ssh/id_rsa", "../secret.csv", "a/../../b", "https://example.com/x.csv", "C:\\x.csv", "\\\\host\\x",
        "zip://a.csv::https://example.com/a.zip", {"train": ["ok.csv", "/etc/passwd"]}, [{"split": "train", "path": "hf://x"}],
        "file:///etc/passwd", "a\\..\\..\\b",
    ],
)  # fmt: skip
def test_files_outside_a_repo_are_refused(files: Any, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="inside itself"):
        check_files(files, "repo")
    (tmp_path / "README.md").write_text(f"---\nconfigs:\n- config_name: default\n  data_files: {files!r}\n---\n")
    with pytest.raises(DatasetError):
        check_card(Repo(tmp_path, repo_type=DATASET))


@pytest.mark.parametrize("option", ["trust_remote_code", "storage_options", "token", "download_config", "streaming"])
def test_other_options_of_a_repo_are_refused(option: str, tmp_path: Path) -> None:
    (tmp_path / "dataset_config.yaml").write_text(
        f"name: text_classification\nconfig_type: dataset\nhf_load_kwargs:\n  {option}: true\n"
    )
    with pytest.raises(DatasetError, match=option):
        Dataset.load(tmp_path)


def test_files_inside_a_repo_are_allowed() -> None:
    check_options({"name": "fa", "data_files": {"train": "data/train-*.csv", "test": ["a.csv"]}}, "repo")


# Tokenizers that make too much of a text


def _times_ten(times: int) -> list[dict[str, Any]]:
    return [{"type": "Replace", "pattern": {"String": "a"}, "content": "a" * 10}] * times


SIDE = {"Sequence": {"id": "A", "type_id": 0}}
HOSTILE_PARTS: dict[str, dict[str, Any]] = {
    "replacements": {"normalizer": {"type": "Sequence", "normalizers": _times_ten(9)}},
    "sequences in sequences": {
        "normalizer": {"type": "Sequence", "normalizers": [{"type": "Sequence", "normalizers": _times_ten(3)}] * 3}
    },
    "an expression": {"normalizer": {"type": "Replace", "pattern": {"Regex": "."}, "content": "x" * 5000}},
    "what is put before": {"normalizer": {"type": "Prepend", "prepend": "x" * 5000}},
    "a decoder": {"decoder": {"type": "Sequence", "decoders": _times_ten(9)}},
    "a template": {
        "post_processor": {"type": "TemplateProcessing", "single": [SIDE] * 5000, "pair": [SIDE, SIDE], "special_tokens": {}}
    },
    "padding": {
        "padding": {
            "strategy": {"Fixed": 10**10}, "direction": "Right", "pad_to_multiple_of": None,
            "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]",
        }
    },
}  # fmt: skip


@pytest.mark.parametrize("parts", HOSTILE_PARTS.values(), ids=HOSTILE_PARTS)
def test_a_tokenizer_that_makes_too_much_of_a_text_is_refused(parts: dict[str, Any], tmp_path: Path) -> None:
    folder = shutil.copytree(GOLDEN / "tokenizer_wordpiece" / "model", tmp_path / "model")
    file = folder / "preprocessor" / "tokenizer.json"
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | parts), encoding="utf-8")
    with pytest.raises(TokenizerFileError, match="is the limit"):
        WordPieceTokenizer.load(folder)


def test_a_tokenizer_that_makes_a_little_more_of_a_text_is_used(tmp_path: Path) -> None:
    folder = shutil.copytree(GOLDEN / "tokenizer_wordpiece" / "model", tmp_path / "model")
    file = folder / "preprocessor" / "tokenizer.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    content["normalizer"] = {"type": "Sequence", "normalizers": [content["normalizer"], *_times_ten(2)]}
    file.write_text(json.dumps(content), encoding="utf-8")
    assert len(WordPieceTokenizer.load(folder)("a")["token_ids"]) > 2
