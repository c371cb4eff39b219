"""Vectors of texts: the same alone and in company, and found again in an index."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from hezar.embeddings import VectorIndex
from hezar_hub import FileMissingError, RepoNotFoundError
from hezar_models.errors import WeightsFileError
from hezar_models.tasks.text_encoder import TextEncoderModel
from hezar_registry import InputError, models_registry
from tiny_models import IMPLEMENTED, TEXTS, tiny_model

ENCODERS = [name for name in IMPLEMENTED if issubclass(models_registry[name].module_class, TextEncoderModel)]


@pytest.mark.parametrize("name", ENCODERS)
@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_they_are_means_of_hidden_states_whatever_the_task(name: str, pooling: str) -> None:
    model = tiny_model(name)
    vectors = model.embed(TEXTS, pooling=pooling, normalize=False)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), model.hidden_size)
    model.eval()
    for text, vector in zip(TEXTS, vectors, strict=True):
        ids = model.tokenizer(model.normalize([text]))["token_ids"]
        with torch.inference_mode():
            hidden = model(torch.tensor(ids), apply_head=False)["last_hidden_state"][0]
        expected = hidden.mean(0) if pooling == "mean" else hidden[0]
        np.testing.assert_allclose(vector, expected.numpy(), atol=1e-5)


@pytest.mark.parametrize("name", ENCODERS)
def test_order_and_padding_change_nothing(name: str) -> None:
    model = tiny_model(name)
    together = model.embed(TEXTS)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(model.embed(TEXTS[::-1], batch_size=2)[::-1], together, atol=1e-6)
    np.testing.assert_allclose(model.embed(text for text in TEXTS), together, atol=1e-6)
    np.testing.assert_allclose(model.embed(TEXTS[0])[0], together[0], atol=1e-6)


def test_long_texts_and_odd_inputs() -> None:
    model = tiny_model("bert")
    long = " ".join(TEXTS * 60)
    beginning, whole = model.embed(long), model.embed(long, long_texts="stride")
    assert beginning.shape == whole.shape
    assert np.abs(beginning - whole).max() > 1e-4
    assert model.embed([]).shape == (0, model.hidden_size)
    assert np.isfinite(model.embed([""])).all()
    with pytest.raises(InputError, match="Did you mean 'mean'"):
        model.embed("a", pooling="means")
    with pytest.raises(InputError, match="reads text"):
        model.embed([3])


# Index


@given(st.integers(1, 60), st.integers(1, 70), st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_the_search_is_exact(count: int, top_n: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    vectors = chance.normal(size=(count, 4)).astype(np.float32)
    queries = chance.normal(size=(3, 4)).astype(np.float32)
    found = VectorIndex([str(n) for n in range(count)], vectors).search(queries, top_n)
    for query, row in zip(queries, found, strict=True):
        cosines = vectors @ query
        assert len(row) == min(top_n, count)
        np.testing.assert_allclose([score for _, score in row], np.sort(cosines)[::-1][: len(row)], atol=1e-5)
        np.testing.assert_allclose([score for _, score in row], cosines[[place for place, _ in row]], atol=1e-5)


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = np.random.default_rng(0).normal(size=(50, 4)).astype(np.float32)
    index = VectorIndex([str(n) for n in range(50)], vectors)
    whole = index.search(vectors[:5], 7)
    monkeypatch.setattr("hezar_models.embeddings.vector_index._BLOCK", 8)
    parts = index.search(vectors[:5], 7)
    assert [[place for place, _ in row] for row in parts] == [[place for place, _ in row] for row in whole]


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_it_is_saved_and_mapped(dtype: str, tmp_path: Path) -> None:
    vectors = np.eye(3, dtype=np.float32)
    texts = ["سلام\nدنیا", "half \ud800".encode("utf-8", "replace").decode(), ""]
    VectorIndex(texts, vectors, {"model": "مدل"}).save(tmp_path, dtype)
    loaded = VectorIndex.load(tmp_path)
    assert list(loaded.texts) == texts
    assert loaded.about == {"model": "مدل"}
    assert isinstance(loaded.vectors, np.memmap)
    assert loaded.vectors.dtype == dtype
    assert loaded.search(vectors, 1) == [[(0, 1.0)], [(1, 1.0)], [(2, 1.0)]]


def test_what_is_no_index(tmp_path: Path) -> None:
    with pytest.raises(RepoNotFoundError):
        VectorIndex.load(tmp_path / "nothing")
    with pytest.raises(FileMissingError):
        VectorIndex.load(tmp_path)
    index = VectorIndex(["a"], np.ones((1, 2), np.float32))
    index.save(tmp_path)
    for name in ("vectors.npy", "texts.jsonl", "index.json"):
        content = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(b"broken")
        with pytest.raises(WeightsFileError, match="no readable index"):
            VectorIndex.load(tmp_path)
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match="made by the same model"):
        index.search(np.ones((1, 3), np.float32))
    with pytest.raises(InputError, match="float16"):
        index.save(tmp_path, "int8")
    with pytest.raises(InputError, match="one vector|One vector"):
        VectorIndex(["a", "b"], np.ones((1, 2), np.float32))
