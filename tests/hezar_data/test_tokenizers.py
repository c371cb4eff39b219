"""Tokenizers beside the golden cases: training, files, settings, tokens, errors and reports on ZWNJ."""

from __future__ import annotations

import json
import logging
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tokenizers import Tokenizer as RustTokenizer
from tokenizers import decoders, models, normalizers, pre_tokenizers

from golden_replay import GOLDEN
from hezar_data import (
    BPETokenizer,
    Preprocessor,
    SentencePieceBPETokenizer,
    SentencePieceUnigramTokenizer,
    Tokenizer,
    TokenizerFileError,
    WordPieceTokenizer,
)
from hezar_registry import InputError, UnknownKeywordError, build_preprocessor

ZWNJ = "\u200c"
TEXTS = ["هوای امروز تهران صاف است.", f"می{ZWNJ}روم به کتاب{ZWNJ}خانه.", "سلام دنیا! خوبی؟"] * 4
TRAINABLE = [WordPieceTokenizer, BPETokenizer, SentencePieceBPETokenizer, SentencePieceUnigramTokenizer]


def golden(kind: str) -> Any:
    return Tokenizer.load(GOLDEN / f"tokenizer_{kind}" / "model")


def trained(cls: type[Any], **options: Any) -> Any:
    tokenizer = cls(**options)
    tokenizer.train_from_iterator(TEXTS, vocab_size=400, show_progress=False)
    return tokenizer


# Training ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cls", TRAINABLE)
def test_training_learns_to_write_the_texts(cls: type[Any], tmp_path: Path):
    tokenizer = trained(cls)
    assert set(tokenizer.special_tokens) == set(tokenizer.named_special_tokens(tokenizer.training_roles))
    assert sorted(tokenizer.special_ids) == list(range(len(tokenizer.special_ids)))
    assert tokenizer.config.vocab_size == len(tokenizer)
    text = f"می{ZWNJ}روم به تهران."
    assert tokenizer.decode(tokenizer(text)["token_ids"]) == [text]
    file = tmp_path / "texts.txt"
    file.write_text("\n".join(TEXTS), encoding="utf-8")
    from_file = cls()
    from_file.train(file, vocab_size=400, show_progress=False)
    assert from_file.special_ids == tokenizer.special_ids
    from_file.train([str(file)], vocab_size=400, show_progress=False)
    assert from_file.decode(from_file(text)["token_ids"]) == [text]


@pytest.mark.parametrize(
    ("cls", "around"),
    [
        (WordPieceTokenizer, (["[CLS]"], ["[SEP]"])),
        (BPETokenizer, (["<s>"], ["</s>"])),
        (SentencePieceBPETokenizer, ([], [])),
        (SentencePieceUnigramTokenizer, ([], ["</s>"])),
    ],
)
def test_what_a_trained_tokenizer_puts_around_a_text(cls: type[Any], around: tuple[list[str], list[str]]):
    tokenizer = trained(cls)
    ids = tokenizer("سلام")["token_ids"]
    bare = tokenizer("سلام", add_special_tokens=False)["token_ids"]
    assert ids == [*tokenizer.convert_tokens_to_ids(around[0]), *bare, *tokenizer.convert_tokens_to_ids(around[1])]


def test_the_ids_that_published_configs_expect():
    assert trained(WordPieceTokenizer).pad_token_id == 0
    roberta = trained(BPETokenizer)
    assert (roberta.bos_token_id, roberta.pad_token_id, roberta.eos_token_id) == (0, 1, 2)
    t5 = trained(SentencePieceUnigramTokenizer)
    assert (t5.pad_token_id, t5.eos_token_id, t5.unk_token_id) == (0, 1, 2)


def test_without_bos_nothing_is_put_around_a_text():
    tokenizer = trained(BPETokenizer, bos_token=None)
    assert tokenizer("سلام") == tokenizer("سلام", add_special_tokens=False)


@pytest.mark.parametrize("cls", TRAINABLE)
def test_special_tokens_may_be_given_to_the_training(cls: type[Any]):
    tokenizer = cls()
    unknown = tokenizer.unk_token
    tokenizer.train_from_iterator(
        TEXTS, special_tokens=["<اول>", unknown, "<اول>"], vocab_size=300, show_progress=False
    )
    assert tokenizer.convert_tokens_to_ids(["<اول>", unknown]) == [0, 1]


