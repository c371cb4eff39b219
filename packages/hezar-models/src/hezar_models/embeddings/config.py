"""Configs of word embeddings.

Source: Mikolov et al. 2013, *Efficient Estimation of Word Representations in Vector Space*; Bojanowski et al. 2016,
*Enriching Word Vectors with Subword Information*.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from hezar_config import EmbeddingConfig
from hezar_config.ranges import Count, Range, Share, Size


@dataclass
class FastTextConfig(EmbeddingConfig):
    """FastText vectors.

    Attributes:
        dataset_path: Text to train on.
        vector_size: Width of the vectors.
        window: Words on each side of a word that count as its context.
        alpha: Initial learning rate.
        min_count: Words seen less often are left out.
        seed: Seed of every random choice.
        workers: Threads of training.
        min_alpha: Final learning rate.
        cbow_mean: 1 averages the context vectors of CBOW, 0 adds them.
        epochs: Passes over the text.
        train_algorithm: ``"skipgram"`` or ``"cbow"``.
    """

    name = "fasttext"

    dataset_path: str | None = None
    vector_size: Size = 300
    window: Size = 5
    alpha: Share = 0.025
    min_count: Count = 1
    seed: Count = 1
    workers: Size = 3
    min_alpha: Share = 0.0001
    cbow_mean: Annotated[int, Range(least=0, most=1)] = 1
    epochs: Count = 5
    train_algorithm: str = "skipgram"


@dataclass
class Word2VecConfig(FastTextConfig):
    """Word2vec vectors; fields as `FastTextConfig`, and ``save_format`` (``"binary"`` or ``"text"``)."""

    name = "word2vec"

    save_format: str = "binary"
