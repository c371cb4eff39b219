"""Parity of preprocessors with Hezar 1.0.0; a new case is only a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from golden_replay import GOLDEN, case_id, cases, default_call, meta, replay
from hezar_data import Preprocessor, Tokenizer
from hezar_registry import preprocessors_registry


def implemented(kind: str) -> list[Path]:
    return [case for case in cases(kind) if preprocessors_registry[meta(case)["registry_name"]].implemented]


def call(tokenizer: Any, method: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    if method == "encode":
        return [encoding.ids for encoding in tokenizer.encode(*args, **kwargs)]
    if method == "__call__" and not kwargs.get("is_split_into_words"):
        # JSON has no tuples: a pair of texts is written as a list.
        args = [[tuple(i) if isinstance(i, list) else i for i in args[0]] if isinstance(args[0], list) else args[0]]
    return default_call(tokenizer, method, args, kwargs)


@pytest.mark.parametrize("case", implemented("tokenizer"), ids=case_id)
def test_tokenizers(case: Path):
    assert replay(case, lambda folder, init: Tokenizer.load(folder, **init), call)


@pytest.mark.parametrize("case", implemented("tokenizer"), ids=case_id)
def test_tokenizer_properties(case: Path):
    tokenizer = Tokenizer.load(case / "model")
    properties = json.loads((case / "properties.json").read_text(encoding="utf-8"))
    assert len(tokenizer) == properties.pop("len")
    added = properties.pop("num_special_tokens_to_add")
    assert [tokenizer.num_special_tokens_to_add(pair) for pair in (False, True)] == added
    assert tokenizer.get_added_vocab() == properties.pop("added_vocab")
    for name, value in properties.items():
        assert getattr(tokenizer, name) == value, name


def test_normalizer():
    deviations = {("text_normalizer", 4): "a config can switch the normal forms off: test_normal_forms_can_be_off"}
    assert replay(
        GOLDEN / "text_normalizer", lambda folder, init: Preprocessor.load(folder, **init), deviations=deviations
    )


def test_normal_forms_can_be_off():
    """1.0.0 ignored the config unless the call said the same."""
    text = "\ufedb\ufe98\ufe8e\ufe8f"  # presentation forms
    normalizer = Preprocessor.load(GOLDEN / "text_normalizer/none")
    assert normalizer(text) == [text]
    assert normalizer(text, nfkc=True) == ["\u0643\u062a\u0627\u0628"]
    assert Preprocessor.load(GOLDEN / "text_normalizer/default")(text, nfkc=False, nfkd=False) == [text]