@pytest.mark.parametrize("cls", TRAINABLE)
@pytest.mark.parametrize("wrong", ["یک متن", 5, None, [1, 2], [None], ["\ud800"], b"bytes"])
def test_a_failed_training_changes_nothing(cls: type[Any], wrong: Any):
    tokenizer = trained(cls)
    before, config = tokenizer("سلام دنیا"), tokenizer.config.to_dict()
    with pytest.raises(InputError):
        tokenizer.train_from_iterator(wrong, vocab_size=77, show_progress=False)
    with pytest.raises(TypeError, match="vocab_sise"):
        tokenizer.train_from_iterator(TEXTS, vocab_sise=77)
    with pytest.raises(InputError, match="no text file"):
        tokenizer.train("no-such-file.txt")
    assert tokenizer("سلام دنیا") == before
    assert tokenizer.config.to_dict() == config


def test_a_vocabulary_too_small_for_the_letters_is_an_error():
    with pytest.raises(InputError, match="cannot be trained"):
        SentencePieceUnigramTokenizer().train_from_iterator(TEXTS, vocab_size=8, show_progress=False)


def test_an_iterator_that_fails_is_heard():
    def broken() -> Any:
        yield "سلام"
        raise OSError("disk")

    with pytest.raises(OSError, match="disk"):
        WordPieceTokenizer().train_from_iterator(broken(), show_progress=False)


@pytest.mark.parametrize("cls", [WordPieceTokenizer, BPETokenizer, SentencePieceBPETokenizer])
def test_an_untrained_tokenizer_says_so(cls: type[Any]):
    with pytest.raises(InputError, match="Train it, or load one"):
        cls()("سلام")


@pytest.mark.parametrize("prefix", [True, False])
def test_sentencepiece_options(prefix: bool):
    tokenizer = trained(SentencePieceBPETokenizer, replacement="\u2581", add_prefix_space=prefix)
    tokens = tokenizer("سلام دنیا_", return_tokens=True)["tokens"]
    assert tokens[0].startswith("\u2581") is prefix
    assert tokenizer.decode(tokenizer("سلام دنیا")["token_ids"]) == ["سلام دنیا"]
    with pytest.raises((InputError, ValueError)):
        SentencePieceBPETokenizer(replacement="ab")


# Files ---------------------------------------------------------------------------------------------------------------


def test_from_file_and_the_constructor(tmp_path: Path):
    file = GOLDEN / "tokenizer_bpe/model/preprocessor/tokenizer.json"
    pipeline = Tokenizer.from_file(file)
    assert isinstance(pipeline, RustTokenizer)
    expected = golden("bpe")("سلام دنیا")
    assert BPETokenizer(None, file)("سلام دنیا") == expected
    assert BPETokenizer(tokenizer_file=str(file))("سلام دنیا") == expected
    assert BPETokenizer(tokenizer_file=pipeline)("سلام دنیا") == expected
    with pytest.raises(TokenizerFileError):
        Tokenizer.from_file(tmp_path / "none.json")
    (tmp_path / "broken.json").write_text('{"model": 5}')
    with pytest.raises(TokenizerFileError, match=r"broken\.json"):
        BPETokenizer(tokenizer_file=tmp_path / "broken.json")


def test_what_is_saved(tmp_path: Path):
    tokenizer = golden("wordpiece")
    tokenizer.add_tokens(["جدیدترین", "نوین"])
    tokenizer.enable_padding(length=9)
    tokenizer.enable_truncation(5)
    tokenizer.save(tmp_path)
    saved = json.loads((tmp_path / "preprocessor/tokenizer.json").read_text(encoding="utf-8"))
    assert (saved["padding"], saved["truncation"]) == (None, None)
    assert tokenizer.padding["length"] == 9, "saving changes nothing"
    assert Tokenizer.load(tmp_path).config.vocab_size == len(tokenizer) == 192
    assert Tokenizer.load(tmp_path).get_added_vocab() == {"جدیدترین": 190, "نوین": 191}
    tokenizer.save(tmp_path / "bare", save_config=False, pretty=False)
    assert [path.name for path in (tmp_path / "bare").rglob("*") if path.is_file()] == ["tokenizer.json"]
    assert (tmp_path / "bare/preprocessor/tokenizer.json").read_text().count("\n") == 0


