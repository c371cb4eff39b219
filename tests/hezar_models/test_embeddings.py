"""Word embeddings: as published, and safe to load."""

from __future__ import annotations

import builtins
import contextlib
import json
import pickle
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golden_replay import GOLDEN, case_id, cases, default_call, meta, replay
from hezar.embeddings import Embedding, FastText, Word2Vec, WordVectors, build_embedding, read_vectors
from hezar_hub import FileMissingError
from hezar_models.embeddings.subwords import Subwords, ngrams
from hezar_models.errors import UnsafeWeightsError, WeightsFileError
from hezar_registry import HezarError, InputError
from hub_server import HubServer

CASES = cases("embedding")
SENTENCES = [["هوای", "تهران", "آفتابی", "است"], ["هوای", "اصفهان", "ابری", "است"]] * 20


def golden_call(case: Path) -> Any:
    """``load`` is recorded as a method that takes a folder of the case, in which 1.0.0 misses a file."""

    def call(embedding: Embedding, method: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if method == "load":
            return Embedding.load(case / args[0])
        answer = default_call(embedding, method, args, kwargs)
        return answer.weight if method == "torch_embedding" else answer

    return call


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_golden(case: Path) -> None:
    # 1.0.0 refuses the layouts that lack embedding.bin.wv.vectors.npy, even those that it writes itself.
    calls = json.loads((case / "expected.json").read_text(encoding="utf-8"))["calls"]
    ours = {(case.name, call["id"]): "both layouts load" for call in calls if call["method"] == "load"}
    assert replay(case, lambda folder, init: Embedding.load(folder, **init), golden_call(case), ours) > 15


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_every_layout_has_the_same_vectors(case: Path) -> None:
    vocabulary = json.loads((case / "vocab.json").read_text(encoding="utf-8"))["vocab"]
    layouts = [Embedding.load(case / folder) for folder in meta(case)["files"]]
    for embedding in layouts:
        assert list(embedding.vocab) == vocabulary
        np.testing.assert_allclose(embedding.vectors, layouts[0].vectors, atol=1e-6)
        np.testing.assert_allclose(np.linalg.norm(embedding.get_normed_vectors(), axis=1), 1, atol=1e-5)
        assert repr(embedding).endswith(f"{len(vocabulary)} words)")


def test_published_arrays_are_mapped() -> None:
    vectors = Embedding.load(GOLDEN / "embedding_word2vec_cbow" / "model").vectors
    assert isinstance(vectors, np.memmap)
    assert not vectors.flags.writeable


def test_looking_up_needs_no_gensim(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.partition(".")[0] == "gensim":
            raise ModuleNotFoundError("No module named 'gensim'", name="gensim")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    for case in CASES:
        Embedding.load(case / "model").most_similar("تهران")


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_saved_and_loaded_it_is_the_same(case: Path, tmp_path: Path) -> None:
    for folder in meta(case)["files"]:
        first = Embedding.load(case / folder)
        first.save(tmp_path)
        again = Embedding.load(tmp_path)
        np.testing.assert_array_equal(again.vectors, first.vectors)
        assert again.config == first.config
    # Arrays of the save before are gone.
    names = {path.name for path in (tmp_path / "embedding").iterdir()}
    assert names == set(meta(case)["files"][folder])


def test_pushed_and_loaded_it_is_the_same(hub: HubServer) -> None:
    first = Embedding.load(GOLDEN / "embedding_fasttext" / "model_trained")
    first.push_to_hub("me/vectors")
    assert hub.commits("me/vectors")[0].title == "Hezar: Upload embedding and config"
    again = Embedding.load("me/vectors")
    np.testing.assert_array_equal(again(["واژه‌ی‌نبوده"]), first(["واژه‌ی‌نبوده"]))


# Training


@pytest.mark.parametrize("kind", [Word2Vec, FastText])
@pytest.mark.parametrize("algorithm", ["skipgram", "cbow"])
def test_trained_it_is_loaded_here_and_by_gensim(kind: type[Embedding], algorithm: str, tmp_path: Path) -> None:
    models = pytest.importorskip("gensim.models")
    embedding = kind(vector_size=8, min_count=1, workers=1, train_algorithm=algorithm)
    with pytest.raises(InputError, match="no vectors yet"):
        embedding.save(tmp_path)
    # 2,000,000 buckets, gensim's default, make 64 MB here.
    embedding.train(SENTENCES if kind is Word2Vec else SENTENCES[:2], epochs=2)
    embedding.save(tmp_path)
    loaded = Embedding.load(tmp_path)
    assert type(loaded) is kind
    assert set(loaded.vocab) == {word for sentence in SENTENCES for word in sentence}
    theirs = getattr(models, kind.__name__).load(str(tmp_path / "embedding" / "embedding.bin"))
    for word in [*loaded.vocab, *(["شیراز", "ا", ""] if kind is FastText else [])]:
        np.testing.assert_allclose(loaded(word)[0], theirs.wv[word], atol=1e-6)
        np.testing.assert_allclose(embedding(word)[0], loaded(word)[0], atol=1e-6)
    near = [(found["word"], found["score"]) for found in loaded.most_similar("تهران", 3)]
    assert near == [(word, f"{score:.4f}") for word, score in theirs.wv.most_similar("تهران", topn=3)]


def test_a_generator_of_texts_is_read_every_epoch() -> None:
    pytest.importorskip("gensim")
    options: dict[str, Any] = {"vector_size": 4, "min_count": 1, "workers": 1}
    once, again = Word2Vec(**options), Word2Vec(**options)
    once.train("هوای تهران، آفتابی است." for _ in range(30))
    again.train([["هوای", "تهران", "،", "آفتابی", "است", "."]] * 30)
    np.testing.assert_array_equal(once.vectors, again.vectors)


@pytest.mark.parametrize("sentences", ["یک متن", [3], [["a", 3]], None, {"a": "b"}, b"bytes"])
def test_what_is_no_sentences(sentences: Any) -> None:
    pytest.importorskip("gensim")
    with pytest.raises(InputError, match=r"[Ss]entence"):
        Word2Vec(min_count=1).train(sentences)


def test_nothing_to_learn_from() -> None:
    pytest.importorskip("gensim")
    for sentences in ([], [["یک"]]):
        with pytest.raises(InputError, match="min_count"):
            Word2Vec(min_count=5).train(sentences)


def test_built_by_name() -> None:
    embedding = build_embedding("word2vec", vector_size=7)
    assert embedding.config.vector_size == 7
    with pytest.raises(InputError, match="no vectors yet"):
        embedding.most_similar("تهران")


# Looking up


@given(st.integers(1, 40), st.integers(1, 12), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_many_at_once_are_as_one_by_one(count: int, top_n: int, seed: int) -> None:
    matrix = np.random.default_rng(seed).normal(size=(count, 5)).astype(np.float32)
    vectors = WordVectors([f"w{place}" for place in range(count)], matrix)
    units = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    all_at_once = vectors.nearest(vectors.words, top_n)
    for place, found in enumerate(all_at_once):
        cosines = units @ units[place]
        expected = sorted((-cosines[other], other) for other in range(count) if other != place)[:top_n]
        np.testing.assert_allclose([score for _, score in found], [-score for score, _ in expected], atol=1e-5)
        assert [vectors.nearest([f"w{place}"], top_n)[0][i][0] for i in range(len(found))] == [
            word for word, _ in found
        ]


def test_blocks_do_not_change_the_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    matrix = np.random.default_rng(0).normal(size=(50, 6)).astype(np.float32)
    whole = WordVectors([str(place) for place in range(50)], matrix).nearest(["3", "40"], 60)
    monkeypatch.setattr("hezar_models.embeddings.vectors._BLOCK", 7)
    parts = WordVectors([str(place) for place in range(50)], matrix).nearest(["3", "40"], 60)
    assert [[word for word, _ in row] for row in parts] == [[word for word, _ in row] for row in whole]
    assert len(whole[0]) == 49


def test_vectors_of_zero_have_neighbours_and_no_warning() -> None:
    vectors = WordVectors(["zero", "one"], np.array([[0, 0], [1, 0]], np.float32))
    assert vectors.nearest(["zero", "one"], 1) == [[("one", 0.0)], [("zero", 0.0)]]
    assert not np.isnan(vectors.normed()).any()


@pytest.mark.parametrize("word", [3, None, ["الف"], b"a"])
def test_what_is_no_word(word: Any) -> None:
    embedding = Embedding.load(GOLDEN / "embedding_word2vec_cbow" / "model")
    for call in (embedding.most_similar, lambda w: embedding.similarity(w, "تهران"), lambda w: embedding.nearest([w])):
        with pytest.raises(InputError, match="A word is a text"):
            call(word)


# n-grams


def test_ngrams_are_those_of_fasttext() -> None:
    assert ngrams("ab", 1, 4) == [b"<a", b"<ab", b"<ab>", b"a", b"ab", b"ab>", b"b", b"b>"]
    assert ngrams("", 1, 2) == [b"<>"]
    assert ngrams("آ", 3, 6) == ["<آ>".encode()]


@given(st.text(max_size=8), st.integers(1, 4), st.integers(0, 3))
@settings(deadline=None)
def test_vectors_of_ngrams_are_those_of_gensim(word: str, min_n: int, more: int) -> None:
    fasttext = pytest.importorskip("gensim.models.fasttext")
    table = np.random.default_rng(0).normal(size=(13, 3)).astype(np.float32)
    try:
        hashes = fasttext.ft_ngram_hashes(word, min_n, min_n + more, len(table))
    except UnicodeEncodeError:
        return  # half a surrogate pair: gensim refuses it
    subwords = Subwords(table, min_n, min_n + more)
    assert sorted(subwords.places(word)) == sorted(hashes)
    expected = table[hashes].mean(axis=0) if len(hashes) else np.zeros(3)
    np.testing.assert_allclose(subwords.vector(word), expected, atol=1e-6)


# Hostile and broken files


class Harm:
    def __init__(self, function: Any, *arguments: Any) -> None:
        self.called = function, arguments

    def __reduce__(self) -> Any:
        return self.called


@pytest.mark.parametrize(
    "harm", [Harm(eval, "1/0"), Harm(getattr, "a", "upper"), Harm(Path.unlink, "x"), Harm(print, "!")]
)
def test_no_code_of_a_file_runs(harm: Harm, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "embedding.bin").write_bytes(pickle.dumps({"wv": harm}))
    (tmp_path / "embedding_config.yaml").write_text("name: word2vec\nconfig_type: embedding\n")
    with pytest.raises(UnsafeWeightsError, match="nothing of it was run"):
        Embedding.load(tmp_path, subfolder="")
    assert capsys.readouterr().out == ""


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_damaged_file_is_an_error_or_does_no_harm(data: st.DataObject) -> None:
    import tempfile

    case = data.draw(st.sampled_from(["embedding_word2vec_cbow/model_single_file", "embedding_fasttext/model_trained"]))
    content = bytearray((GOLDEN / case / "embedding" / "embedding.bin").read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with tempfile.TemporaryDirectory() as folder:
        for path in (GOLDEN / case / "embedding").iterdir():
            (Path(folder) / path.name).write_bytes(path.read_bytes())
        (Path(folder) / "embedding.bin").write_bytes(content)
        with contextlib.suppress(HezarError):
            Embedding.load(folder, subfolder="").most_similar("تهران")


@pytest.mark.parametrize(
    "content", [b"", b"no pickle", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"]
)
def test_what_is_no_file_of_gensim(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "embedding_config.yaml").write_text("name: word2vec\nconfig_type: embedding\n")
    with pytest.raises(FileMissingError, match=r"embedding\.bin"):
        Embedding.load(tmp_path, subfolder="")
    (tmp_path / "embedding.bin").write_bytes(content)
    with pytest.raises(WeightsFileError, match=r"embedding\.bin"):
        Embedding.load(tmp_path, subfolder="")


def test_an_array_that_is_missing_or_another(tmp_path: Path) -> None:
    source = GOLDEN / "embedding_word2vec_cbow" / "model" / "embedding"
    for name in ("embedding.bin", "embedding_config.yaml"):
        (tmp_path / name).write_bytes((source / name).read_bytes())
    with pytest.raises(WeightsFileError, match=r"no embedding\.bin\.wv\.vectors\.npy"):
        Embedding.load(tmp_path, subfolder="")
    for array in (np.zeros((3, 4), np.float32), np.zeros(3, np.float32), np.zeros((125, 24), np.int64)):
        np.save(tmp_path / "embedding.bin.wv.vectors.npy", array)
        with pytest.raises(WeightsFileError):
            Embedding.load(tmp_path, subfolder="")


# Files of other programs

WORDS = st.text(st.characters(exclude_characters="\n\r\0", exclude_categories=["Cs"]), min_size=1, max_size=6)


@given(
    st.lists(WORDS.filter(lambda word: word.strip(" ") == word), min_size=1, max_size=6, unique=True),
    st.booleans(),
    st.data(),
)
@settings(max_examples=60, deadline=None)
def test_files_of_word2vec_come_back(words: list[str], binary: bool, data: st.DataObject) -> None:
    import tempfile

    if binary:
        words = [word.replace(" ", "_").lstrip("\n") for word in words]
        if len(set(words)) < len(words):
            return
    matrix = np.random.default_rng(data.draw(st.integers(0, 99))).normal(size=(len(words), 3)).astype(np.float32)
    header = f"{len(words)} 3\n".encode()
    if binary:
        content = b"".join(
            word.encode() + b" " + row.tobytes() + b"\n" for word, row in zip(words, matrix, strict=True)
        )
    else:
        rows = [" ".join([word, *(repr(float(x)) for x in row)]) for word, row in zip(words, matrix, strict=True)]
        content = "\n".join(rows).encode() + b"\n"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vectors"
        path.write_bytes(header + content)
        found = read_vectors(path)
        assert found.words == words
        np.testing.assert_allclose(found.matrix, matrix, atol=1e-6)


def test_words_with_blanks_of_other_kinds(tmp_path: Path) -> None:
    path = tmp_path / "glove.txt"
    words = ["a b", "a\u00a0b", "a\u0085b", "می\u200cروم", "a\u2028b", ". . ."]
    path.write_text("".join(f"{word} 1 2.5\n" for word in words), encoding="utf-8", newline="")
    with pytest.raises(WeightsFileError, match="line 1"):
        read_vectors(path)  # without a header, the first line tells how many numbers there are
    path.write_text(f"{len(words)} 2\n" + "".join(f"{word} 1 2.5\n" for word in words), encoding="utf-8", newline="")
    assert read_vectors(path).words == words


def test_glove(tmp_path: Path) -> None:
    (tmp_path / "glove.txt").write_text("سلام 0.5 1 2\nدنیا -1 1e-3 0\n", encoding="utf-8")
    vectors = read_vectors(tmp_path / "glove.txt")
    assert vectors.words == ["سلام", "دنیا"]
    np.testing.assert_allclose(vectors["دنیا"], [-1, 1e-3, 0])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is an empty file"),
        (b"0 5\n", "has no vectors"),
        (b"3 2\na 1 2\nb 1 2\n", "announces 3"),
        (b"2 2\na 1 2\na 1 2\n", "line 3: the word 'a' is there twice"),
        (b"2 2\na 1 2\nb 1\n", "line 3"),
        (b"2 2\na 1 2\nb 1 x\n", "line 3"),
        (b"99999999 300\na 1 2\n", "announced"),
        (b"2 99999999\na 1 2\n", "announced"),
        (b"2 2\na \x00\x00\x80?\x00\x00\x00@\nb \x00", "announces|ends"),
        (b"1 1\n\xff 1\n", "line 2"),
    ],
)
def test_broken_files_of_vectors(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "vectors.vec"
    path.write_bytes(content)
    with pytest.raises(WeightsFileError, match=message):
        read_vectors(path)
    with pytest.raises(WeightsFileError, match="There is no file"):
        read_vectors(tmp_path / "nothing")


def fasttext_file(words: list[str], matrix: np.ndarray, labels: int = 0) -> bytes:
    """Write the format of fastText, with labels after the words as supervised models have them."""
    dim, bucket = matrix.shape[1], len(matrix) - len(words)
    content = struct.pack("<2i12id", 793712314, 12, dim, 5, 5, 1, 5, 1, 2, 1, bucket, 2, 3, 100, 1e-4)
    content += struct.pack("<3i2q", len(words) + labels, len(words), labels, 100, -1)
    for place, word in enumerate([*words, *["__label__x"] * labels]):
        content += word.encode() + b"\0" + struct.pack("<qb", 1, int(place >= len(words)))
    return (
        content + struct.pack("<?2q", False, *matrix.shape) + matrix.astype("<f4").tobytes() + struct.pack("<?", False)
    )


@pytest.fixture
def fasttext(tmp_path: Path) -> Path:
    matrix = np.random.default_rng(0).normal(size=(2 + 11, 4)).astype(np.float32)
    path = tmp_path / "cc.fa.bin"
    path.write_bytes(fasttext_file(["سلام", "دنیا"], matrix))
    return path


def test_a_file_of_fasttext_is_mapped_and_equal_to_gensims(fasttext: Path) -> None:
    models = pytest.importorskip("gensim.models.fasttext")
    theirs = models.load_facebook_vectors(str(fasttext))
    ours = read_vectors(fasttext)
    assert ours.words == ["سلام", "دنیا"]
    assert isinstance(ours.subwords.buckets.base, np.memmap)
    for word in ("سلام", "دنیا", "سلامت", "س", "", "a b"):
        np.testing.assert_allclose(ours[word], theirs[word] if word else ours.subwords.vector(""), atol=1e-6)
    np.testing.assert_allclose(ours.matrix, theirs.vectors, atol=1e-6)


def test_labels_of_supervised_models_are_no_words(fasttext: Path) -> None:
    before = read_vectors(fasttext)
    words, vectors = before.words, np.array(before.matrix)
    matrix = np.random.default_rng(0).normal(size=(2 + 11, 4)).astype(np.float32)
    fasttext.write_bytes(fasttext_file(["سلام", "دنیا"], matrix, labels=3))
    assert read_vectors(fasttext).words == words
    np.testing.assert_array_equal(read_vectors(fasttext).matrix, vectors)


def test_a_broken_file_of_fasttext(fasttext: Path) -> None:
    content = fasttext.read_bytes()
    for end in range(4, len(content) - 1, 7):
        fasttext.write_bytes(content[:end])
        with pytest.raises(WeightsFileError):
            read_vectors(fasttext)
    for place in (4, 8, 40, 44, 48, 64, 68):  # version, size, buckets, n-grams, entries, words
        lie = bytearray(content)
        lie[place : place + 4] = struct.pack("<i", 2_000_000_000)
        fasttext.write_bytes(lie)
        with pytest.raises(WeightsFileError):
            read_vectors(fasttext)
