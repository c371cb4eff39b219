"""`Word2Vec`: vectors of words from the words beside them."""

from __future__ import annotations

from hezar_models.embeddings.embedding import Embedding


class Word2Vec(Embedding):
    """Word vectors by skip-gram or CBOW.

    Source: Mikolov et al. 2013, *Efficient Estimation of Word Representations in Vector Space*.

    Example:
        >>> vectors = Word2Vec(vector_size=20, min_count=1, workers=1)
        >>> vectors.train(["هوا آفتابی است", "هوا ابری است"] * 20)
        >>> len(vectors.vocab)
        4
    """

    gensim_class = "Word2Vec"