def test_padding_and_truncation_of_a_file_do_not_count(tmp_path: Path):
    tokenizer = golden("wordpiece")
    expected = tokenizer(["سلام دنیا", "سلام"])
    tokenizer.save(tmp_path)
    file = tmp_path / "preprocessor/tokenizer.json"
    pipeline = RustTokenizer.from_file(str(file))
    pipeline.enable_padding(length=20)
    pipeline.enable_truncation(3)
    pipeline.save(str(file))
    assert Tokenizer.load(tmp_path)(["سلام دنیا", "سلام"]) == expected


OLD_YAML = """\
name: wordpiece_tokenizer
config_type: preprocessor
pretrained_path: tokenizer.json
max_length: 512
truncation_strategy: longest_first
truncation_direction: right
truncation: longest_first
padding: longest
stride: 0
padding_strategy: longest
padding_direction: right
pad_to_multiple_of: 0
pad_token_id: 0
pad_token: '[PAD]'
pad_token_type_id: 0
unk_token: '[UNK]'
special_tokens:
- '[UNK]'
- '[SEP]'
- '[PAD]'
wordpieces_prefix: '##'
vocab_size: 42000
min_frequency: 2
limit_alphabet: 1000
initial_alphabet: []
show_progress: true
"""


def test_files_of_2023_load_and_mean_the_same(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    expected = golden("wordpiece")
    expected.save(tmp_path)
    (tmp_path / "preprocessor/tokenizer_config.yaml").write_text(OLD_YAML, encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        tokenizer = Tokenizer.load(tmp_path)
    assert type(tokenizer) is WordPieceTokenizer
    assert tokenizer(["سلام دنیا", "سلام"]) == expected(["سلام دنیا", "سلام"])
    assert tokenizer.special_tokens == expected.special_tokens
    assert "'special_tokens'" in caplog.text
    tokenizer.save(tmp_path / "again")
    assert "special_tokens:\n- '[UNK]'" in (tmp_path / "again/preprocessor/tokenizer_config.yaml").read_text()


def test_other_file_names(tmp_path: Path):
    golden("bpe").save(tmp_path)
    folder = tmp_path / "preprocessor"
    (folder / "tokenizer.json").rename(folder / "mine.json")
    (folder / "tokenizer_config.yaml").rename(folder / "mine.yaml")
    loaded = Tokenizer.load(tmp_path, config_filename="mine.yaml", tokenizer_filename="mine.json")
    assert loaded("سلام") == golden("bpe")("سلام")


def test_one_several_or_no_preprocessor(tmp_path: Path):
    assert len(Preprocessor.load(tmp_path)) == 0
    golden("whisper_bpe").save(tmp_path)
    assert Preprocessor.load(tmp_path).config.name == "whisper_bpe_tokenizer"
    (tmp_path / "preprocessor/normalizer_config.yaml").write_text(
        "name: normalizer\nconfig_type: preprocessor\nnfkc: true\n"
    )
    (tmp_path / "checkpoints/9/preprocessor").mkdir(parents=True)
    (tmp_path / "checkpoints/9/preprocessor/image_processor_config.yaml").write_text("name: nonsense\n")
    container = Preprocessor.load(tmp_path)
    assert list(container) == ["text_normalizer", "whisper_bpe_tokenizer"]
    assert container.tokenizer is container.whisper_bpe_tokenizer
    assert container.text_normalizer is container["text_normalizer"]
    assert container.image_processor is None
    assert container.audio_feature_extractor is None
    with pytest.raises(AttributeError, match="image"):
        _ = container.image
    container.save(tmp_path / "copy")
    assert list(Preprocessor.load(tmp_path / "copy")) == list(container)
    assert Tokenizer.load(tmp_path)("سلام") == container.tokenizer("سلام")


# Settings of the pipeline --------------------------------------------------------------------------------------------


def test_settings_are_for_encode_and_a_call_clears_them():
    tokenizer = golden("wordpiece")
    texts = ["سلام دنیا", "سلام"]
    bare = tokenizer(texts)
    tokenizer.enable_padding(length=12)
    tokenizer.enable_truncation(5)
    assert tokenizer.padding["pad_token"] == "[PAD]"
    assert tokenizer.truncation["max_length"] == 5
    assert [len(encoding) for encoding in tokenizer.encode(texts)] == [12, 12]
    assert tokenizer(texts) == bare
    assert (tokenizer.padding, tokenizer.truncation) == (None, None)
    tokenizer.set_truncation_and_padding(padding="longest", truncation=True, max_length=4, padding_side="left")
    assert [encoding.ids[0] for encoding in tokenizer.encode(["سلام دنیا", ""])] == [2, tokenizer.pad_token_id]
    tokenizer.no_padding()
    tokenizer.no_truncation()
    assert [encoding.ids for encoding in tokenizer.encode(texts)] == bare["token_ids"]


@pytest.mark.parametrize("options", [{"direction": "up"}, {"length": -1}, {"pad_id": "x"}])
def test_wrong_settings(options: dict[str, Any]):
    with pytest.raises(InputError, match="Padding"):
        golden("wordpiece").enable_padding(**options)
    with pytest.raises(InputError, match="Truncation"):
        golden("wordpiece").enable_truncation(5, strategy="middle")


# Tokens and ids ------------------------------------------------------------------------------------------------------


def test_tokens_and_ids_that_are_not_there():
    tokenizer = golden("wordpiece")
    assert tokenizer.convert_tokens_to_ids(["[CLS]", "نیست-که-نیست"]) == [2, None]
    assert tokenizer.convert_tokens_to_ids("[CLS]") == [2]
    assert tokenizer.convert_ids_to_tokens([2, 99_999]) == ["[CLS]", None]
    assert tokenizer.convert_ids_to_tokens(np.array([2, 3])) == ["[CLS]", "[SEP]"]
    assert tokenizer.convert_ids_to_tokens(np.int64(2)) == ["[CLS]"]
    assert (tokenizer.token_to_id("نیست"), tokenizer.id_to_token(99_999)) == (None, None)
    for call in (lambda: tokenizer.token_to_id("\ud800"), lambda: tokenizer.id_to_token(-1),
                 lambda: tokenizer.id_to_token("x"), lambda: tokenizer.add_tokens(5),
                 lambda: tokenizer.add_tokens([5])):  # fmt: skip
        with pytest.raises(InputError):
            call()


def test_adding_tokens():
    tokenizer = golden("bpe")
    size, trained_size = len(tokenizer), tokenizer.vocab_size
    assert tokenizer.add_tokens("تازه") == 1
    assert tokenizer.add_tokens(["تازه", "نو"]) == 1
    assert tokenizer.add_special_tokens("<ویژه>") == 1
    assert (len(tokenizer), tokenizer.vocab_size) == (size + 3, trained_size)
    ids = tokenizer("سلام تازه <ویژه>", add_special_tokens=False)["token_ids"]
    assert size in ids
    assert tokenizer.decode(ids) == ["سلام تازه "]


@pytest.mark.parametrize("ids", [-1, [-1], "متن", [["a"]], [1, [2]], None, {}, [1.5], [None]])
def test_what_is_no_token_ids(ids: Any):
    for kind in ("wordpiece", "whisper_bpe"):
        with pytest.raises(InputError, match="ids"):
            golden(kind).decode(ids)


def test_torch_ids_and_tensors():
    import torch

    tokenizer = golden("sentencepiece_unigram")
    batch = tokenizer(["سلام دنیا", "سلام"], return_tensors="torch", device="cpu")
    assert {value.dtype for value in batch.values()} == {torch.int64}
    assert tokenizer.decode(batch["token_ids"]) == ["سلام دنیا", "سلام"]
    assert tokenizer.decode(batch["token_ids"][0]) == ["سلام دنیا"]


# Calls ---------------------------------------------------------------------------------------------------------------


def test_stride_and_overflow():
    tokenizer = golden("bpe")
    whole = tokenizer("سلام دنیا خوبی", add_special_tokens=False)["token_ids"]
    pieces = tokenizer(["سلام دنیا خوبی"], truncation=True, max_length=6, stride=2, return_overflowing_tokens=True)
    inner = [row[1:-1] for row in pieces["token_ids"]]
    assert all(one[-2:] == other[:2] for one, other in pairwise(inner))
    assert inner[0] + [token for row in inner[1:] for token in row[2:]] == whole
    assert pieces["overflow_to_sample_mapping"] == [0] * len(inner)


def test_the_order_of_the_columns():
    options = ("length", "word_ids", "tokens", "offsets_mapping", "special_tokens_mask", "token_type_ids")
    batch = golden("wordpiece")(["سلام"], **{f"return_{option}": True for option in options})
    assert list(batch) == ["token_ids", "token_type_ids", "attention_mask", "special_tokens_mask", "offsets_mapping",
                           "length", "tokens", "word_ids"]  # fmt: skip


@pytest.mark.parametrize("kind", ["wordpiece", "bpe", "bpe_no_template", "sentencepiece_bpe", "whisper_bpe"])
def test_a_column_is_the_same_alone_and_among_others(kind: str):
    tokenizer = golden(kind)
    options = ("length", "word_ids", "tokens", "offsets_mapping", "special_tokens_mask", "token_type_ids")
    for inputs in ["سلام دنیا", ["سلام", "هوای تهران"], [("سلام دنیا", "هوای تهران")]]:
        together = tokenizer(inputs, **{f"return_{option}": True for option in options})
        for option in options:
            assert tokenizer(inputs, **{f"return_{option}": True})[option] == together[option], option
    assert any(word is not None for word in tokenizer("سلام دنیا", return_word_ids=True)["word_ids"])


def test_lengths_are_numbers_of_the_kind_asked_for():
    tokenizer = golden("wordpiece")
    assert tokenizer("سلام", return_length=True)["length"] == [len(tokenizer("سلام")["token_ids"])]
    lengths = tokenizer(["سلام", "سلام دنیا"], padding="max_length", max_length=9, return_length=True)["length"]
    assert lengths == [9, 9]
    array = tokenizer(["سلام", "سلام دنیا"], return_tensors="numpy", return_length=True)["length"]
    assert isinstance(array, np.ndarray)
    assert array.shape == (2,)
    assert array.dtype == np.int64


def test_columns_that_are_not_padded_become_tensors_too():
    rows = {"token_ids": [[5, 6], [7]], "labels": [1, 0], "weights": [[0.5, 1.0], [1.0, 0.0]], "names": ["a", "b"]}
    pad = golden("wordpiece").pad_encoded_batch
    batch = pad(rows, include_keys=["token_ids"], return_tensors="numpy")
    assert batch["token_ids"].tolist() == [[5, 6], [7, 0]]
    assert batch["labels"].tolist() == [1, 0]
    assert batch["weights"].shape == (2, 2)
    assert batch["names"] == ["a", "b"]
    kept = pad(rows, include_keys=["token_ids"], exclude_keys=["labels"], return_tensors="numpy")
    assert kept["labels"] == [1, 0]
    with pytest.raises(InputError, match="'labels' differ in length"):
        pad({"token_ids": [[5], [6]], "labels": [[1], [1, 2]]}, include_keys=["token_ids"], return_tensors="numpy")


def test_old_and_unknown_keywords(caplog: pytest.LogCaptureFixture):
    tokenizer = golden("wordpiece")
    with caplog.at_level(logging.WARNING):
        assert tokenizer("سلام", padding_strategy="longest", truncation_strategy="x") == tokenizer("سلام")
    assert "`padding_strategy` is deprecated" in caplog.text
    with pytest.raises(UnknownKeywordError, match="Did you mean 'max_length'"):
        tokenizer("سلام", max_lenght=3)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"padding": "longst"}, "longest"),
        ({"truncation": "only_frist"}, "only_first"),
        ({"return_tensors": "pytorch"}, "torch"),
        ({"truncation": True, "max_length": 1}, "leaves no room"),
        ({"truncation": True, "max_length": -1}, "max_length is a whole number from 0 on; found -1"),
        ({"truncation": True, "max_length": "5"}, "max_length is a whole number from 0 on; found '5'"),
        ({"padding": "max_length", "max_length": 2.5}, "max_length is a whole number"),
        ({"padding": "max_length", "max_length": 10**30}, "the most is 16,777,216"),
        ({"padding": True, "pad_to_multiple_of": 10**12}, "the most is 16,777,216"),
        ({"truncation": True, "max_length": 5, "stride": "1"}, "stride is a whole number"),
        ({"padding": True, "pad_to_multiple_of": -8}, "pad_to_multiple_of is a whole number from 0 on; found -8"),
        ({"return_tensors": "torch", "device": "tpv"}, "cannot go to the device 'tpv'"),
        ({"is_split_into_words": True}, "list of words"),
    ],
)
def test_options_that_make_no_sense(options: dict[str, Any], said: str):
    with pytest.raises(InputError, match=said):
        golden("wordpiece")("سلام دنیا", **options)


