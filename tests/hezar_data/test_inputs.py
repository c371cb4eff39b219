"""`hezar_data.inputs`: one input or many, and what is said about anything else."""

from __future__ import annotations

import numpy as np
import pytest

from hezar_data import Lemmatizer, SentenceSplitter, TextNormalizer, WordPieceTokenizer, WordTokenizer
from hezar_data.inputs import describe, is_text, one_or_many
from hezar_registry import InputError

EXPECTED = "Something takes a text or a list of texts"


def test_one_is_told_from_many():
    assert one_or_many("ab", is_text, EXPECTED) == (["ab"], True)
    assert one_or_many(["ab"], is_text, EXPECTED) == (["ab"], False)
    assert one_or_many([], is_text, EXPECTED) == ([], False)
    assert one_or_many((text for text in "ab"), is_text, EXPECTED) == (["a", "b"], False)
    assert one_or_many(np.array(["a", "b"]), is_text, EXPECTED) == (["a", "b"], False)


def test_a_list_is_not_copied():
    texts = ["a", "b"]
    assert one_or_many(texts, is_text, EXPECTED)[0] is texts


@pytest.mark.parametrize("value", [None, 7, {"a": "b"}, b"ab", bytearray(b"ab")], ids=str)
def test_the_rest_is_refused_in_the_same_words(value: object):
    with pytest.raises(InputError) as caught:
        one_or_many(value, is_text, EXPECTED)
    assert str(caught.value).startswith(f"{EXPECTED}; found {describe(value)}.")
    assert ("Decode it first" in str(caught.value)) == isinstance(value, (bytes, bytearray))
    for preprocessor in (TextNormalizer(), WordTokenizer(), SentenceSplitter(), Lemmatizer(), WordPieceTokenizer()):
        with pytest.raises(InputError) as caught:
            preprocessor(value)  # type: ignore[arg-type]
        assert f"; found {describe(value)}." in str(caught.value)


def test_a_long_value_is_cut_short():
    assert describe("x" * 50) == "str '" + "x" * 36 + "..."
