"""Fixtures of the tests of the facade."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def sentiment_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tiny sentiment model with random weights, in the published layout."""
    from hezar.builders import build_model
    from hezar.preprocessors import WordPieceTokenizer

    texts = ["خیلی خوب بود", "اصلا خوب نبود", "عالی", "بد", "این گوشی را دوست دارم"]
    model = build_model(
        "bert_text_classification",
        vocab_size=200,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=64,
        id2label={0: "negative", 1: "positive"},
    )
    tokenizer = WordPieceTokenizer()
    tokenizer.train_from_iterator(texts, vocab_size=200)
    model.preprocessor = tokenizer
    folder = tmp_path_factory.mktemp("models") / "sentiment"
    model.save(folder)
    return folder