def test_lengths_without_limit_cut_nothing_and_are_not_padded_to():
    tokenizer = golden("wordpiece")
    plain = tokenizer(["سلام دنیا"])
    assert tokenizer(["سلام دنیا"], truncation=True, max_length=10**30) == plain
    with pytest.raises(InputError, match="the most is 16,777,216"):
        tokenizer.pad_encoded_batch(plain, padding="max_length", max_length=10**12)
    with pytest.raises(InputError, match="the most is 16,777,216"):
        tokenizer.enable_padding(length=10**12)


def test_padding_needs_a_token_of_the_vocabulary():
    tokenizer = Tokenizer.load(GOLDEN / "tokenizer_bpe/model", pad_token="<none>")
    with pytest.raises(InputError, match="<none>"):
        tokenizer(["سلام دنیا", "سلام"], padding=True)
    assert tokenizer(["سلام دنیا", "سلام"])["token_ids"][0][0] == 0


@pytest.mark.parametrize("inputs", [[], {}, [5], [{"token_ids": [1]}, {}], {"token_ids": 5}, {"token_ids": [1, 2]}, 5])
def test_what_cannot_be_padded(inputs: Any):
    with pytest.raises(InputError):
        golden("wordpiece").pad_encoded_batch(inputs)


# ZWNJ ----------------------------------------------------------------------------------------------------------------


