"""Tokenizing word by word gives what tokenizing whole texts gives."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import AddedToken, models, normalizers, pre_tokenizers, processors
from tokenizers import Tokenizer as Pipeline

from golden_replay import GOLDEN
from hezar_data import Tokenizer, WordPieceTokenizer
from hezar_data.tokenizers import word_memo
from hezar_data.tokenizers.word_memo import WordMemo

ZWNJ = "\u200c"
LETTERS = "ابتسمنیkKéß中文1۲.,!\u0301\u0338ﷺ½ΑΣςİ"
BLANKS = " \t\n\u00a0\u2003\u3000\x1c\x85\u200b"
VOCAB = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *dict.fromkeys(LETTERS.lower()), ZWNJ, "سا", "##سا"]
VOCAB += [f"##{token}" for token in VOCAB[5:-1]]

NORMALIZERS = {
    "none": None,
    "nfc": normalizers.NFC(),
    "nfkc": normalizers.NFKC(),
    "nfd, accents": normalizers.Sequence([normalizers.NFD(), normalizers.StripAccents(), normalizers.Lowercase()]),
    "bert": normalizers.BertNormalizer(strip_accents=False, lowercase=False),
    "bert, lower": normalizers.BertNormalizer(),
}
SPLITTERS = {
    "bert": pre_tokenizers.BertPreTokenizer(),
    "words": pre_tokenizers.Whitespace(),
    "blanks": pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Digits(True)]),
}
texts = st.lists(st.sampled_from([*LETTERS, *BLANKS, ZWNJ, "[", "[MASK]", "<x>", "  "]), max_size=25).map("".join)


def pipeline(normalizer: Any = None, splitter: Any = SPLITTERS["bert"]) -> Pipeline:
    vocab = {token: i for i, token in enumerate(dict.fromkeys(VOCAB))}
    made = Pipeline(models.WordPiece(vocab=vocab, unk_token="[UNK]"))
    if normalizer is not None:
        made.normalizer = normalizer
    if splitter is not None:
        made.pre_tokenizer = splitter
    made.post_processor = processors.TemplateProcessing(
        single=["[CLS]", "[CLS]", "$A", "[SEP]"],
        pair=["[CLS]", "$A", "[SEP]", "$B:1"],
        special_tokens=[("[CLS]", vocab["[CLS]"]), ("[SEP]", vocab["[SEP]"])],
    )
    made.add_special_tokens(["[MASK]"])
    made.add_tokens([AddedToken("<x>", lstrip=True, rstrip=True), AddedToken("سا", single_word=True)])
    return made


@pytest.mark.parametrize("splitter", SPLITTERS)
@pytest.mark.parametrize("normalizer", NORMALIZERS)
@given(batch=st.lists(texts, min_size=1, max_size=4), special=st.booleans())
@settings(max_examples=60, deadline=None)
def test_words_give_what_the_text_gives(normalizer: str, splitter: str, batch: list[str], special: bool):
    whole = pipeline(NORMALIZERS[normalizer], SPLITTERS[splitter])
    memo = WordMemo.of(whole)
    assert memo is not None
    expected = whole.encode_batch(batch, add_special_tokens=special)
    for _ in range(2):  # learnt, then remembered
        for row, encoding in zip(memo.rows(batch, special), expected, strict=True):
            assert row.ids == encoding.ids
            assert row.sequence_ids == encoding.sequence_ids
            assert row.special_tokens_mask == encoding.special_tokens_mask
            assert len(row) == len(encoding)


def _with_added(content: str, **options: Any) -> Pipeline:
    made = pipeline(normalizers.NFKC())
    made.add_tokens([AddedToken(content, **options)])
    return made


def _with_model(model: Any) -> Pipeline:
    made = pipeline()
    made.model = model
    return made


def _repeating(single: list[str]) -> Pipeline:
    made = pipeline()
    made.post_processor = processors.TemplateProcessing(single=single, special_tokens=[("[SEP]", 3)])
    return made


@pytest.mark.parametrize(
    "whole",
    [
        pytest.param(pipeline(splitter=None), id="no splitter: a sentence is one word"),
        pytest.param(pipeline(splitter=pre_tokenizers.Metaspace()), id="blanks become part of words"),
        pytest.param(pipeline(splitter=pre_tokenizers.Digits()), id="does not split at blanks"),
        pytest.param(
            pipeline(splitter=pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])),
            id="a later splitter looks at where the word stands",
        ),
        pytest.param(pipeline(normalizers.Replace(" ", "_")), id="a normalizer takes blanks away"),
        pytest.param(
            pipeline(normalizers.Sequence([normalizers.NFC(), normalizers.Prepend("_")])), id="adds to a text"
        ),
        pytest.param(_with_added("a b"), id="an added token with a blank"),
        pytest.param(_with_added("a\u00a0b", normalized=True), id="an added token that gets a blank"),
        pytest.param(_with_model(models.BPE(dropout=0.5)), id="not the same each time"),
        pytest.param(_repeating(["$A", "[SEP]", "$A"]), id="the text twice"),
    ],
)
def test_other_pipelines_have_no_memo(whole: Pipeline):
    assert WordMemo.of(whole) is None


def test_a_full_memo_begins_anew(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(word_memo, "_MAX_WORDS", 5)
    monkeypatch.setattr(word_memo, "_MAX_WORD_LENGTH", 3)
    monkeypatch.setattr(word_memo, "_WINDOW", 2)
    whole = pipeline()
    memo = WordMemo.of(whole)
    assert memo is not None
    batch = ["سا سا ساسا بت", "ب ت م", "سا ی ن س ا کK 1 1", "م م", "ساسا", ""] * 3
    for _ in range(2):
        assert [row.ids for row in memo.rows(batch, True)] == [e.ids for e in whole.encode_batch(batch)]
        assert len(memo._ids) <= 5
        assert all(len(word) <= 3 for word in memo._ids)


def test_threads_share_a_memo(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(word_memo, "_MAX_WORDS", 50)
    whole = pipeline()
    memo = WordMemo.of(whole)
    assert memo is not None
    batches = [[f"{a}{b} {b}{a} سا{a}" for a in LETTERS] for b in LETTERS]
    expected = [[e.ids for e in whole.encode_batch(batch)] for batch in batches]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda batch: [row.ids for row in memo.rows(batch, True)], batches * 5))
    assert found == expected * 5


# In a tokenizer ------------------------------------------------------------------------------------------------------


@pytest.fixture
def tokenizer() -> Any:
    return WordPieceTokenizer(tokenizer_file=pipeline(normalizers.BertNormalizer(strip_accents=False)))


@given(text=texts, max_length=st.integers(5, 9), stride=st.integers(0, 1))
@settings(max_examples=60, deadline=None)
def test_a_call_cuts_and_masks_the_same(text: str, max_length: int, stride: int):
    tokenizer: Any = WordPieceTokenizer(tokenizer_file=pipeline())
    options: dict[str, Any] = {"truncation": True, "max_length": max_length, "stride": stride}
    options |= {"return_overflowing_tokens": True, "return_special_tokens_mask": True, "return_length": True}
    found = tokenizer([text, "ب"], **options)
    in_full = tokenizer([text, "ب"], return_offsets_mapping=True, **options)
    del in_full["offsets_mapping"]
    assert found == in_full


def test_published_wordpiece_has_a_memo():
    published: Any = Tokenizer.load(GOLDEN / "tokenizer_wordpiece" / "model")
    assert published._word_memo() is not None


def test_a_changed_tokenizer_forgets(tokenizer: Any):
    before = tokenizer("بتن سا")["token_ids"]
    tokenizer.add_tokens("بتن")
    assert tokenizer("بتن سا")["token_ids"] == [*before[:2], tokenizer.token_to_id("بتن"), *before[-2:]]
    tokenizer.add_special_tokens("ست")
    assert tokenizer.token_to_id("ست") in tokenizer("ست")["token_ids"]
    tokenizer.model.max_input_chars_per_word = 1
    assert tokenizer("مم")["token_ids"][2] == tokenizer.unk_token_id
    tokenizer.train_from_iterator(["بتن سا"] * 3, vocab_size=60)
    assert tokenizer.decode(tokenizer("بتن سا")["token_ids"]) == ["بتن سا"]


def test_what_was_seen_is_not_part_of_a_pickle(tokenizer: Any):
    """Caches of datasets name their files after it."""
    tokenizer("ب")
    fresh = pickle.dumps(tokenizer)
    tokenizer("بتن سا")
    assert pickle.dumps(tokenizer) == fresh
    assert pickle.loads(fresh)("بتن")["token_ids"] == tokenizer("بتن")["token_ids"]