def pipeline(model: Any = None, **parts: Any) -> Tokenizer:
    tokens = ["<unk>", *"میرو\u200c", " "]
    vocabulary = {token: i for i, token in enumerate(tokens)}
    tokenizer = RustTokenizer(model or models.BPE(vocab=vocabulary, merges=[], unk_token="<unk>"))
    for name, part in parts.items():
        setattr(tokenizer, name, part)
    return SentencePieceBPETokenizer(tokenizer_file=tokenizer)


WITHOUT_ZWNJ = models.BPE(vocab={token: i for i, token in enumerate(["<unk>", *"میرو"])}, merges=[], unk_token="<unk>")


@pytest.mark.parametrize(
    ("tokenizer", "lost_in", "in_vocabulary"),
    [
        (pipeline(decoder=decoders.Fuse()), None, True),
        (pipeline(normalizer=normalizers.Replace(ZWNJ, ""), decoder=decoders.Fuse()), "normalizer", True),
        (pipeline(normalizer=normalizers.Replace(ZWNJ, " "), decoder=decoders.Fuse()), "normalizer", True),
        (pipeline(pre_tokenizer=pre_tokenizers.Split(ZWNJ, "removed"), decoder=decoders.Fuse()), "pre_tokenizer", True),
        (pipeline(WITHOUT_ZWNJ, decoder=decoders.Fuse()), "model", False),
        (pipeline(decoder=decoders.Sequence([decoders.Replace(ZWNJ, ""), decoders.Fuse()])), "decoder", True),
    ],
    ids=["kept", "removed", "spaced", "split", "unknown", "decoded"],
)
def test_where_zwnj_is_lost(tokenizer: Tokenizer, lost_in: str | None, in_vocabulary: bool):
    report = tokenizer.zwnj_report()
    assert (report.lost_in, report.kept, report.in_vocabulary) == (lost_in, lost_in is None, in_vocabulary)
    shown = str(report)
    assert ZWNJ not in shown
    assert "می[ZWNJ]روم" in shown
    assert ("keeps ZWNJ" in shown) == report.kept


def test_reports_on_published_tokenizers():
    assert golden("wordpiece").zwnj_report().lost_in == "normalizer"
    for kind in ("bpe", "sentencepiece_bpe", "sentencepiece_unigram", "whisper_bpe"):
        report = golden(kind).zwnj_report(f"کتاب{ZWNJ}ها")
        assert report.kept == (f"کتاب{ZWNJ}ها" in report.decoded)
        assert report.in_vocabulary
    with pytest.raises(InputError, match=r"U\+200C"):
        golden("bpe").zwnj_report("بدون")


def test_build_by_name_with_keywords():
    tokenizer = build_preprocessor("bpe_tokenizer", vocab_size=300, dropout=0.0)
    assert (tokenizer.config.vocab_size, tokenizer.config.dropout) == (300, 0.0)
